"""The files that cuebook keeps for its user: where they stand, and how they are written."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 100  # bytes of a runbook's name that are in its files' names


def state_folder() -> Path:
    """Return the folder for what is kept between two calls; only the user can enter it.

    `$XDG_STATE_HOME/cuebook`, by default `~/.local/state/cuebook` (XDG Base Directory
    Specification 0.8).

    Raises:
        OSError: It cannot be made.
    """
    base = Path(os.environ.get("XDG_STATE_HOME", ""))
    # The specification has a relative one ignored.
    home = base if base.is_absolute() else Path.home() / ".local" / "state"
    folder = home / "cuebook"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def name_of(runbook: Path) -> str:
    """Return what a runbook's files are called there: its name, and a digest of its whole path."""
    import hashlib

    whole = runbook.resolve()
    digest = hashlib.sha256(os.fsencode(whole)).hexdigest()[:12]
    return f"{os.fsdecode(os.fsencode(whole.stem)[:_LONGEST])}-{digest}"


def write_whole(path: Path, text: str | Iterable[str], *, mode: int = 0o600) -> None:
    """Write a file: all of it, or the old one stays.

    Args:
        path: The file, or a link to it, which stays one; its folder is there.
        text: Its content, or the pieces of it as they come; written as UTF-8, surrogates as the
            bytes they stand for.
        mode: Its permissions; by default only the user can read it.

    Raises:
        OSError: It cannot be written.
    """
    pieces = (text,) if isinstance(text, str) else text
    real = Path(os.path.realpath(path))
    try:
        handle, name = tempfile.mkstemp(prefix=f".{real.name}.", dir=real.parent)
    except OSError as error:  # it names a file that nobody has heard of
        raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            for piece in pieces:
                file.write(piece.encode("utf-8", "surrogateescape"))
        Path(name).replace(real)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def usual_mode(path: Path) -> int:
    """Return the permissions that a file for everybody has: those it has, or any new one's."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0o022)
    os.umask(mask)
    return 0o666 & ~mask
