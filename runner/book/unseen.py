"""Finding the runbooks that would show their audience nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.book.model import Kind, Place, Problem, Severity
from runner.book.source import is_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.book.model import Runbook, Step

_DISPLAYED = frozenset({Kind.PROSE, Kind.CODE, Kind.TYPED, Kind.COMMAND})


def unseen(runbook: Runbook) -> Iterator[Problem]:
    """Yield a warning for a Markdown runbook of which nothing is displayed, for want of `@SHOW`.

    A shell runbook may well be all set-up, and so may one that asks for each of its commands not
    to be displayed. One that has errors may have its `@SHOW` where they let nobody see it.

    Args:
        runbook: The runbook; what start-up files display does not count.
    """
    if not is_markdown(runbook.path) or runbook.errors:
        return
    own = [step for step in runbook.steps if _belongs(step, runbook)]
    if any(step.shown for step in own) or not any(_displayable(step) for step in own):
        return
    message = "nothing is shown when presented: put <!-- @SHOW --> where the show begins"
    yield Problem(Place(runbook.path, 0, 0), Severity.WARNING, message)


def _belongs(step: Step, runbook: Runbook) -> bool:
    return (step.within[0] if step.within else step.place).file == runbook.path


def _displayable(step: Step) -> bool:
    hidden = any(step.modifier(name) for name in ("immed", "noshow"))
    return step.kind in _DISPLAYED and not hidden
