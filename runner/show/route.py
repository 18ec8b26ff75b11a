"""The way through a runbook's steps: on, back to a command that ran, and to any step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.book.model import Kind

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
        self._end = 0  # where that ends

    def done(self, index: int) -> None:
        """Take in that a command, or a macro that is named, has begun that can be repeated."""
        self._done.add(index)

    def previous(self, index: int) -> int:
        """Go back to the command before a step; where none has run, to the step itself."""
        self._back = index if self._back is None else self._back
        again = max((done for done in self._done if done < index), default=index)
        self._end = self._past(again)
        return again

    def following(self, index: int) -> int:
        """Go on after a step: to the one at which something was repeated, or the next one."""
        return self._on(index, index + 1)

    def skipped(self, index: int) -> int:
        """Go on after a step that is left out, as `following`; a macro's name takes all of it."""
        return self._on(index, self._past(index))

    def to(self, number: int, index: int) -> int:
        """Go to a step by its number, or to the first that follows it; else stay at `index`."""
        self._back = None
        return next((i for i, step in enumerate(self._steps) if step.number >= number), index)

    def _on(self, index: int, after: int) -> int:
        if self._back is None or after < self._end:
            return after
        back, self._back = self._back, None
        return after if back <= index else back

    def _past(self, index: int) -> int:
        """What comes after a step, and after all that a macro's name stands for."""
        step, after = self._steps[index], index + 1
        if step.kind is Kind.MACRO:
            body = (*step.within, step.place)
            while after < len(self._steps) and self._steps[after].within[: len(body)] == body:
                after += 1
        return after
