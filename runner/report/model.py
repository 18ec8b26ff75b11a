"""What a report is made from: a performance as its take tells it, with what was printed last."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from runner.shell.ending import signal_of
from runner.show.events import told_counts, told_status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.render.content import Line
    from runner.take.model import Begun, Done, Header, Totals, Verdict

PerformanceResult = Literal["passed", "failed", "interrupted", "broke off"]
"""What a performance came to, the best first."""

OverallResult = PerformanceResult | Literal["refused"]
"""What they came to together: "refused" where one was not performed."""

NOTHING = "nothing was performed"
"""What is told of no performance at all."""

_ORDER: tuple[OverallResult, ...] = ("passed", "failed", "refused", "interrupted", "broke off")


@dataclass(frozen=True, slots=True)
class Printed:
    """The end of what was printed.

    Attributes:
        runs: The last lines, as the terminal showed them: each in pieces that look the same.
        size: How many bytes were printed in all.
        whole: Whether that is everything.
    """

    runs: tuple[Line, ...] = ()
    size: int = 0
    whole: bool = True

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines without their colours."""
        return tuple("".join(run.text for run in line).rstrip(" ") for line in self.runs)


@dataclass(frozen=True, slots=True)
class Reported:
    """A step in a report.

    Attributes:
        begun: How it began.
        done: How it ended; None where the performance was interrupted or broke off in it.
        output: What it printed.
        digest: SHA-256 of all that it printed, in hexadecimal.
        notes: What whoever performed the runbook was told, from its beginning to that of the next.
    """

    begun: Begun
    done: Done | None
    output: Printed
    digest: str
    notes: tuple[str, ...] = ()

    @property
    def result(self) -> str:
        """What it came to: "passed", "failed", "skipped", "simulated" or "unfinished"."""
        return self.done.result if self.done else "unfinished"

    @property
    def bad(self) -> bool:
        """Whether it failed, or never ended."""
        return self.result in ("failed", "unfinished")

    @property
    def is_listed(self) -> bool:
        """Whether a report lists it: something ran, or it did not pass. Prose alone is no news."""
        return self.begun.kind in ("command", "browse") or self.result != "passed"

    @property
    def seconds(self) -> float:
        """How long it took; 0 where it never ended."""
        return self.done.seconds if self.done else 0.0

    @property
    def told(self) -> str:
        """How it ended, a sentence for a person."""
        if self.done is None:
            return "it did not end"
        if self.result != "failed":
            return self.done.reason or self.result
        attempts = f", in {self.done.attempts} attempts" if self.done.attempts > 1 else ""
        return (self.done.reason or told_status(self.done.status)) + attempts

    @property
    def broken(self) -> tuple[Verdict, ...]:
        """The verdicts of the checks that did not hold."""
        return tuple(v for v in self.done.verdicts if not v.held) if self.done else ()


@dataclass(frozen=True, slots=True)
class Performance:
    """A performance, as its take tells it.

    Attributes:
        header: The take's first line.
        steps: Each time that a step was performed, in their order.
        notes: What whoever performed it was told before the first step.
        rest: What was printed when the last step had ended, as by the shell's EXIT trap.
        seconds: How long it took, from its start to the last that is known of it.
        totals: The take's last line; None where it broke off.
        broke_off: Where the take broke off, a sentence; "" where it is whole.
    """

    header: Header
    steps: tuple[Reported, ...]
    notes: tuple[str, ...]
    rest: Printed
    seconds: float
    totals: Totals | None
    broke_off: str

    @property
    def result(self) -> PerformanceResult:
        """What it came to. Only one that came to its end, with no step that failed, has passed."""
        if self.totals is None:
            return "broke off"
        if signal_of(self.totals.status):
            return "interrupted"
        return "failed" if self.totals.status or self.bad else "passed"

    @property
    def listed(self) -> tuple[Reported, ...]:
        """The steps that a report lists."""
        return tuple(step for step in self.steps if step.is_listed)

    @property
    def bad(self) -> tuple[Reported, ...]:
        """The steps that failed or never ended."""
        return tuple(step for step in self.steps if step.bad)

    @property
    def why(self) -> str:
        """Why it did not pass, a sentence, where that is not a step that failed; else "".

        So it is where the shell's EXIT trap fails, a signal comes, or the take breaks off.
        """
        if self.totals is None:
            return self.broke_off
        if self.result == "passed" or (self.result == "failed" and self.bad):
            return ""
        last = self.steps[-1].notes if self.steps else self.notes
        note = last[-1] if last else ""
        return self.totals.reason or note or told_status(self.totals.status)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a runbook was not performed, such as an error in it, or a program that is missing.

    Attributes:
        runbook: The runbook's path; "" where it is no one runbook's fault.
        message: A sentence.
        file: The file in which that stands, "" where it stands in none.
        line: The line, 1-based; 0 for the whole file.
        column: The column, 1-based; 0 for the whole file.
    """

    runbook: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0


def overall(performances: Sequence[Performance], refusals: Sequence[Refusal] = ()) -> OverallResult:
    """Return the worst that performances came to; of none, nobody can say that they passed."""
    results: list[OverallResult] = [performance.result for performance in performances]
    results += ["refused"] * bool(refusals)
    return max(results, key=_ORDER.index, default="broke off")


def counts(performances: Sequence[Performance]) -> Counter[str]:
    """Return how many of the steps that are listed came to each result."""
    return Counter(step.result for p in performances for step in p.listed)


def headline(performances: Sequence[Performance]) -> str:
    """Return how many steps came to what: "12 steps passed, 1 failed"."""
    return told_counts(counts(performances)) if performances else NOTHING
