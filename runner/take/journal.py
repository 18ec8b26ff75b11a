"""A take's lines on their way to the file.

A signal handler may raise anywhere in here, and the performance still goes on to its clean-up. So
what is written is worked out first, written at a place in the file that is known, and forgotten in
one assignment: whatever is interrupted happens once more, and leaves the same.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, NamedTuple

from runner.take.file import failure, opened
from runner.take.format import line, printed
from runner.take.model import Printed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runner.show.events import PerformanceError
    from runner.take.model import Entry, Header

MERGED = 0.016
"""Seconds: output that follows so soon stands in the same line."""

PIECE = 128 * 1024
"""Bytes of output after which a line ends, and after which what waits is written."""

_KEPT = 4 * 1024 * 1024


class _Chunk:
    """Output that becomes a line."""

    __slots__ = ("at", "pieces")

    def __init__(self, at: float, data: bytes) -> None:
        self.at = at
        self.pieces = [data]


class _State(NamedTuple):
    """What is written, and what is not.

    Attributes:
        end: Bytes that the file has.
        cut: The beginning of a character whose other bytes are yet to come.
        at: When that came.
        waiting: What is to be written, in its order.
    """

    end: int
    cut: bytes
    at: float
    waiting: list[Header | Entry | _Chunk]


class Journal:
    """Appends entries to a file. After an error, it takes no more and says the same again."""

    def __init__(self, path: Path) -> None:
        """Open the file, empty.

        Raises:
            PerformanceError: It may not or cannot be written.
        """
        # glibc takes memory from the system for each piece of output and gives it back, until it
        # has once freed a larger one (M_MMAP_THRESHOLD, mallopt(3)). This one is never touched.
        bytes(_KEPT)
        self._path = path
        self._state = _State(0, b"", 0.0, [])
        self._size = 0  # of the output that waits, about
        self._error: PerformanceError | None = None
        self._fd = opened(path)

    def put(self, entries: Sequence[Header | Entry]) -> None:
        """Append entries, all of them or none; they are written by the next `flush`."""
        self._state.waiting.extend(entries)

    def print(self, at: float, data: bytes) -> None:
        """Append output.

        Args:
            at: Seconds since the start.
            data: It.

        Raises:
            PerformanceError: The file cannot be written.
        """
        waiting = self._state.waiting
        last = waiting[-1] if waiting else None
        if type(last) is _Chunk and at - last.at < MERGED:
            last.pieces.append(data)
        else:
            waiting.append(_Chunk(round(at, 6), data))
        self._size += len(data)
        if self._size >= PIECE:
            self.flush()

    def flush(self) -> None:
        """Write what waits, so that it is there even if the process is killed now.

        Raises:
            PerformanceError: The file cannot be written.
        """
        if self._error:
            raise self._error
        end, cut, at, waiting = self._state
        lines = []
        for item in waiting:
            if isinstance(item, _Chunk):
                at = at if cut else item.at
                pieces = [cut, *item.pieces] if cut else item.pieces
                text, cut = printed(at, b"".join(pieces))
                lines.append(text)
            else:
                if cut:  # it stays without its end
                    lines.append(line(Printed(at, cut.decode("utf-8", "surrogateescape"))))
                    cut = b""
                lines.append(line(item))
        data = b"".join(lines)
        try:
            _write(self._fd, data, end)
        except OSError as error:
            self._error = failure(self._path, error)
            raise self._error from error
        self._state = _State(end + len(data), cut, at, [])
        self._size = 0

    def finish(self) -> None:
        """Write all and close the file; the system puts it on the disk in its own time.

        Raises:
            PerformanceError: The file cannot be written.
        """
        self.flush()
        try:
            fd, self._fd = self._fd, -1
            os.close(fd)
        except OSError as error:
            self._error = failure(self._path, error)
            raise self._error from error

    def close(self) -> None:
        """Close the file as it is."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            with contextlib.suppress(OSError):
                os.close(fd)


def _write(fd: int, data: bytes, at: int) -> None:
    rest = memoryview(data)
    while rest:
        written = os.pwrite(fd, rest, at)
        rest, at = rest[written:], at + written
