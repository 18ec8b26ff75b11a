"""Hooks: functions in the shell that run what an environment variable says."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FUNCTION = re.compile(r"[\w.:-]+", re.ASCII)


def definitions(hooks: Mapping[str, str], *, active: bool, log: Path | None = None) -> str:
    """Return bash that defines a function for each hook.

    Args:
        hooks: The variable that each hook's function runs.
        active: Whether they do anything; in a rehearsal they do not.
        log: Run them in the background, so that a slow one holds up nothing, with their output
            in this file; None to wait for them.
    """
    body = 'eval "${{{}-}}"' if active else ":"
    if active and log is not None:
        body = f"({body}) </dev/null >>{shlex.quote(str(log))} 2>&1 & disown"
    return "".join(
        f"function {name} {{ {body.format(variable)}; }}\n"
        for name, variable in hooks.items()
        if _FUNCTION.fullmatch(name)
    )
