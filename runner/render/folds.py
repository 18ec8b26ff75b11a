"""What of a page is folded away: what is hidden from an audience.

What is to be read, and hidden before the first hidden command, is for readers, and stays open: so
it is at a runbook's beginning. From that command on it belongs to the set-up, up to the next
heading.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from runner.book.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.render.steps import Piece

SET_UP = "Set-up"
BEHIND = "Behind the scenes"

_OPEN = frozenset({Kind.PRINT, Kind.NOTE})
"""What an audience, or the speaker, sees also where all else is hidden."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Steps that are folded away.

    Attributes:
        title: What they are.
        pieces: They, in their order.
    """

    title: str
    pieces: tuple[Piece, ...]


def folds(pieces: Sequence[Piece]) -> Iterator[Piece | Fold]:
    """Yield the steps of a page, those that are folded away together.

    Nothing is folded where nothing is shown: then nobody has said what an audience sees.

    Args:
        pieces: The steps, without the clean-up.
    """
    if not any(piece.step.shown for piece in pieces):
        yield from pieces
        return
    began = False
    named = ""
    for hidden, group in groupby(pieces, key=_hidden):
        found = list(group)
        if not hidden:
            began = began or any(piece.step.shown for piece in found)
            last = found[-1].step
            named = last.text.strip() if last.kind is Kind.MACRO else ""
            yield from found
            continue
        before, folded, after = _parted(found)
        yield from before
        if folded:
            macro = named or folded[0].step.macro
            title = f"{BEHIND}: {macro}" if macro else BEHIND
            yield Fold(title if began else SET_UP, tuple(folded))
        yield from after


def _hidden(piece: Piece) -> bool:
    return not piece.step.shown and piece.step.kind not in _OPEN


def _parted(hidden: list[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """Part hidden steps into those that stay open, those that are folded, those that stay open."""
    rows = [n for n, piece in enumerate(hidden) if not _is_read(piece)]
    if not rows:
        return hidden, [], []
    first, end = rows[0], rows[-1] + 1
    while end < len(hidden) and not _begins_section(hidden[end - 1 : end + 1]):
        end += 1
    return hidden[:first], hidden[first:end], hidden[end:]


def _is_read(piece: Piece) -> bool:
    """Whether it is to be read, and of the runbook's own; what is imported is not for readers."""
    step = piece.step
    read = step.kind is Kind.CODE or (step.kind is Kind.PROSE and step.language == "markdown")
    return read and not step.within


def _begins_section(pair: Sequence[Piece]) -> bool:
    """Whether the second of two steps stands under another heading than the first."""
    before, after = (piece.step for piece in pair)
    return after.text.lstrip().startswith("#") or before.heading != after.heading
