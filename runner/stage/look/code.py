"""Code: commands as they are typed, and blocks that are shown and never run."""

from __future__ import annotations

import re
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from runner.stage.look import escapes
from runner.stage.look.graphemes import columns, units
from runner.tokens import tokens

if TYPE_CHECKING:
    from rich.style import Style
    from rich.text import Text

    from runner.stage.look.theme import Theme

_LINE_END = re.compile(r"\r\n?")


def command(text: str, *, theme: Theme) -> list[tuple[str, str]]:
    """Return a command as it is to be shown.

    Args:
        text: The command; `${NAME}` in it may be filled in, with colour escapes.
        theme: The theme.

    Returns:
        Runs of text, each with the escape that turns its colours on, "" for none; after a run
        with an escape stands `escapes.RESET`. The texts put together are `text`, without its
        colour escapes and with a visible sign for each other control character.
    """
    runs = _runs(text, "bash", theme.command, theme)
    written = [(escapes.escape(style, theme), part) for style, part in runs]
    return [
        (on, "".join(part for _, part in group))
        for on, group in groupby(written, key=itemgetter(0))
    ]


def cells(text: str, *, theme: Theme) -> list[str]:
    """Return a command as what is typed, one after another.

    Each is one character with all that combines with it, inside its own colour escapes, so that
    typing can stop after any of them. A tab and a newline are cells of their own, without colours.
    The cells without their escapes are the texts of `command`.
    """
    runs = command(text, theme=theme)
    escape_of = [on for on, part in runs for _ in part]
    found: list[str] = []
    position = 0
    for unit in units("".join(part for _, part in runs)):
        on = "" if unit in {"\t", "\n"} else escape_of[position]
        found.append(f"{on}{unit}{escapes.RESET}" if on else unit)
        position += len(unit)
    return found


def block(text: str, language: str, *, theme: Theme, width: int) -> str:
    """Return a block that is shown and never run, as terminal text that ends with a newline.

    Args:
        text: What stands between its fences.
        language: What the fence says it is; in one that Pygments does not know all text is alike.
        theme: The theme.
        width: The terminal's columns. Nothing is cut off: what is too long for a line goes on in
            the next, behind a mark.

    Returns:
        "" for a block without text.
    """
    from runner.stage.look.lines import terminal

    return terminal(block_lines(text, language, theme, width), theme)


def block_lines(text: str, language: str, theme: Theme, width: int) -> list[Text]:
    """Return the lines of a block, each no wider than `width`; see `block`."""
    from rich.text import Text

    from runner.stage.look.lines import fold

    content = _LINE_END.sub("\n", text).rstrip()
    if not content:
        return []
    gutter, mark = theme.glyphs.gutter, theme.glyphs.wrapped
    room = width - len(gutter) - len(mark)
    if room < len(mark):
        gutter = mark = ""
        room = width
    whole = [Text(end="", tab_size=8)]
    for style, part in _runs(content, language, theme.block, theme):
        first, *others = part.split("\n")
        whole[-1].append(first, style)
        whole += [Text(end="", tab_size=8).append(other, style) for other in others]
    lines: list[Text] = []
    for line in whole:
        line.expand_tabs()
        fits = columns(line.plain) <= width - len(gutter)
        for number, piece in enumerate([line] if fits else fold(line, room, at_spaces=True)):
            prefix = gutter if number == 0 else gutter + mark
            lines.append(Text(end="").append(prefix, theme.rule).append_text(piece))
            lines[-1].rstrip()
    return lines


def _runs(text: str, language: str, default: str, theme: Theme) -> list[tuple[Style, str]]:
    """Return a text in runs of one style: that of the language, and over it that of its escapes."""
    from rich.style import Style

    values = [(style, escapes.pictured(part)) for style, part in escapes.split(text)]
    plain = "".join(part for _, part in values)
    base = Style.parse(default)
    runs: list[tuple[Style, str]] = []
    left = iter(tokens(plain, language))
    rest, style = "", base
    for value, part in values:
        needed = len(part)
        while needed:
            if not rest:
                kind, rest = next(left)
                own = _style(kind, theme)
                style = base if own is None else Style.parse(own)
            taken, rest = rest[:needed], rest[needed:]
            needed -= len(taken)
            runs.append((style + value, taken))
    return runs


def _style(kind: str, theme: Theme) -> str | None:
    """Return the style of the narrowest name that has one."""
    while kind:
        if kind in theme.tokens:
            return theme.tokens[kind]
        kind = kind.rpartition(".")[0]
    return None
