"""From a page's steps to its blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.render.directions import directions
from runner.render.page import Browse, Code, Command, Commands, Note, Remark, Said, Typed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.render.page import Block
    from runner.render.steps import Piece
    from runner.render.texts import Texts


def blocks(pieces: Iterable[Piece], texts: Texts) -> list[Block]:
    """Return the blocks that steps make.

    Args:
        pieces: The steps, in their order.
        texts: What makes prose of them.
    """
    making = _Making(texts)
    for piece in pieces:
        making.add(piece)
    making.end()
    return making.blocks


_BLANK_END = re.compile(r"(?:\n[ \t]*)+\Z")

_BLANK_LINE = re.compile(r"\n[ \t]*\n\Z")


class _Making:
    def __init__(self, texts: Texts) -> None:
        self.blocks: list[Block] = []
        self._texts = texts
        self._prose: list[Piece] = []
        self._items: list[Command | Remark | Typed] = []
        self._block = 0  # the number of the shell block that they are from
        self._example: tuple[str, ...] = ()
        self._indent = 0  # of the block that came last: how far it stood in a list

    def add(self, piece: Piece) -> None:
        step = piece.step
        if step.kind is Kind.PROSE and step.language == "markdown":
            self._end_commands()
            self._prose.append(piece)
            return
        self._end_prose()
        match step.kind:
            case Kind.COMMAND | Kind.PROSE | Kind.TYPED:
                if step.block != self._block:
                    self._end_commands()
                self._block = step.block
                self._indent = _indent(piece)
                self._items.append(_item(piece))
            case Kind.OUTPUT if self._items and self._block == step.block:
                self._example = tuple(piece.text.split("\n")[:-1])
                self._end_commands()
            case _:
                self._end_commands()
                self._other(piece)

    def end(self) -> None:
        self._end_prose()
        self._end_commands()

    def _other(self, piece: Piece) -> None:
        step = piece.step
        match step.kind:
            case Kind.CODE | Kind.OUTPUT:
                self._indent = step.place.column - 1
                language = step.language if step.kind is Kind.CODE else "text"
                self.blocks.append(Code(piece.shown, language, step.place))
            case Kind.PRINT:
                self.blocks.append(Said(piece.shown))
            case Kind.NOTE:
                self.blocks.append(Note(piece.shown))
            case Kind.BROWSE:
                self.blocks.append(_browse(piece))
            case Kind.MACRO:
                pass  # its name is the title of what follows
            case _:
                raise AssertionError(f"a page has no place for {step.kind}")

    def _end_prose(self) -> None:
        if self._prose:
            found = self._texts.prose(self._prose, self._indent)
            self.blocks += [found] if found else []
            self._prose = []
            self._indent = 0

    def _end_commands(self) -> None:
        if self._items:
            items = tuple(self._items)
            known = any(isinstance(item, Command) and item.result for item in items)
            self.blocks.append(Commands(items, () if known else self._example))
        self._items, self._example, self._block = [], (), 0


def _item(piece: Piece) -> Command | Remark | Typed:
    step = piece.step
    if step.kind is Kind.PROSE:
        return Remark(piece.shown)
    if step.kind is Kind.TYPED:
        return Typed(piece.shown)
    return Command(
        id=piece.id,
        number=step.number,
        text=_BLANK_END.sub("", piece.text).lstrip("\n"),
        words=directions(step),
        state=piece.state,
        result=piece.performed.result if piece.performed else None,
        place=step.place,
        apart=bool(_BLANK_LINE.search(piece.text)),
    )


def _browse(piece: Piece) -> Browse:
    url, *rest = piece.shown.split(maxsplit=1)
    result = piece.performed.result if piece.performed else None
    return Browse(piece.id, url, rest[0].strip() if rest else "", piece.state, result)


def _indent(piece: Piece) -> int:
    """Return how far the block that a command comes from stands in a list."""
    first = next((line for line in piece.step.text.split("\n") if line.strip()), "")
    return piece.step.place.column - 1 - (len(first) - len(first.lstrip()))
