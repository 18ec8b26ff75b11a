"""Ends a command that may not go on: SIGINT, then its process group, then the shell."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from runner.shell.ending import End

if TYPE_CHECKING:
    from runner.shell.process import Process

_GRACE = 2.0  # seconds from SIGINT to SIGKILL
_ROUNDS = 3  # until bash itself is killed, whatever runs in front


class Overdue:
    """Watches one command's time.

    Attributes:
        cause: Why the command is being ended, None while it is not.
    """

    def __init__(self, process: Process, deadline: float | None) -> None:
        """End what `process` runs at `deadline`, in seconds of the monotonic clock."""
        self._process = process
        self._deadline = deadline
        self._rounds = 0
        self.cause: End | None = None

    def end(self, cause: End, now: float) -> None:
        """End the command at once, if it is not being ended already."""
        if self.cause is None:
            self.cause, self._deadline = cause, now

    def act(self, now: float) -> None:
        """Do what is due. Call it about every 50 ms."""
        if self._deadline is None or now < self._deadline:
            return
        self.cause = self.cause or End.TIMED_OUT
        self._deadline = now + _GRACE
        self._rounds += 1
        if self._rounds == 1:
            self._process.signal_front(signal.SIGINT)
        elif self._rounds <= _ROUNDS and not self._process.in_front():
            self._process.signal_front(signal.SIGKILL)
        elif self._rounds > _ROUNDS or not self._process.kill_children():
            self._process.signal(signal.SIGKILL)
