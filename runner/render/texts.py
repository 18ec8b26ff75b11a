"""The prose of a page: what stands in the runbook, put together, filled in and made safe."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.render import commonmark
from runner.render.page import Prose
from runner.render.safe import safe
from runner.render.values import REFERENCE, fill, values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.book.model import Place
    from runner.render.steps import Piece


class Texts:
    """Makes the prose of one page, in its order."""

    def __init__(self, *, trust: bool) -> None:
        """Begin a page.

        Args:
            trust: The runbook's own HTML and links stay as they are.
        """
        self._trust = trust
        self._anchors: Counter[str] = Counter()

    def prose(self, pieces: Sequence[Piece], indent: int = 0) -> Prose | None:
        """Return the prose that steps make which follow each other; None where that is nothing.

        Args:
            pieces: They.
            indent: How far the block before them stood in a list: so far, the list's text after
                it is set in as well, and it would be code here.
        """
        lines: list[str] = []
        places: list[Place] = []
        known: list[str | None] = []
        for piece in pieces:
            if lines:
                lines.append("")
                places.append(places[-1])
            own = piece.text.split("\n")
            lines += own
            places += [
                replace(piece.step.place, line=piece.step.place.line + n) for n in range(len(own))
            ]
            known += _known(piece)
        text = "\n".join(_set_out(lines, indent))
        return self.made(fill(text, known), tuple(places))

    def made(self, text: str, places: tuple[Place, ...]) -> Prose | None:
        """Return the prose of a text.

        Args:
            text: CommonMark, filled in.
            places: Where each of its lines stands.
        """
        if not self._trust:
            text = safe(text)
        found = tuple(commonmark.headings(commonmark.parser().parse(text), self._anchors))
        return Prose(text, places, found) if text.strip() else None


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
