"""How files look from outside: what tells that one has changed, without reading it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def looks(paths: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    """Return when each file or folder was written, in nanoseconds since 1970, and its size.

    One that is not there has (0, 0).
    """
    found = {}
    for path in paths:
        try:
            status = path.stat()
            found[path] = (status.st_mtime_ns, status.st_size)
        except OSError:
            found[path] = (0, 0)
    return found


def sure(paths: Iterable[Path], until: int) -> dict[Path, tuple[int, int]]:
    """Return the same, but (-1, -1), which nothing looks like, for what may not have been read so.

    Args:
        paths: The files and folders.
        until: Nanoseconds since 1970. Something that was written at this time or later may be
            written again within the same tick of the clock, and looks the same then.
    """
    return {path: look if look[0] < until else (-1, -1) for path, look in looks(paths).items()}
