"""Opening the file that a take is written to, so that nothing else is destroyed by it."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from typing import TYPE_CHECKING

from runner.show.events import PerformanceError

if TYPE_CHECKING:
    from pathlib import Path

_FIRST = b'{"type": "take"'


def opened(path: Path) -> int:
    """Return a file descriptor of a file that is empty and locked.

    Raises:
        PerformanceError: It cannot be written, is no regular file, is written by another
            performance now, or holds something else than a take.
    """
    try:
        # Without O_NONBLOCK, a pipe that nobody reads would keep us here.
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK, 0o666)
        try:
            _claim(fd)
            os.ftruncate(fd, 0)
        except BaseException:
            os.close(fd)
            raise
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL byte
        raise PerformanceError(f"{failure(path, error)}; see --take and --no-take") from error
    return fd


def failure(path: Path, error: Exception) -> PerformanceError:
    """Return what is told of an error about a take's file."""
    reason = getattr(error, "strerror", None) or str(error)
    return PerformanceError(f"the take cannot be written: {path}: {reason}")


def _claim(fd: int) -> None:
    """Refuse what is no file of ours: a slip of the hand must not destroy a runbook."""
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OSError(errno.EBUSY, "another performance writes it now") from None
    except OSError:
        pass  # a file system without locks
    first = os.pread(fd, len(_FIRST), 0)
    if first and first != _FIRST:
        raise OSError(errno.EEXIST, "there is a file that is no take; name another one")
