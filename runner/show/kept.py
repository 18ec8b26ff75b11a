"""What is kept of a step's output: its end."""

from __future__ import annotations

LIMIT = 64 * 1024
"""Bytes that are kept."""


class Kept:
    """Takes any amount of output and keeps the last `limit` bytes of it."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._tail = bytearray()

    def add(self, data: bytes) -> None:
        """Take in the next bytes."""
        self._tail += data[-self._limit :]
        if len(self._tail) > 2 * self._limit:  # cut seldom: cutting copies
            del self._tail[: -self._limit]

    @property
    def tail(self) -> bytes:
        """The last bytes."""
        return bytes(self._tail[-self._limit :])

    def last_lines(self, count: int) -> list[str]:
        """Return the last lines that are not blank, as a terminal shows them; the first may be cut.

        Colours are off, and of a progress bar its end is left (see `runner.checks.screen`).
        """
        from runner.checks.screen import shown  # start-up: most steps do not fail

        return [line for line in shown(self.tail) if line.strip()][-count:]
