"""From a runbook's text to its steps; `read.read` is the way in."""
