"""The modifiers that wait for the command that they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from runner.book.model import Directive


class Pending:
    """Modifiers in their order, from where they stand to the next command."""

    def __init__(self) -> None:
        """Begin with none."""
        self._waiting: list[Directive] = []

    def add(self, modifier: Directive) -> None:
        """Let a modifier wait."""
        self._waiting.append(modifier)

    def spend(self) -> tuple[Directive, ...]:
        """Return all for the command that has come; none waits any longer."""
        spent = self.now()
        self._waiting.clear()
        return spent

    def take(self, names: Collection[str]) -> tuple[Directive, ...]:
        """Return those with these names, which wait no longer."""
        taken = tuple(d for d in self._waiting if d.name in names)
        self._waiting = [d for d in self._waiting if d.name not in names]
        return taken

    def now(self) -> tuple[Directive, ...]:
        """Return those that wait now."""
        return tuple(self._waiting)

    def left_over(self, before: Sequence[Directive]) -> list[Directive]:
        """Return those that came since `before`, what `now` said, and forget them."""
        # The same one may have come twice, by a macro that is used twice.
        kept = [d for d in self._waiting if any(d is b for b in before)]
        left = [d for d in self._waiting if d not in kept]
        self._waiting = kept
        return left
