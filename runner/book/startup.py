"""The start-up files: what a user has performed before every runbook."""

from __future__ import annotations

import os
from pathlib import Path

from runner.book.source import exists


def startup_files() -> tuple[Path, ...]:
    """Return those of `~/.demoshrc`, `~/.demoshrc.md` and cuebook's `init.md` that exist, in order.

    The last one stands in `$XDG_CONFIG_HOME/cuebook`, by default `~/.config/cuebook`.
    """
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() fails where there is none
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    candidates = (home / ".demoshrc", home / ".demoshrc.md", config / "cuebook" / "init.md")
    return tuple(path for path in candidates if exists(path))
