"""One live bash behind a pty."""
