"""A plan as text that can be pasted into a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.localcluster.plan import Plan


def lines(plan: Plan) -> Iterator[str]:
    """Yield a plan's text line by line, each cluster's actions under what they are for.

    Reads and runs nothing. What follows a failed line depends on it only where the plan says so;
    whoever pastes the text decides that by eye.
    """
    for note in plan.notes:
        yield f"# {note}"
    if any(action.line.into for action in plan.actions):
        yield "set -o pipefail  # a pair A | B has failed where either of them has"
    for action in plan.actions:
        yield ""
        yield f"# {action.about}: {action.why}" if action.about else f"# {action.why}"
        yield str(action.line)
