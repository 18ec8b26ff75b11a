"""Hooks: functions in the shell that run what an environment variable says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_FUNCTION = re.compile(r"[\w.:-]+", re.ASCII)


def definitions(hooks: Mapping[str, str], *, active: bool) -> str:
    """Return bash that defines a function for each hook.

    Args:
        hooks: The variable that each hook's function runs.
        active: Whether they do anything; in a rehearsal they do not.
    """
    body = 'eval "${{{}-}}"' if active else ":"
    return "".join(
        f"function {name} {{ {body.format(variable)}; }}\n"
        for name, variable in hooks.items()
        if _FUNCTION.fullmatch(name)
    )
