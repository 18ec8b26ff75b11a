"""Finding the checks that never happen, since no rehearsal comes to their command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.book.model import Kind, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.book.model import Directive, Step

_REHEARSED = frozenset({"edit", "exit", "expect", "for", "timeout", "type"})


def unchecked(steps: Iterable[Step]) -> Iterator[Problem]:
    """Yield a warning for each modifier that is for rehearsals alone, on a command that is `@live`.

    Args:
        steps: A runbook's steps.
    """
    for step in steps:
        if step.kind is not Kind.COMMAND or not step.modifier("live"):
            continue
        if both := step.modifier("rehearsal"):
            yield _warning(
                both, step, "`@live` for talks: together they leave the command out always"
            )
            continue
        for modifier in step.modifiers:
            # An audience waits for what @until expects.
            awaited = modifier.name == "expect" and step.modifier("until")
            if modifier.name in _REHEARSED and not awaited:
                yield _warning(modifier, step, "`@live` leaves the command out of them")


def _warning(modifier: Directive, step: Step, what: str) -> Problem:
    message = f"`@{modifier.name}` is for rehearsals, and {what}"
    return Problem(modifier.place, Severity.WARNING, message, str(modifier), step.within)
