"""Files that are written whole or not at all, one process at a time."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder's lock; whoever else wants it waits.

    Args:
        folder: The folder, which is made where it is missing; only the user can enter it then.

    Raises:
        OSError: It cannot be made or locked.
    """
    import fcntl

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The file stays: who removed it would let two others hold two locks.
    with (folder / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write_whole(*contents: tuple[Path, bytes, int]) -> None:
    """Write files: each whole, or the old ones stay.

    All are written beside their places before the first one is put there. If the machine stops
    between two of these last moments, the first files are new and the others old. What is left
    beside them then is written over the next time.

    Args:
        contents: Each file, what it is to hold, and its permissions. Who writes the same files
            at the same time must be kept out (`locked`).

    Raises:
        OSError: They cannot be written.
    """
    beside = [path.with_name(f".new-{path.name}") for path, _, _ in contents]
    try:
        for new, (_, data, mode) in zip(beside, contents, strict=True):
            # What an interrupted call left may have other permissions.
            new.unlink(missing_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(new, flags, mode), "wb") as file:
                os.fchmod(file.fileno(), mode)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for new, (path, _, _) in zip(beside, contents, strict=True):
            new.replace(path)
    finally:
        for new in beside:
            new.unlink(missing_ok=True)
