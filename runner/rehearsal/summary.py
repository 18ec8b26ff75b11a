"""What a rehearsal came to: how many commands ran, and which failed, where and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.book.text import printable, via
from runner.show.events import Ended, Outcome, Output, Started
from runner.show.kept import Kept

if TYPE_CHECKING:
    from pathlib import Path

    from runner.book.model import Step
    from runner.show.events import Event

_LAST_LINES = 5
_WIDEST = 200  # characters of a last line that are shown


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that failed, with what it printed last."""

    step: Step
    status: int
    reason: str
    exited: bool
    last_lines: tuple[str, ...]


class Tally:
    """A sink that counts.

    Attributes:
        commands: How many commands ran.
        failures: Those that failed.
        seconds: How long they took together.
    """

    def __init__(self) -> None:
        self.commands = 0
        self.failures: list[Failure] = []
        self.seconds = 0.0
        self._kept = Kept()

    def __call__(self, event: Event) -> None:
        """Take an event."""
        match event:
            case Output(data):
                self._kept.add(data)
            case Started():
                self._kept = Kept()
            case Ended(step, outcome, status, seconds, reason, exited) if step.kind is Kind.COMMAND:
                self.commands += 1
                self.seconds += seconds
                if outcome is Outcome.FAILED:
                    lines = tuple(map(_shown, self._kept.last_lines(_LAST_LINES)))
                    self.failures.append(Failure(step, status, reason, exited, lines))


def _shown(line: str) -> str:
    cut = line if len(line) <= _WIDEST else f"{line[:_WIDEST]}…"
    return printable(cut)


def summary(path: Path, tally: Tally, *, interrupted: bool) -> str:
    """Return the lines that close a rehearsal, each failed step with its place."""
    lines = []
    for failure in tally.failures:
        step = failure.step
        how = failure.reason or f"exit status {failure.status}"
        lines += [
            f"{step.place}: failed with {how}" if not failure.reason else f"{step.place}: {how}"
        ]
        lines += via(step.within)
        lines += [f"  $ {printable(line)}" for line in step.text.rstrip().split("\n")]
        lines += [f"  | {line}" for line in failure.last_lines]
    commands = "1 command" if tally.commands == 1 else f"{tally.commands} commands"
    mark = "✗" if tally.failures or interrupted else "✓"
    end = ", interrupted" if interrupted else ""
    lines.append(
        f"{mark} {path}: {commands}, {len(tally.failures)} failed{end}, {tally.seconds:.1f} s"
    )
    return "\n".join(lines) + "\n"
