"""Bytes to a file descriptor: all of them, or as many as it takes in time."""

from __future__ import annotations

import contextlib
import os
import select
import time

from runner.show.output import write

__all__ = ["encode", "write", "write_in_time"]


def encode(text: str | bytes) -> bytes:
    """Return the text as UTF-8; a byte that was no UTF-8 when it was read is that byte again."""
    if isinstance(text, bytes):
        return text
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no byte
        return text.encode("utf-8", "replace")


def write_in_time(fd: int, data: bytes, seconds: float) -> bool:
    """Write what is taken in that time. Returns whether that was all.

    Byte by byte, so that nothing blocks where it takes nothing; where it is gone, nothing happens.
    """
    deadline = time.monotonic() + seconds
    with contextlib.suppress(OSError):
        for at in range(len(data)):
            left = max(0.0, deadline - time.monotonic())
            if not select.select([], [fd], [], left)[1]:
                return False
            os.write(fd, data[at : at + 1])
        return True
    return False
