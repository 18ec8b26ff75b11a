"""Whether a function is defined by the time it is used."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from runner.book import words
from runner.book.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.book.model import Place, Step


class Timely:
    """Which command is the first to define a function or an alias."""

    def __init__(self, steps: Sequence[Step]) -> None:
        """Look at nothing yet: few runbooks ever ask.

        Args:
            steps: A runbook's steps.
        """
        self._steps = steps

    def known(self, name: str, step: int) -> bool:
        """Return whether a function may be defined when a step is reached.

        Args:
            name: The function's name.
            step: The step's index.

        Returns:
            True too where something is sourced or evaluated before, which may define anything.
        """
        return self._first.get(name, step) < step or self._elsewhere < step

    def first(self, name: str) -> Place | None:
        """Return the place of the first command that defines a function."""
        index = self._first.get(name)
        return None if index is None else self._steps[index].place

    @cached_property
    def _definitions(self) -> list[tuple[int, words.Definitions]]:
        return [
            (index, words.definitions([step.text]))
            for index, step in enumerate(self._steps)
            if step.kind is Kind.COMMAND
        ]

    @cached_property
    def _first(self) -> dict[str, int]:
        return {name: index for index, found in reversed(self._definitions) for name in found.names}

    @cached_property
    def _elsewhere(self) -> int:
        """The first command that sources or evals."""
        indices = (index for index, found in self._definitions if found.elsewhere)
        return next(indices, len(self._steps))
