"""The speaker's terminal: its modes, its keys, and what is drawn on it. No runbook, no shell."""
