"""The way through a runbook's steps: on, back to a command that ran, and to any step."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.book.model import Step


class Route:
    """Knows which step comes next. Steps are told by their indices."""

    def __init__(self, steps: Sequence[Step]) -> None:
        """Begin; nothing has run."""
        self._steps = steps
        self._done: set[int] = set()
        self._back: int | None = None  # where it goes on after what is repeated

    def done(self, index: int) -> None:
        """Take in that a command has begun that can be repeated."""
        self._done.add(index)

    def previous(self, index: int) -> int:
        """Go back to the command before a step; where none has run, to the step itself."""
        self._back = index if self._back is None else self._back
        return max((done for done in self._done if done < index), default=index)

    def following(self, index: int) -> int:
        """Go on after a step: to the one at which something was repeated, or the next one."""
        back, self._back = self._back, None
        return index + 1 if back is None or back <= index else back

    def to(self, number: int, index: int) -> int:
        """Go to a step by its number, or to the first that follows it; else stay at `index`."""
        self._back = None
        return next((i for i, step in enumerate(self._steps) if step.number >= number), index)
