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
    """Hooks run in the background, one after the other, so that a slow one holds up nothing.

    Attributes:
        log: The file that gets what they print, and which of them failed. A file beside it, with
            the ending `.last`, has the process ID of the last.
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
            quoted, last = shlex.quote(str(log)), shlex.quote(f"{log}.last")
            wait = "while [[ $before ]] && kill -0 $before; do sleep 0.05; done"
            run = f'eval "{command}" || \\builtin echo "{name}: exit status $?"'
            # In a subshell, the job is none of the shell's: its `$!`, `jobs` and `wait` stay.
            apart = rf"""(\builtin read -r before <{last}; ({{ {wait}; }} 2>/dev/null
                {run}) </dev/null >>{quoted} 2>&1 & \builtin echo $! >{last}) 2>/dev/null"""
            return f"if [[ {command} ]]; then {apart}; fi"
        case Dry(log):
            line = rf"\builtin printf '%(%FT%T%z)T\t{name}\t%s\n' -1 " + f'"{command}"'
            return f"if [[ {command} ]]; then {line} >>{shlex.quote(str(log))}; fi"
        case True:
            return f'eval "{command}"'
        case _:
            return ":"
