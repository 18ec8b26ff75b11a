"""Tables: in columns where there is room for them, else as one record a row."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from runner.stage.look.graphemes import columns
from runner.stage.look.lines import wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from runner.stage.look.inline import Ink
    from runner.stage.look.theme import Theme

# With less for each column, words would be cut into syllables.
_NARROWEST = 8
_GAP = 3


def table_lines(
    head: Sequence[Text], rows: Sequence[Sequence[Text]], sides: Sequence[str], ink: Ink, width: int
) -> list[Text]:
    """Lay a table out.

    Args:
        head: Its header cells.
        rows: The cells of each row, as many as there are in `head`.
        sides: What each column is aligned to: `left`, `center` or `right`.
        ink: What writes it.
        width: The columns that there are.

    Returns:
        Lines no wider than `width`, except in so far as a single character is.
    """
    natural = [max(map(_widest, column)) for column in zip(head, *rows, strict=True)]
    room = width - _GAP * (len(head) - 1)
    if sum(min(column, _NARROWEST) for column in natural) > room:
        return _records(head, rows, ink, width)
    widths = _shares(natural, room)
    lines = _row(head, widths, sides, ink.theme)
    for number, row in enumerate(rows):
        # Where cells take more than a line, only a rule can tell where the next row begins.
        if number == 0 or widths != natural:
            lines.append(_rule(widths, ink.theme))
        lines += _row(row, widths, sides, ink.theme)
    return lines


def _widest(cell: Text) -> int:
    return max(map(columns, cell.plain.split("\n")))


def _shares(natural: Sequence[int], room: int) -> list[int]:
    """Return columns' widths that fit into `room`, the widest ones narrowed to the same width."""
    most = max(natural)
    while sum(min(column, most) for column in natural) > room:
        most -= 1
    widths = [min(column, most) for column in natural]
    spare = room - sum(widths)
    for number, column in enumerate(natural):
        if spare and widths[number] < column:
            widths[number] += 1
            spare -= 1
    return widths


def _row(
    cells: Sequence[Text], widths: Sequence[int], sides: Sequence[str], theme: Theme
) -> list[Text]:
    """Return the lines of one row."""
    from rich.text import Text

    wrapped = [wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines: list[Text] = []
    for parts in zip_longest(*wrapped, fillvalue=Text(end="")):
        line = Text(end="")
        for number, (part, width, side) in enumerate(zip(parts, widths, sides, strict=True)):
            if number:
                line.append(f" {theme.glyphs.column} ", theme.table_rule)
            space = max(0, width - columns(part.plain))
            left = {"right": space, "center": space // 2}.get(side, 0)
            line.append(" " * left).append_text(part).append(" " * (space - left))
        line.rstrip()
        lines.append(line)
    return lines


def _rule(widths: Sequence[int], theme: Theme) -> Text:
    """Return the line between two rows."""
    from rich.text import Text

    glyphs = theme.glyphs
    joint = f"{glyphs.single}{glyphs.crossing}{glyphs.single}"
    return Text(end="").append(joint.join(glyphs.single * w for w in widths), theme.table_rule)


def _records(
    head: Sequence[Text], rows: Sequence[Sequence[Text]], ink: Ink, width: int
) -> list[Text]:
    """Return each row as lines `header: cell`, blank lines between the rows."""
    from rich.text import Text

    lines: list[Text] = []
    for row in rows or [head]:
        if lines:
            lines.append(Text(end=""))
        for name, cell in zip(head, row, strict=True):
            if cell.plain.strip():
                label = name.copy()
                label.append(": " if name.plain and row is not head else "", ink.theme.table_head)
                lines += wrap(label.append_text(cell) if row is not head else label, width)
    return lines
