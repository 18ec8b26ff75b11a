"""What a rehearsal came to: how many of its steps passed, and what failed, where and how."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.rehearsal.mismatch import shows
from runner.show.events import Closed, Ended, Outcome, Output, Started
from runner.show.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.book.model import Step
    from runner.show.events import Event
    from runner.take.model import Verdict

_LAST_LINES = 5
_COUNTED = (Kind.COMMAND, Kind.BROWSE)


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that failed, with what was printed last.

    Attributes:
        steps: The step; where a block's output is not what was expected, all its commands so far;
            none for the shell's EXIT trap.
        status: The exit status.
        told: What happened, for a person.
        exited: The shell exited with the status.
        last_lines: The end of its output; empty where a check shows it.
        broken: The checks that did not hold.
    """

    steps: tuple[Step, ...]
    status: int
    told: str
    exited: bool
    last_lines: tuple[str, ...]
    broken: tuple[Verdict, ...] = ()


class Tally:
    """A sink that counts: each command and page that is come to, and whatever else failed.

    So do reports (`runner.report.model.counts`), and in the same words.

    Attributes:
        counts: How many steps came to what: an outcome, or "unfinished" where a signal ended it.
        failures: What failed; the shell's EXIT trap among them, which is no step.
        seconds: How long the steps took together.
        interrupted: The steps that a signal ended: one, and perhaps one of the clean-up.
        exit: The command with which the runbook ended itself well, or None.
        left_out: How many commands stand after it.
    """

    def __init__(self, steps: Sequence[Step] = ()) -> None:
        """Begin.

        Args:
            steps: All that are to be performed.
        """
        self.counts: Counter[str] = Counter()
        self.failures: list[Failure] = []
        self.seconds = 0.0
        self.interrupted: list[Step] = []
        self.exit: Step | None = None
        self.left_out = 0
        self._steps = steps
        self._begun: dict[int, list[Step]] = {}  # by the block that they stand in
        self._kept = Kept()
        self._running: Step | None = None
        self._began = 0.0

    def __call__(self, event: Event) -> None:
        """Take an event."""
        match event:
            case Output(data):
                self._kept.add(data)
            case Started(step):
                self.stop()
                self._kept = Kept()
                if step.kind is Kind.COMMAND:
                    self._begun.setdefault(step.block, []).append(step)
                if step.kind in _COUNTED:
                    self._running, self._began = step, time.monotonic()
            case Ended(step, outcome) if step.kind in _COUNTED or outcome is Outcome.FAILED:
                self._ended(event)
            case Closed(status, reason):
                self.stop()
                if reason:
                    self._failed((), status, reason, exited=status != 0)

    def stop(self) -> None:
        """Count the step that runs as unfinished, if one does."""
        if self._running is not None:
            self.interrupted.append(self._running)
            self._running = None
            self.counts["unfinished"] += 1
            self.seconds += time.monotonic() - self._began

    def _ended(self, ended: Ended) -> None:
        self._running = None
        self.counts[ended.outcome] += 1
        self.seconds += ended.seconds
        if ended.outcome is Outcome.FAILED:
            told = ended.told if ended.reason else f"failed with {ended.told}"
            broken = tuple(verdict for verdict in ended.verdicts if not verdict.held)
            # What was not printed may be any of the block's commands' fault.
            by_block = ended.reason.startswith(f"{Kind.OUTPUT}: ")
            steps = tuple(self._begun.get(ended.step.block, ())) if by_block else (ended.step,)
            self._failed(steps, ended.status, told, exited=ended.exited, broken=broken)
        elif ended.exited:
            self.exit = ended.step
            self.left_out = sum(
                step.number > ended.step.number and _would_run(step) for step in self._steps
            )
        self._kept = Kept()

    def _failed(
        self,
        steps: tuple[Step, ...],
        status: int,
        told: str,
        *,
        exited: bool,
        broken: tuple[Verdict, ...] = (),
    ) -> None:
        last = self._kept.last_lines(_LAST_LINES)
        lines = () if shows(broken, last) else tuple(last)
        self.failures.append(Failure(steps, status, told, exited, lines, broken))


def _would_run(step: Step) -> bool:
    """Whether a rehearsal would have come to a command, had the runbook not ended before it."""
    return (
        step.kind is Kind.COMMAND
        and not step.cleanup  # which runs all the same
        and not step.hooks
        and not step.modifier("live")
    )
