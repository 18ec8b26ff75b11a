"""The part of a runbook that is performed: `--from`, `--to`, and the set-up before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.book.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.book.model import Step


_HEADING = re.compile(r"^ {0,3}(#{1,6}([ \t]|$)|(=+|-+)[ \t]*$)", re.MULTILINE)


class NoSuchStepError(ValueError):
    """A step was asked for that the runbook does not have. The message is for a person."""


def select(
    steps: Sequence[Step], *, first: str | None, last: str | None, setup: bool
) -> list[Step]:
    """Return the steps from `first` to `last`, and all of the clean-up, which follows any part.

    Args:
        steps: All of the runbook's.
        first: A step's number, or a heading: its text, or its text as a link names it
            (`getting-started`). None for the beginning.
        last: The same; a heading's whole section is included, with its subsections. None for the
            end.
        setup: Put the hidden commands that stand before `first` in front. What is to be redacted
            from there on comes with them, also without that.

    Raises:
        NoSuchStepError: `first` or `last` is none of these, is the heading of several sections, or
            `last` stands before `first`.
    """
    begin = 0 if first is None else _find(steps, first)[0]
    end = len(steps) if last is None else _find(steps, last)[1]
    if end <= begin:
        raise NoSuchStepError(f"--to {last} stands before --from {first}")
    wanted = {step.number for step in (*_before(steps[:begin], setup=setup), *steps[begin:end])}
    return [step for step in steps if step.number in wanted or step.cleanup]


def _before(before: Sequence[Step], *, setup: bool) -> Iterator[Step]:
    """The hidden commands; once the show has begun, a macro's are part of it. What is redacted."""
    begun = False
    for step in before:
        begun = begun or step.shown
        hidden = step.kind is Kind.COMMAND and not step.shown and not (begun and step.macro)
        if step.kind is Kind.REDACT or (setup and hidden):
            yield step


def _find(steps: Sequence[Step], wanted: str) -> tuple[int, int]:
    """The range of the step or section: index of its first step, index after its last."""
    if wanted.isascii() and wanted.isdigit():
        if not 1 <= int(wanted) <= len(steps):
            raise NoSuchStepError(f"there is no step {wanted}: the last is {len(steps)}")
        return int(wanted) - 1, int(wanted)
    found = _called(steps, wanted)
    if not found:
        headings = list(dict.fromkeys(step.heading for step in steps if step.heading))
        known = f"; the headings are: {', '.join(headings)}" if headings else ""
        raise NoSuchStepError(f"no step or heading is called {wanted!r}{known}")
    sections = [steps[i] for i in found if _is_heading(steps[i])]
    if len(sections) > 1:
        places = " and ".join(f"step {step.number} ({step.place})" for step in sections)
        raise NoSuchStepError(f"{wanted!r} is the heading of {places}: say which by its number")
    begin = end = found[0]
    heading, level = steps[begin].heading, steps[begin].level
    while end < len(steps) and (steps[end].level > level or steps[end].heading == heading):
        end += 1
    return begin, end


def _called(steps: Sequence[Step], wanted: str) -> list[int]:
    """The indexes of the steps under a heading: that very one, or else one that is nearly it."""
    wanted = wanted.strip()
    for same in (str, str.casefold, _slug):
        found = [i for i, s in enumerate(steps) if s.heading and same(s.heading) == same(wanted)]
        if found and same(wanted):
            return found
    return []


def _is_heading(step: Step) -> bool:
    """Whether a step shows a heading; others merely stand under one."""
    return step.kind is Kind.PROSE and _HEADING.search(step.text) is not None


def _slug(text: str) -> str:
    return re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", text.casefold())).strip("-")
