"""The environment of a rehearsal: nothing in it waits for a person."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE = Path(__file__).parent
_PAGERS = ("PAGER", "GIT_PAGER", "MANPAGER", "BAT_PAGER", "SYSTEMD_PAGER")
# git's own come before what its configuration says, which comes before EDITOR (git-var(1)).
_EDITORS = ("EDITOR", "VISUAL", "KUBE_EDITOR", "GIT_EDITOR", "GIT_SEQUENCE_EDITOR")


def unattended(env: Mapping[str, str]) -> dict[str, str]:
    """Return `env` with pagers that print and editors that apply what `@edit` says."""
    editor = str(_HERE / "editor.sh")
    return {
        **env,
        **dict.fromkeys(_PAGERS, "cat"),
        "BAT_PAGING": "never",
        **dict.fromkeys(_EDITORS, editor),
        "TERM": env.get("TERM") or "xterm-256color",
    }


def terminal_size() -> tuple[int, int]:
    """Return the rows and columns of our terminal, 24 by 80 where there is none."""
    for fd in (1, 2, 0):
        try:
            size = os.get_terminal_size(fd)
        except OSError:
            continue
        if size.columns and size.lines:
            return size.lines, size.columns
    return 24, 80
