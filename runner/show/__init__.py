"""One performance of a runbook: the director, and the events that tell of it."""
