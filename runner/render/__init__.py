"""Pages: a runbook, with what came of its rehearsal, as documentation."""
