"""Hooks: functions in the shell that run what an environment variable says."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FUNCTION = re.compile(r"[\w.:-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Live:
    """Hooks run in the background, so that a slow one holds up nothing.

    Attributes:
        log: The file that gets what they print, and which of them failed.
    """

    log: Path


@dataclass(frozen=True, slots=True)
class Dry:
    """Hooks do not run; what would have run is written down.

    Attributes:
        log: The file that gets a line for each: the time, the hook, its command.
    """

    log: Path


def definitions(hooks: Mapping[str, str], mode: Live | Dry | bool) -> str:
    """Return bash that defines a function for each hook.

    Args:
        hooks: The variable that each hook's function runs.
        mode: How they run; True: each is waited for, False: they do nothing.
    """
    return "".join(
        f"function {name} {{ {_body(name, variable, mode)}; }}\n"
        for name, variable in hooks.items()
        if _FUNCTION.fullmatch(name)
    )


def _body(name: str, variable: str, mode: Live | Dry | bool) -> str:
    command = f"${{{variable}-}}"
    match mode:
        case Live(log):
            run = f'eval "{command}" || \\builtin echo "{name}: exit status $?"'
            apart = f"({run}) </dev/null >>{shlex.quote(str(log))} 2>&1 & \\builtin disown"
            return f"if [[ {command} ]]; then {apart}; fi"
        case Dry(log):
            line = rf"\builtin printf '%(%FT%T%z)T\t{name}\t%s\n' -1 " + f'"{command}"'
            return f"if [[ {command} ]]; then {line} >>{shlex.quote(str(log))}; fi"
        case True:
            return f'eval "{command}"'
        case _:
            return ":"
