"""Finding what a `@redact` is to hide, and what stands before it, where everybody sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from runner.book import arguments
from runner.book.model import Kind, Place, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.book.model import Runbook, Step

_SECONDS = 3.0  # of processor time
_AS_WRITTEN = frozenset({Kind.PROSE, Kind.CODE, Kind.TYPED, Kind.COMMAND, Kind.OUTPUT})
"""Steps whose text stands at their place; that of others follows a directive there."""


class _Line(NamedTuple):
    """A line of a runbook as it is shown: where it begins, and how that was brought in."""

    text: str
    place: Place
    within: tuple[Place, ...]
    exact: bool


def exposed(runbook: Runbook) -> list[Problem]:
    """Return a warning for each `@redact` that matches something before it: the first such place.

    A `@redact` holds from where it stands. What it matches is known where it has no variable in
    it. Of a pattern that takes too long to search for, nothing is found out.

    Args:
        runbook: The runbook; what stands in its start-up files and imports counts.
    """
    if not any(step.kind is Kind.REDACT for step in runbook.steps):
        return []
    from runner.checks.limit import TooSlowError, processor_time

    try:
        with processor_time(_SECONDS):
            return list(_found(runbook))
    except TooSlowError:
        return []


def _found(runbook: Runbook) -> Iterator[Problem]:
    from runner.redact import Redactor

    redactor = Redactor()
    for pattern in runbook.front.redact:
        redactor.add(pattern)
    known = set(runbook.front.redact)
    before: list[_Line] = []
    for step in sorted(runbook.steps, key=lambda step: (step.cleanup, step.number)):
        if step.kind is not Kind.REDACT:
            before += _lines(step, redactor.text(step.text))
            continue
        pattern = step.text.strip()[1:-1]
        if arguments.has_variable(pattern) or arguments.secret(step.text) or pattern in known:
            continue
        yield from _first(before, re.compile(pattern), step.place)
        redactor.add(pattern)
        known.add(pattern)


def _lines(step: Step, text: str) -> Iterator[_Line]:
    """Yield the lines of a step and of its modifiers."""
    for modifier in step.modifiers:
        yield _Line(str(modifier), modifier.place, step.within, exact=False)
    # Where something is masked, the columns and lines of the rest are not those of the text.
    exact = step.kind in _AS_WRITTEN and text == step.text
    for number, line in enumerate(text.split("\n")):
        place = step.place
        below = Place(place.file, place.line + number, place.column) if exact else place
        yield _Line(line, below, step.within, exact)


def _first(before: Iterable[_Line], pattern: re.Pattern[str], redact: Place) -> Iterator[Problem]:
    """Yield a warning for the first line that has a match; it does not quote that."""
    from runner.redact import MASK

    for text, place, within, exact in before:
        match = pattern.search(text)
        if match is None:
            continue
        at = Place(place.file, place.line, place.column + match.start() * exact)
        where = f"line {redact.line}" if redact.file == place.file else f"{redact.file}"
        message = (
            f"what the `@redact` in {where} hides stands here, before it, and is seen: put the "
            "`@redact` before this, or its pattern into the front matter's `redact`"
        )
        yield Problem(at, Severity.WARNING, message, pattern.sub(MASK, text), within)
        return
