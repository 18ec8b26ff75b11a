"""From a page's steps to its blocks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.render.content import Browse, Code, Command, Commands, Note, Remark, Said, Typed
from runner.render.directions import directions
from runner.render.lists import Held, is_within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.book.model import Place
    from runner.render.content import Block
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
        self._prose: list[Piece | Held] = []
        self._items: list[Command | Remark | Typed] = []
        self._block = 0  # the number of the shell block that they are from
        self._example: tuple[str, ...] = ()
        self._first: Piece | None = None  # of those items
        self._end = 0  # the line in which they end
        self._indent = 0  # of the block that came last: how far it stood in a list

    def add(self, piece: Piece) -> None:
        step = piece.step
        if step.kind is Kind.PROSE and step.language == "markdown":
            self._end_commands()
            self._prose.append(piece)
            return
        match step.kind:
            case Kind.COMMAND | Kind.PROSE | Kind.TYPED:
                if step.block != self._block:
                    self._end_commands()
                self._block = step.block
                self._first = self._first or piece
                self._end = _end(piece)
                self._items.append(_item(piece))
            case Kind.OUTPUT if self._items and self._block == step.block:
                self._example = tuple(piece.text.split("\n")[:-1])
                self._end = _end(piece)
                self._end_commands()
            case _:
                self._end_commands()
                self._other(piece)

    def end(self) -> None:
        self._end_commands()
        self._end_prose()

    def _other(self, piece: Piece) -> None:
        step = piece.step
        match step.kind:
            case Kind.CODE | Kind.OUTPUT:
                language = step.language if step.kind is Kind.CODE else "text"
                code = Code(piece.shown, language, step.place)
                self._put(code, _fence(step.place), _end(piece), step.place.column - 1)
            case Kind.PRINT:
                self._direct(Said(piece.shown), piece)
            case Kind.NOTE:
                self._direct(Note(piece.shown), piece)
            case Kind.BROWSE:
                self._direct(_browse(piece), piece)
            case Kind.MACRO:
                self._end_prose()  # its name is the title of what follows
            case _:
                raise AssertionError(f"a page has no place for {step.kind}")

    def _direct(self, block: Block, piece: Piece) -> None:
        """Put what a directive makes, which stands in a comment, behind `<!-- @` as a rule."""
        place, last = piece.step.place, self._prose[-1] if self._prose else None
        before = last.indent if isinstance(last, Held) else 0
        indent = next((n for n in (place.column - 6, before) if self._within(place, n)), 0)
        self._put(block, place, place.line, indent)

    def _put(self, block: Block, place: Place, end: int, indent: int) -> None:
        """Put a block where it belongs: into the list that the prose ends with, or below it.

        Args:
            block: It.
            place: Where its first line stands.
            end: The line in which it ends.
            indent: How far it is set in.
        """
        if self._within(place, indent):
            self._prose.append(Held(block, indent, place, end))
        else:
            self._end_prose()
            self._indent = indent
            self.blocks.append(block)

    def _within(self, place: Place, indent: int) -> bool:
        return self._texts.nested and is_within(self._prose, place, indent)

    def _end_prose(self) -> None:
        if self._prose:
            found = self._texts.prose(self._prose, self._indent)
            self.blocks += [found] if found else []
            self._prose = []
            self._indent = 0

    def _end_commands(self) -> None:
        if self._first:
            items = tuple(self._items)
            known = any(isinstance(item, Command) and item.result for item in items)
            commands = Commands(items, () if known else self._example)
            place = _fence(self._first.step.place)
            self._put(commands, place, self._end, _indent(self._first))
        self._items, self._first, self._example, self._block = [], None, (), 0


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


def _fence(place: Place) -> Place:
    """Return where the fence begins of a block whose first line stands at a place."""
    return replace(place, line=place.line - 1)


def _end(piece: Piece) -> int:
    """Return the line in which the fence ends that a step is the last one of."""
    text = piece.step.text
    return piece.step.place.line + text.rstrip("\n").count("\n") + bool(text)


def _indent(piece: Piece) -> int:
    """Return how far the block that a command comes from stands in a list."""
    first = next((line for line in piece.step.text.split("\n") if line.strip()), "")
    return piece.step.place.column - 1 - (len(first) - len(first.lstrip()))
