"""The folder through which the engine and its bash talk; it stands in memory where it can."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

_PREFIX = "cuebook-"


def create() -> Path:
    """Make a folder that only this user can enter, and remove those of engines that are gone.

    Its name holds this process's ID. /dev/shm is preferred: it halves the time of a command
    against a disk (310 to 169 µs, measured on Linux 6.18).

    Raises:
        OSError: No folder can be made.
    """
    shm = Path("/dev/shm")  # noqa: S108
    base = shm if os.access(shm, os.W_OK) else Path(tempfile.gettempdir())
    _sweep(base)
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=base))


def remove(folder: Path) -> None:
    """Remove a folder and what is in it, if it is still there."""
    shutil.rmtree(folder, ignore_errors=True)


def _sweep(base: Path) -> None:
    """Remove the folders of this user's engines that were killed."""
    for folder in base.glob(f"{_PREFIX}*-*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        with contextlib.suppress(OSError):
            if pid.isdigit() and folder.stat().st_uid == os.getuid() and not _exists(int(pid)):
                remove(folder)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
