"""What one file says, in its order, before imports and macros are put in their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from runner.book.model import Directive, Kind, Place

if TYPE_CHECKING:
    from pathlib import Path


class Heading(NamedTuple):
    """A heading: its text without markup, and its level, from 1 to 6; "" and 0 for none."""

    text: str = ""
    level: int = 0


class Item(NamedTuple):
    """Something that becomes a step as it stands.

    Attributes:
        kind: PROSE, CODE, TYPED, COMMAND or OUTPUT.
        text: See `model.Step.text`.
        place: Where it begins.
        block: The number, within its file, of the shell block that it comes from or belongs to.
        language: See `model.Step.language`.
        heading: The heading that it begins with, None where it begins with none.
    """

    kind: Kind
    text: str
    place: Place
    block: int = 0
    language: str = ""
    heading: Heading | None = None


class Block(NamedTuple):
    r"""A shell block, or a whole shell runbook.

    Attributes:
        number: 1-based within its file.
        text: Its lines, each with its `\n`.
        path: The file.
        line: Where its first line stands in the file, 1-based.
        shifts: For each line, how many characters stand before it in the file's line (it may be
            in a list or a quote), before the fence for an empty line; empty where that is none for
            all.
    """

    number: int
    text: str
    path: Path
    line: int = 1
    shifts: tuple[int, ...] = ()

    def place(self, row: int, column: int = 0) -> Place:
        """Return the file's place of a 0-based row and column (in characters) of the block."""
        shift = self.shifts[row] if row < len(self.shifts) else 0
        return Place(self.path, self.line + row, column + shift + 1)


class Lookalike(NamedTuple):
    """A comment that reads like a directive without its `@`, should its word be known.

    Attributes:
        directive: The directive that was perhaps meant.
        advice: What to write instead.
    """

    directive: Directive
    advice: str


Element = Item | Directive | Lookalike
