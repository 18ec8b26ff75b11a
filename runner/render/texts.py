"""The prose of a page: what stands in the runbook, put together, filled in and made safe."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.render import commonmark
from runner.render.content import Prose
from runner.render.lists import Held, apart, hold
from runner.render.safe import safe
from runner.render.steps import Piece
from runner.render.values import REFERENCE, fill, values

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from runner.book.model import Place
    from runner.render.content import Block

_NAME = re.compile(r"cue:\d+")


class Texts:
    """Makes the prose of one page, in its order."""

    def __init__(self, *, trust: bool, nested: bool = True) -> None:
        """Begin a page.

        Args:
            trust: The runbook's own HTML and links stay as they are.
            nested: Blocks in lists stand in their items.
        """
        self.nested = nested
        self._trust = trust
        self._anchors: Counter[str] = Counter()
        self._held = 0  # how many blocks stand in lists

    def prose(self, parts: Sequence[Piece | Held], indent: int = 0) -> Prose | None:
        """Return the prose that steps make which follow each other; None where that is nothing.

        Args:
            parts: They, and the blocks in lists between them.
            indent: How far the block before them stood in a list: so far, the list's text after
                it is set in as well, and it would be code here.
        """
        lines: list[str] = []
        places: list[Place] = []
        known: list[str | None] = []
        inner: list[tuple[str, Block]] = []
        written = {name for p in parts if isinstance(p, Piece) for name in _NAME.findall(p.text)}
        for number, part in enumerate(parts):
            if number and apart(parts[number - 1], part):
                lines.append("")
                places.append(places[-1])
            if isinstance(part, Held):
                name = self._name(written)
                inner.append((name, part.block))
                own = hold(name, part.indent)
                places += [replace(part.place, column=1)] * len(own)
            else:
                own = part.text.split("\n")
                place = part.step.place
                places += [replace(place, line=place.line + n) for n in range(len(own))]
                known += _known(part)
            lines += own
        text = "\n".join(_set_out(lines, indent))
        return self.made(fill(text, known), tuple(places), tuple(inner))

    def _name(self, written: Container[str]) -> str:
        """Return the info string of a block's fence: one that the runbook does not have."""
        while True:
            self._held += 1
            name = f"cue:{self._held}"
            if name not in written:
                return name

    def made(
        self,
        text: str,
        places: tuple[Place, ...],
        inner: tuple[tuple[str, Block], ...] = (),
    ) -> Prose | None:
        """Return the prose of a text.

        Args:
            text: CommonMark, filled in.
            places: Where each of its lines stands.
            inner: The blocks in its lists.
        """
        if not self._trust:
            text = safe(text, [name for name, _ in inner])
        found = tuple(commonmark.headings(commonmark.parser().parse(text), self._anchors))
        return Prose(text, places, found, inner) if text.strip() else None


def _known(piece: Piece) -> list[str | None]:
    count = len(REFERENCE.findall(piece.text))
    found = values(piece.text, piece.performed.text) if piece.performed and count else None
    return list(found) if found is not None else [None] * count


def _set_out(lines: list[str], indent: int) -> list[str]:
    """Return lines of which the first ones, as far as they are set in so much, are not any more."""
    begin = " " * indent
    for row, line in enumerate(lines):
        if line.strip() and not line.startswith(begin):
            return [*(one[indent:] for one in lines[:row]), *lines[row:]]
    return [line[indent:] for line in lines]
