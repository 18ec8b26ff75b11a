"""How a command ended: what `Shell.run` returns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class End(StrEnum):
    """What became of the shell that ran a command."""

    FINISHED = "finished"
    """The command ended and the shell lives on."""
    EXITED = "exited"
    """The shell exited: `exit`, or a failure under `set -e`."""
    REPLACED = "replaced"
    """The shell's process runs another program (`exec PROGRAM`), or ran one and is gone."""
    KILLED = "killed"
    """A signal ended the shell."""
    LOST = "lost"
    """The shell lives but does not answer: `set -r`, a disabled builtin."""
    TIMED_OUT = "timed out"
    """The time was up; the command was interrupted or killed. The shell may be gone."""
    WAITING = "waiting"
    """The command waited for the terminal with nothing to type; ended as for TIMED_OUT."""


_SIGNALS = 128


def status_of(signal: int) -> int:
    """Return the exit status that shells give to an end by a signal, by its number (bash(1))."""
    return _SIGNALS + signal


def signal_of(status: int) -> int:
    """Return the number of the signal that an exit status tells of, 0 where it tells of none."""
    return max(status - _SIGNALS, 0)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended.

    Attributes:
        how: What became of the shell.
        status: The exit status, 0 to 255; see `status_of` for signals.
        seconds: From the request to the report.
        alive: Whether the next command can run without `Shell.restart`.
        reason: A sentence for a person where `how` is not FINISHED, else "".
        untyped: How many of the answers it has not waited for.
        interrupted: CTRL-C was typed to it at the keyboard.
    """

    how: End
    status: int
    seconds: float
    alive: bool = True
    reason: str = ""
    untyped: int = 0
    interrupted: bool = False

    @property
    def failed(self) -> bool:
        """Whether it ended in any other way than by itself with status 0."""
        return self.status != 0 or self.how not in (End.FINISHED, End.EXITED)
