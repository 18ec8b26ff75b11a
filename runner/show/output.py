"""Bytes to a file descriptor, all of them."""

from __future__ import annotations

import os
import select

from runner.show.events import PerformanceError


def write(fd: int, data: bytes) -> None:
    """Write all of it, however long that takes, also where the descriptor does not block.

    Raises:
        OSError: It cannot be written to.
    """
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(fd, rest) :]
        except BlockingIOError:
            select.select([], [fd], [])


def put(text: str | bytes, fd: int = 1) -> None:
    """Write what must not be missed; text becomes UTF-8.

    Raises:
        PerformanceError: It cannot be written.
    """
    data = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
    try:
        write(fd, data)
    except OSError as error:
        raise PerformanceError(f"the output cannot be written: {error.strerror}") from error
