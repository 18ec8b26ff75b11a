"""What is kept of a step's output: its head and its tail, the middle counted."""

from __future__ import annotations

LIMIT = 64 * 1024
"""Bytes that are kept of the head, and again of the tail."""


class Kept:
    """Takes any amount of output and keeps at most twice `limit` bytes of it."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._head = bytearray()
        self._tail = bytearray()
        self._total = 0

    def add(self, data: bytes) -> None:
        """Take in the next bytes."""
        self._total += len(data)
        room = self._limit - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        self._tail += data[-self._limit :]
        if len(self._tail) > 2 * self._limit:  # cut seldom: cutting copies
            del self._tail[: -self._limit]

    @property
    def total(self) -> int:
        """How many bytes there were."""
        return self._total

    @property
    def left_out(self) -> int:
        """How many bytes of the middle are not kept."""
        return self._total - len(self._head) - min(len(self._tail), self._limit)

    @property
    def head(self) -> bytes:
        """The first bytes."""
        return bytes(self._head)

    @property
    def tail(self) -> bytes:
        """The last bytes, as far as they are not in the head."""
        return bytes(self._tail[-self._limit :])

    def last_lines(self, count: int) -> list[str]:
        """Return the last lines that are not blank, as text."""
        text = (self.tail if self.left_out else self.head + self.tail).decode("utf-8", "replace")
        return [line for line in text.splitlines() if line.strip()][-count:]
