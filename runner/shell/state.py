"""A shell's state as saved by driver.bash, for going on after the shell died."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field, replace
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
    """What brings a shell back, in a new process too.

    Attributes:
        commands: Bash to be sourced at the top level of a new shell; other bytes than UTF-8 are
            surrogates, as in `os.fsdecode`.
        jobs: How many background jobs ran.
        cwd: The directory.
        flags: Those of the shell's options that only a report tells of: tracing.
        traps: The same of the traps: DEBUG, ERR and RETURN.
        secret: What was left out since it holds a secret: a variable's name, "a trap", …
    """

    commands: str
    jobs: int = 0
    cwd: str = ""
    flags: str = ""
    traps: dict[str, str] = field(default_factory=dict)
    secret: tuple[str, ...] = ()

    def script(self) -> bytes:
        """Return what is to be sourced."""
        error = self.traps.get("ERR")
        trap = f"trap -- {shlex.quote(error)} ERR\n" if error is not None else ""
        # Where the directory is gone, $PWD is to be the new shell's own.
        return f"{self.commands}cd .\n{trap}".encode("utf-8", "surrogateescape")

    def completed(self, now: Report) -> Report:
        """Return a new shell's report with what no script brings back.

        The DEBUG and RETURN traps and the tracing come with its next command.
        """
        return replace(
            now,
            flags="".join(dict.fromkeys(now.flags + self.flags)),
            traps=now.traps | {k: v for k, v in self.traps.items() if k != "ERR"},
        )

    def lost(self, cwd: str) -> str:
        """Return what a new shell does not have, in a sentence or two; "" where it has all.

        Args:
            cwd: The new shell's directory.
        """
        sentences = []
        if self.jobs:
            jobs = "background job" if self.jobs == 1 else f"{self.jobs} background jobs"
            sentences.append(f"The old shell's {jobs} did not come along.")
        if self.cwd and self.cwd != cwd:
            sentences.append(f"Its directory {self.cwd} is gone; the new one is in {cwd}.")
        if self.secret:
            sentences.append(f"Not saved, since there is a secret in it: {', '.join(self.secret)}.")
        return " ".join(sentences)


def read(folder: Path, before: Report) -> State | None:
    """Return the state that was saved last, or None where it is missing or cut off.

    Args:
        folder: The side channel's.
        before: What the shell reported last.
    """
    try:
        commands = (folder / "state").read_bytes()
    except OSError:
        return None
    if not commands.endswith(_WHOLE):
        return None
    return State(
        commands.decode("utf-8", "surrogateescape"),
        len(jobs(folder)),
        before.cwd,
        "".join(flag for flag in before.flags if flag in "xv"),
        {name: before.traps[name] for name in ("DEBUG", "ERR", "RETURN") if name in before.traps},
    )


def jobs(folder: Path) -> list[int]:
    """Return the process groups of the background jobs that ran when the state was saved."""
    try:
        text = (folder / "jobs").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split() if word.isdigit()]
