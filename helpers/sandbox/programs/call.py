"""One call of a program: what was asked, and what is answered."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from helpers.sandbox.programs.machine import Machine

UNKNOWN = 64
"""The exit status of what the sandbox does not simulate (EX_USAGE of sysexits.h)."""


@dataclass(slots=True)
class Call:
    """What was asked of a program."""

    machine: Machine
    program: str
    command: str
    """The sub-command: "create cluster"."""
    words: list[str]
    flags: Mapping[str, list[str]]
    """By their first names in the table; one that takes no value has "true", or that of its `=`."""
    cwd: Path
    environment: Mapping[str, str]
    """The variables of its caller that matter."""
    stdin: bytes = b""
    text: str = ""
    """The whole command line, for messages."""

    def flag(self, name: str, default: str = "") -> str:
        """Return the last value of a flag."""
        return self.flags.get(name, [default])[-1]

    def on(self, name: str, *, default: bool = False) -> bool:
        """Return whether a flag without a value is set."""
        return self.flag(name, str(default).lower()) in ("true", "True", "1", "")

    def path(self, name: str) -> Path:
        """Return a file as the caller means it."""
        return self.cwd / name


@dataclass(slots=True)
class Answer:
    """What a program prints, and how it ends."""

    stdout: str = ""
    stderr: str = ""
    status: int = 0


@dataclass(slots=True)
class ProgramError(Exception):
    """A program fails as the real one would; what it says on stderr, and on stdout."""

    message: str
    status: int = 1
    stdout: str = ""

    def __str__(self) -> str:
        return self.message


def unknown(program: str, what: str) -> ProgramError:
    """Return what is said of a call that is not in the table."""
    return ProgramError(f"{program}: the sandbox does not simulate {what}", UNKNOWN)


def told(program: str, argv: list[str]) -> str:
    """Return a command line for a message."""
    return f"`{shlex.join([program, *argv])}`"
