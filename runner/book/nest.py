"""Finding which elements stand between `@macro`, `@ifhook` or `@cleanup` and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from runner.book.directives import DIRECTIVES, Role
from runner.book.elements import Item, Lookalike
from runner.book.model import Directive

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_DEPTH = 20


class Region(NamedTuple):
    """What an opener and its closer enclose.

    Attributes:
        opener: The directive that opens it.
        body: What stands in it, in order.
    """

    opener: Directive
    body: tuple[Node, ...]


Node = Item | Directive | Region


class Complaint(NamedTuple):
    """An error about a directive, at its place."""

    directive: Directive
    message: str


class Nest:
    """The tree of one file's elements.

    Attributes:
        nodes: The elements, those of a region within it.
        complaints: Openers and closers without each other.
        lookalikes: Comments that perhaps should have been directives.
    """

    def __init__(self, elements: Iterable[Item | Directive | Lookalike]) -> None:
        self.complaints: list[Complaint] = []
        self.lookalikes: list[Lookalike] = []
        self._open: list[Directive] = []
        self._bodies: list[list[Node]] = [[]]
        for element in elements:
            self._place(element)
        while self._open:
            opener = self._open[-1]
            closer = DIRECTIVES[opener.name].closer
            self._complain(opener, f"`@{opener.name}` has no `@{closer}` after it in this file")
            self._close()
        self.nodes: tuple[Node, ...] = tuple(self._bodies[0])

    def _place(self, element: Item | Directive | Lookalike) -> None:
        if isinstance(element, Lookalike):
            self.lookalikes.append(element)
        elif isinstance(element, Item):
            self._bodies[-1].append(element)
        else:
            self._directive(element)

    def _directive(self, directive: Directive) -> None:
        known = DIRECTIVES.get(directive.name)
        if known is None or known.role not in {Role.OPENER, Role.CLOSER}:
            self._bodies[-1].append(directive)
        elif known.role is Role.OPENER:
            self._opener(directive)
        elif self._open and DIRECTIVES[self._open[-1].name].closer == directive.name:
            self._close()
        else:
            self._complain(directive, self._why_not_closed(directive))

    def _opener(self, directive: Directive) -> None:
        if any(o.name == directive.name for o in self._open) and directive.name != "ifhook":
            self._complain(directive, f"`@{directive.name}` cannot stand inside another one")
        if len(self._open) == MAX_DEPTH:
            self._complain(directive, f"more than {MAX_DEPTH} regions stand in each other here")
        self._open.append(directive)
        self._bodies.append([])

    def _close(self) -> None:
        body = tuple(self._bodies.pop())
        opener = self._open.pop()
        # What is nested too deep is an error already; it must not be walked into as well.
        if len(self._open) < MAX_DEPTH:
            self._bodies[-1].append(Region(opener, body))

    def _why_not_closed(self, closer: Directive) -> str:
        if not self._open:
            openers = [d.name for d in DIRECTIVES.values() if d.closer == closer.name]
            names = " or ".join(f"`@{name}`" for name in openers)
            return f"`@{closer.name}` ends nothing: no {names} is open here"
        opener = self._open[-1]
        expected = DIRECTIVES[opener.name].closer
        return (
            f"`@{closer.name}` does not end `@{opener.name}` of line {opener.place.line}: "
            f"expected `@{expected}`"
        )

    def _complain(self, directive: Directive, message: str) -> None:
        self.complaints.append(Complaint(directive, message))
