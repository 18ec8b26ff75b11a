"""What happens in a performance, as whoever watches it is told."""

from __future__ import annotations

import contextlib
import signal
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from runner.shell.ending import signal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.book.model import Step
    from runner.take.model import Verdict


class Outcome(StrEnum):
    """What a step came to."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    SIMULATED = "simulated"
    """It needs real traffic, and something stood in for that: it neither passed nor failed."""


@dataclass(frozen=True, slots=True)
class Started:
    """A step begins.

    Attributes:
        step: The step.
        text: What is shown of it: its text with `${NAME}` filled in.
        heading: Its heading, likewise.
    """

    step: Step
    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """Bytes that the terminal shows, in the pieces that they come in."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """A step is over.

    Attributes:
        step: The step.
        outcome: What it came to.
        status: A command's exit status, 0 for any other step.
        seconds: How long it took.
        reason: A sentence where it ended in another way than by a status, else "".
        exited: The shell exited with the status: `exit`, or `set -e`.
        attempts: How often it was tried, the last time included.
        verdicts: What its checks found.
    """

    step: Step
    outcome: Outcome
    status: int
    seconds: float
    reason: str = ""
    exited: bool = False
    attempts: int = 1
    verdicts: tuple[Verdict, ...] = ()

    @property
    def told(self) -> str:
        """How it ended, for a person: the reason, or the status with a signal's name."""
        return self.reason or told_status(self.status)

    @property
    def counts(self) -> bool:
        """Whether it is the end of a command, or of a macro's name that stands for one.

        Such a name counts where it was left out, since its commands do not come up then.
        """
        from runner.book.model import Kind  # every start imports this module, and none needs that

        left_out = self.outcome is Outcome.SKIPPED and self.step.kind is Kind.MACRO
        return left_out or self.step.kind is Kind.COMMAND


def told_status(status: int) -> str:
    """Return an exit status as a person is told of it, with a signal's name."""
    name = ""
    if number := signal_of(status):
        with contextlib.suppress(ValueError):  # there is no such signal
            name = signal.Signals(number).name
    return f"exit status {status}" + (f" ({name})" if name else "")


def told_counts(counts: Mapping[str, int]) -> str:
    """Return how many steps came to what: "12 steps passed, 1 failed".

    Args:
        counts: How many, by outcome; "unfinished" for those that did not end.
    """
    passed = counts.get("passed", 0)
    begin = "1 step passed" if passed == 1 else f"{passed} steps passed"
    others = ("failed", "unfinished", "skipped", "simulated")
    return ", ".join([begin, *(f"{n} {name}" for name in others if (n := counts.get(name)))])


@dataclass(frozen=True, slots=True)
class Waiting:
    """A command that may be tried again, by `@until`, has failed so far.

    Attributes:
        step: The command's.
        attempts: How often it was tried.
        left: Seconds until it has failed for good.
    """

    step: Step
    attempts: int
    left: float


@dataclass(frozen=True, slots=True)
class Closed:
    """The shell has exited after the last step.

    Attributes:
        status: Its exit status.
        reason: What went wrong with its EXIT trap, a sentence; "" where nothing did.
    """

    status: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that whoever performs the runbook should know; not an error."""

    text: str
    step: Step | None = None


Event = Started | Output | Waiting | Ended | Closed | Notice
"""Everything that watches a performance takes these."""

if TYPE_CHECKING:
    Sink = Callable[[Event], None]


class PerformanceError(Exception):
    """The engine could not do its work. The message is for a person; the exit status is 3."""
