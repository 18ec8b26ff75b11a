"""Finds out, while a command runs, that bash is there but will not report any more."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from runner.shell.ending import End

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.shell.process import Process

_PATIENCE = 0.15  # seconds in front before a look costs anything
_ANSWER = 0.3  # seconds from the moment that bash reads our line until its report is overdue
_AGAIN = 0.5  # seconds between looks at what program the process runs


class Watchdog:
    """Watches one command.

    While a program runs in the foreground there is nothing to find out. While bash itself is in
    front, it either works (then it does not read the line that it is sent) or waits for the
    next request (then it reads the line, and answers).
    """

    def __init__(
        self, process: Process, *, nudge: Callable[[], None], unread: Callable[[], int]
    ) -> None:
        """Watch `process`; `nudge` sends it a line, `unread` tells how many bytes it left."""
        self._process = process
        self._nudge = nudge
        self._unread = unread
        self._front_since: float | None = None
        self._looked = 0.0
        self._nudged = 0.0
        self._nudges = 0

    def look(self) -> End | None:
        """Return REPLACED or LOST once that is certain, else None. Call it about every 50 ms."""
        now = time.monotonic()
        if not self._process.in_front():
            self._front_since = None
            return None
        self._front_since = self._front_since or now
        if now - self._front_since < _PATIENCE:
            return None
        if now - self._looked > _AGAIN:
            self._looked = now
            if self._process.replaced():
                return End.REPLACED
        return self._ask(now)

    def _ask(self, now: float) -> End | None:
        if self._unread():
            self._nudged = now
            return None
        if self._nudges and now - self._nudged < _ANSWER:
            return None
        if self._nudges == 2:
            return End.LOST
        self._nudges += 1
        self._nudged = now
        self._nudge()
        return None
