"""Lines of styled text: cut to a width, and written out for a terminal."""

from __future__ import annotations

import re
from functools import cache
from io import StringIO
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from runner.stage.look.escapes import RESET, escape
from runner.stage.look.graphemes import columns, units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console
    from rich.text import Text

    from runner.stage.look.theme import Theme


_WORD = re.compile(r"[^ ]+")


@cache
def console() -> Console:
    """Return the console that rich asks for its own styles; nothing is ever printed on it."""
    from rich.console import Console

    return Console(file=StringIO(), width=80, color_system=None, _environ={})


def wrap(text: Text, width: int) -> list[Text]:
    """Break a text between words, a word that is wider than `width` anywhere.

    rich can do that, too, but it breaks at no-break spaces, and it crops, or gives up with an
    IndexError, where its two ways to measure signs that are joined to others do not agree.

    Returns:
        Its lines, without spaces at their ends; at least one.
    """
    lines: list[Text] = []
    for line in text.split("\n", allow_blank=True):
        plain = line.plain
        cuts: list[int] = []
        taken = previous = 0
        for word in _WORD.finditer(plain):
            taken += columns(plain[previous : word.end()])
            previous = word.end()
            if taken <= width:
                continue
            if word.start() > (cuts[-1] if cuts else 0):
                cuts.append(word.start())
            cuts += _cuts(word[0], word.start(), width, at_spaces=False)
            taken = columns(plain[cuts[-1] if cuts else 0 : word.end()])
        lines += line.divide(cuts)
    for piece in lines:
        piece.rstrip()
    return lines


def fold(line: Text, width: int, *, at_spaces: bool = False) -> list[Text]:
    """Cut a line into pieces no wider than `width`, between characters as people see them.

    A character that is itself wider than `width` makes a piece of its own.

    Args:
        line: The line.
        width: The columns that there are.
        at_spaces: Whether to cut after a space where there is one in the last third of a piece.
    """
    if columns(line.plain) <= width:
        return [line]
    return list(line.divide(_cuts(line.plain, 0, width, at_spaces=at_spaces)))


def _cuts(text: str, offset: int, width: int, *, at_spaces: bool) -> list[int]:
    """Return where to cut `text` so that each piece fits, counted from `offset`."""
    cuts: list[int] = []
    start = position = taken = 0
    for unit in units(text):
        taken += columns(unit)
        if position > start and taken > width:
            space = text.rfind(" ", start, position) + 1 if at_spaces else 0
            start = space if space - start > (position - start) * 2 // 3 else position
            cuts.append(offset + start)
            taken = columns(text[start : position + len(unit)])
        position += len(unit)
    return cuts


def terminal(lines: Iterable[Text], theme: Theme) -> str:
    """Return lines as a terminal reads them: each ends with its colours off, and a newline."""
    return "".join(f"{_terminal(line, theme)}\n" for line in lines)


def _terminal(line: Text, theme: Theme) -> str:
    from rich.style import Style

    segments = line.render(console())
    pairs = ((escape(s.style or Style.null(), theme), s.text) for s in segments)
    written = ""
    for on, group in groupby(pairs, key=itemgetter(0)):
        text = "".join(part for _, part in group)
        written += f"{on}{text}{RESET}" if on and text else text
    return written
