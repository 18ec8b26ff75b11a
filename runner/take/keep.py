"""The takes that are kept without being asked for: in the user's state folder."""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import os
from typing import TYPE_CHECKING

from runner.show.events import PerformanceError
from runner.show.files import name_of, state_folder

if TYPE_CHECKING:
    from pathlib import Path

KEPT = 10
"""How many takes of each runbook are kept."""


def place(runbook: Path) -> Path:
    """Return a new path for a take of a runbook; of the older ones, `KEPT - 1` stay.

    Those that are still being written stay too.

    Raises:
        PerformanceError: The state folder cannot be written to.
    """
    now = datetime.datetime.now(datetime.UTC)
    try:
        takes = folder(runbook)
        takes.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Its name sorts by time.
        path = takes / f"{now:%Y%m%dT%H%M%S}.{now.microsecond:06}Z.{os.getpid()}.jsonl"
        for old in _sorted(takes)[: -(KEPT - 1)]:
            if not _is_written(old):
                with contextlib.suppress(OSError):
                    old.unlink()
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        message = f"the take cannot be written: {where}{error.strerror}; see --take and --no-take"
        raise PerformanceError(message) from error
    return path


def _is_written(take: Path) -> bool:
    """Whether a performance writes a take now: it has locked the file (see `file.py`)."""
    try:
        fd = os.open(take, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a file system without locks
        return False
    finally:
        os.close(fd)
    return False


def newest(runbook: Path | None = None) -> Path | None:
    """Return the newest take of a runbook, or of all runbooks; None where none is kept.

    Raises:
        OSError: The state folder cannot be read.
    """
    if runbook is not None:
        return next(iter(kept(runbook)), None)
    takes = (state_folder() / "takes").glob("*/*.jsonl")
    return max(takes, key=lambda path: path.name, default=None)


def kept(runbook: Path) -> list[Path]:
    """Return the takes of a runbook that are kept, the newest first.

    Raises:
        OSError: The state folder cannot be read.
    """
    return _sorted(folder(runbook))[::-1]


def folder(runbook: Path) -> Path:
    """Return where the takes of a runbook are kept; it need not be there."""
    return state_folder() / "takes" / name_of(runbook)


def _sorted(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jsonl"), key=lambda path: path.name)
