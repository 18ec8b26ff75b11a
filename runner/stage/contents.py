"""The list of what can be gone to: headings and commands, with what has become of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.show.events import Outcome
from runner.stage.terminal.chooser import Entry, Mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.book.model import Step

_MARKS = {Outcome.PASSED: Mark.DONE, Outcome.FAILED: Mark.FAILED, Outcome.SKIPPED: Mark.NONE}


def following(steps: Sequence[Step], number: int) -> str:
    """Return the next command that is displayed, from a step's number on, or ""."""
    commands = (
        s.text
        for s in steps
        if s.number >= number and s.kind is Kind.COMMAND and s.displayed and not s.cleanup
    )
    return next(commands, "")


def contents(
    steps: Sequence[Step], outcomes: Mapping[int, Outcome]
) -> tuple[list[Entry], list[int]]:
    """Return what can be gone to.

    Args:
        steps: The steps of the show.
        outcomes: What became of those that have run, by number.

    Returns:
        The entries, and the number of the step that each leads to.
    """
    entries: list[Entry] = []
    numbers: list[int] = []
    heading = ""
    for step in steps:
        if not step.shown:
            continue
        if step.heading != heading:
            heading = step.heading
            entries.append(Entry(heading))
            numbers.append(step.number)
        if step.kind is Kind.COMMAND and step.displayed:
            mark = _MARKS.get(outcomes[step.number]) if step.number in outcomes else Mark.AHEAD
            first = step.text.strip().split("\n")[0]
            entries.append(Entry(f"$ {first}", 1, mark or Mark.NONE))
            numbers.append(step.number)
    return entries, numbers
