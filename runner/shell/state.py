"""A shell's state as saved by driver.bash, for going on after the shell died."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from runner.shell.request import Report

INTERVAL = 0.1
"""Seconds after which a state is too old to go on from, so that it is saved again. Saving takes
about 2 ms."""

_WHOLE = b"# whole\n"
_RISKY = re.compile(
    r"\b(exec|exit|kill|logout|suspend|enable|unset|builtin)\b|\bset\s+-\w*r|\brm\b"
)


def risky(command: str) -> bool:
    """Whether a command may end the shell without warning, so that its state is saved before."""
    return _RISKY.search(command) is not None


@dataclass(frozen=True, slots=True)
class State:
    """What brings a shell back.

    Attributes:
        commands: Bash to be sourced at the top level of a new shell.
        jobs: How many background jobs ran.
    """

    commands: bytes
    jobs: int

    def script(self, before: Report) -> bytes:
        """Return the commands with the traps that only a report tells of."""
        traps = "".join(
            f"trap -- {shlex.quote(action)} {name}\n"
            for name, action in before.traps.items()
            if name == "ERR"
        )
        # Where the directory is gone, $PWD is to be the new shell's own.
        return self.commands + b"cd .\n" + traps.encode("utf-8", "surrogateescape")

    def lost(self, folder: str) -> str:
        """Return what a new shell does not have, in a sentence or two; "" where it has all.

        Args:
            folder: The old shell's directory where the new one could not go there, else "".
        """
        sentences = []
        if self.jobs:
            jobs = "background job" if self.jobs == 1 else f"{self.jobs} background jobs"
            sentences.append(f"The old shell's {jobs} did not come along.")
        if folder:
            sentences.append(f"Its directory {folder} is gone.")
        return " ".join(sentences)


def read(folder: Path) -> State | None:
    """Return the state that was saved last, or None where it is missing or cut off."""
    try:
        commands = (folder / "state").read_bytes()
    except OSError:
        return None
    return State(commands, len(jobs(folder))) if commands.endswith(_WHOLE) else None


def jobs(folder: Path) -> list[int]:
    """Return the process groups of the background jobs that ran when the state was saved."""
    try:
        text = (folder / "jobs").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split() if word.isdigit()]


def carried_over(now: Report, before: Report) -> Report:
    """Return the report of a new shell with what only the old one's report knew.

    Its DEBUG and RETURN traps, its tracing, `$_` and `PIPESTATUS` come back with the next command.
    """
    return replace(
        now,
        status=before.status,
        statuses=before.statuses,
        last=before.last,
        flags="".join(dict.fromkeys(now.flags + "".join(f for f in before.flags if f in "xv"))),
        traps=now.traps | {k: v for k, v in before.traps.items() if k in ("DEBUG", "RETURN")},
    )
