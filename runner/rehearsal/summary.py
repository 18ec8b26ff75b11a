"""What a rehearsal came to: how many commands ran, and which failed, where and how."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.book.text import printable, via
from runner.rehearsal.mismatch import mismatches, shows
from runner.show.events import Closed, Ended, Outcome, Output, Started
from runner.show.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runner.book.model import Step
    from runner.show.events import Event
    from runner.take.model import Verdict

_RED, _GREEN, _YELLOW, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"
_LAST_LINES = 5
_WIDEST = 200  # characters of a last line that are shown


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that failed, with what was printed last.

    Attributes:
        step: The step; None for the shell's EXIT trap.
        status: The exit status.
        told: What happened, for a person.
        exited: The shell exited with the status.
        last_lines: The end of its output; empty where a check shows it.
        broken: The checks that did not hold.
    """

    step: Step | None
    status: int
    told: str
    exited: bool
    last_lines: tuple[str, ...]
    broken: tuple[Verdict, ...] = ()


class Tally:
    """A sink that counts.

    Attributes:
        commands: How many commands ran, one that was interrupted included.
        passed: How many of them held.
        failures: What failed.
        simulated: How many commands, and pages to look at, something stood in for.
        seconds: How long the commands took together.
        interrupted: The command that was interrupted, or None.
        exit: The command with which the runbook ended itself well, or None.
        left_out: How many commands stand after it.
    """

    def __init__(self, steps: Sequence[Step] = ()) -> None:
        """Begin.

        Args:
            steps: All that are to be performed.
        """
        self.commands = 0
        self.passed = 0
        self.failures: list[Failure] = []
        self.simulated = 0
        self.seconds = 0.0
        self.interrupted: Step | None = None
        self.exit: Step | None = None
        self.left_out = 0
        self._steps = steps
        self._kept = Kept()
        self._running: Step | None = None
        self._began = 0.0

    def __call__(self, event: Event) -> None:
        """Take an event."""
        match event:
            case Ended(_, Outcome.SIMULATED):
                self.simulated += 1
        match event:
            case Output(data):
                self._kept.add(data)
            case Started(step):
                self.stop()
                self._kept = Kept()
                if step.kind is Kind.COMMAND:
                    self._running, self._began = step, time.monotonic()
            case Ended(step) if step.kind is Kind.COMMAND:
                self._ended(event)
            case Ended(step, Outcome.FAILED):
                self._failed(step, event.status, event.told, exited=False)
            case Closed(status, reason):
                self.stop()
                if reason:
                    self._failed(None, status, reason, exited=status != 0)

    def stop(self) -> None:
        """Count the command that runs as interrupted, if one does."""
        if self._running is not None:
            self.interrupted, self._running = self._running, None
            self.commands += 1
            self.seconds += time.monotonic() - self._began

    def _ended(self, ended: Ended) -> None:
        self._running = None
        self.commands += 1
        self.seconds += ended.seconds
        self.passed += ended.outcome is Outcome.PASSED
        if ended.outcome is Outcome.FAILED:
            told = ended.told if ended.reason else f"failed with {ended.told}"
            broken = tuple(verdict for verdict in ended.verdicts if not verdict.held)
            self._failed(ended.step, ended.status, told, exited=ended.exited, broken=broken)
        elif ended.exited:
            self.exit = ended.step
            self.left_out = sum(
                step.number > ended.step.number and _would_run(step) for step in self._steps
            )
        self._kept = Kept()

    def _failed(
        self,
        step: Step | None,
        status: int,
        told: str,
        *,
        exited: bool,
        broken: tuple[Verdict, ...] = (),
    ) -> None:
        last = self._kept.last_lines(_LAST_LINES)
        lines = () if shows(broken, last) else tuple(map(_shown, last))
        self.failures.append(Failure(step, status, told, exited, lines, broken))


def _would_run(step: Step) -> bool:
    """Whether a rehearsal would have come to a command, had the runbook not ended before it."""
    return (
        step.kind is Kind.COMMAND
        and not step.cleanup  # which runs all the same
        and not step.hooks
        and not step.modifier("live")
    )


def _shown(line: str) -> str:
    cut = line if len(line) <= _WIDEST else f"{line[:_WIDEST]}…"
    return printable(cut)


def summary(
    path: Path, tally: Tally, *, interrupted: bool, environment: str = "", colour: bool = False
) -> str:
    """Return the lines that close a rehearsal, each failed step with its place.

    Args:
        path: The runbook.
        tally: What it came to.
        interrupted: Whether a signal ended it.
        environment: The label of what stood in for the real thing, "" for the real one.
        colour: Use colour.
    """

    def paint(text: str, style: str) -> str:
        return f"{style}{text}{_PLAIN}" if colour else text

    lines = []
    for failure in tally.failures:
        about = _about(failure.step, path)
        lines += [paint(f"{about[0]}: {failure.told}", _RED), *about[1:]]
        lines += mismatches(failure.broken, failure.told, colour=colour)
        lines += [f"  | {line}" for line in failure.last_lines]
    if interrupted:
        tally.stop()
        about = _about(tally.interrupted, path) if tally.interrupted else []
        lines += [paint(f"{about[0]}: interrupted", _RED), *about[1:]] if about else []
    if tally.exit and tally.left_out:
        left_out = f"{_commands(tally.left_out)} after it {_have(tally.left_out)} not run"
        told = f"! the runbook ended itself at {tally.exit.place}; {left_out}"
        lines.append(paint(told, _YELLOW))
    mark = paint("✗", _RED) if tally.failures or interrupted else paint("✓", _GREEN)
    end = ", interrupted" if interrupted else ""
    counted = f"{_commands(tally.commands)}, {len(tally.failures)} failed"
    if environment:
        passed = f"{_commands(tally.passed)} passed, {len(tally.failures)} failed"
        counted = f"rehearsed on {environment}: {passed}, {tally.simulated} simulated"
    counted += end
    lines.append(f"{mark} {path}: {counted}, {tally.seconds:.1f} s")
    return "\n".join(lines) + "\n"


def _about(step: Step | None, path: Path) -> list[str]:
    """The lines about a step: its place, what brought it in, its text."""
    if step is None:
        return [str(path)]
    sign = "$" if step.kind is Kind.COMMAND else f"@{step.kind}"
    text = [f"  {sign} {printable(line)}" for line in step.text.rstrip().split("\n")]
    return [str(step.place), *via(step.within), *text]


def _commands(number: int) -> str:
    return "1 command" if number == 1 else f"{number} commands"


def _have(number: int) -> str:
    return "has" if number == 1 else "have"
