"""Blocks that stand in items of lists: an empty fence holds the place of each in the list's text.

So it is the Markdown parser that says what the list is, as it would if the block were there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from runner.render import commonmark
from runner.render.content import HOLD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.book.model import Place
    from runner.render.content import Block
    from runner.render.steps import Piece

_MARKER = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?=\s|\Z)")


class Held(NamedTuple):
    """A block in an item of a list.

    Attributes:
        block: It.
        indent: How far it is set in.
        place: Where its fence begins, or its directive.
        end: The line in which it ends.
    """

    block: Block
    indent: int
    place: Place
    end: int


def hold(name: str, indent: int) -> list[str]:
    """Return the lines that hold a block's place."""
    return [f"{' ' * indent}{HOLD}{name}", f"{' ' * indent}{HOLD}"]


def is_within(parts: Sequence[Piece | Held], place: Place, indent: int) -> bool:
    """Whether a block that follows prose stands in an item of its last list.

    Args:
        parts: The prose, and the blocks in its lists.
        place: Where the block stands.
        indent: How far it is set in.
    """
    if not parts or indent < 2 or _place(parts[-1]).file != place.file:
        return False
    first, row = _last_item(parts)
    lines: list[str] = []
    for number in range(first, len(parts)):
        part = parts[number]
        if number > first and apart(parts[number - 1], part):
            lines.append("")
        lines += hold("", part.indent) if isinstance(part, Held) else part.text.split("\n")
    lines = [*lines[row:], "", *hold("", indent)]
    if _MARKER.fullmatch(lines[-4].strip()):
        del lines[-3]
    tokens = commonmark.parser().parse("\n".join(lines))
    last = next((t for t in reversed(tokens) if t.type == "fence"), None)
    return bool(last and last.level and last.map and last.map[0] == len(lines) - 2)


def _last_item(parts: Sequence[Piece | Held]) -> tuple[int, int]:
    """Return where the last item begins that is not set in: the part, and the row of its text.

    A list that begins further in, or goes on lazily, is found from the text's beginning only.
    """
    for number in reversed(range(len(parts))):
        part = parts[number]
        lines = () if isinstance(part, Held) else part.text.split("\n")
        if rows := [row for row, line in enumerate(lines) if _MARKER.match(line)]:
            return number, rows[-1]
    return 0, 0


def apart(before: Piece | Held, after: Piece | Held) -> bool:
    """Whether a blank line stands between two parts of a text.

    None does where none does in the runbook, since one would set the list's items apart. Nor may
    one follow a marker without a text, since that would end its item.
    """
    if not isinstance(before, Held) and _MARKER.fullmatch(before.text.rpartition("\n")[2].strip()):
        return not isinstance(after, Held)
    if not isinstance(before, Held) and not isinstance(after, Held):
        return True
    return _place(after).line - _end(before) > 1


def _place(part: Piece | Held) -> Place:
    return part.place if isinstance(part, Held) else part.step.place


def _end(part: Piece | Held) -> int:
    if isinstance(part, Held):
        return part.end
    return part.step.place.line + part.text.count("\n")
