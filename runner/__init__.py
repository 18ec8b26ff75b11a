"""cuebook's engine: it reads a Markdown runbook and performs it in one live bash."""

__version__ = "0.1.0"
