"""Keeping a terminal safe from what a text holds: only colour escapes (SGR) come through."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from runner.stage.look.depth import Depth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.color import Color
    from rich.style import Style

    from runner.stage.look.theme import Theme

SGR = re.compile(r"\x1b\[[0-9;:]*m")
"""A colour escape, as `runner.show.fill` keeps them in values (ECMA-48, 8.3.117)."""

RESET = "\x1b[0m"

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_RED_GREEN_BLUE = re.compile(r"([345]8):2:\d*:(\d+:\d+:\d+)")
_ATTRIBUTES = (
    *(("bold", "1"), ("dim", "2"), ("italic", "3"), ("underline", "4"), ("blink", "5")),
    *(("blink2", "6"), ("reverse", "7"), ("conceal", "8"), ("strike", "9")),
    *(("underline2", "21"), ("overline", "53")),
)
# Private use, and not the part of it where fonts for terminals keep their icons.
_MARKS = range(0x100000, 0x10FFFE)


def clean(text: str) -> str:
    """Return `text` without control characters other than tab and newline.

    A lone surrogate becomes the replacement character, as no encoding could write it; Unicode's
    own line and paragraph separators become spaces, as terminals do not agree about them.
    """

    def instead(control: re.Match[str]) -> str:
        code = ord(control[0])
        return "" if code < 0x100 else " " if code < 0xD800 else "\ufffd"

    return _CONTROL.sub(instead, text)


def pictured(text: str) -> str:
    r"""Return `text` with a visible sign for each control character but tab and newline.

    It is as long as `text`: a command is shown with all its characters, `\x1b` as `␛`.
    """

    def picture(control: re.Match[str]) -> str:
        code = ord(control[0])
        return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"

    return _CONTROL.sub(picture, text)


def split(text: str) -> Iterator[tuple[Style, str]]:
    """Yield the parts of `text` between its colour escapes, each with what they made of it."""
    from rich.style import Style

    style, position = Style.null(), 0
    for found in SGR.finditer(text):
        if found.start() > position:
            yield style, text[position : found.start()]
        style, position = after(style, found[0]), found.end()
    if position < len(text):
        yield style, text[position:]


@lru_cache(maxsize=1024)
def after(style: Style, escape: str) -> Style:
    """Return what a colour escape makes of a style."""
    from rich.ansi import AnsiDecoder

    decoder = AnsiDecoder()
    decoder.style = style
    # rich reads the older way to write parameters, with semicolons; kitty and others write colons.
    flat = _RED_GREEN_BLUE.sub(r"\1:2:\2", escape)
    flat = re.sub(r"\b4:0\b", "24", flat)
    flat = re.sub(r"\b4:[1-9]\b", "4", flat)
    decoder.decode_line(flat.replace(":", ";"))
    return decoder.style


def hide(text: str) -> tuple[str, dict[str, str]]:
    """Put one private-use character in the place of each colour escape.

    So a text can go through a parser of Markdown, to which the `[` of an escape begins a link and
    its end a word.

    Args:
        text: Any text.

    Returns:
        The text, and the escape that each of those characters, which are not in `text`, stands
        for. Of more than 65,534 different escapes, the last are left out.
    """
    escapes = dict.fromkeys(SGR.findall(text))
    if not escapes:
        return text, {}
    used = set(text)
    free = (chr(code) for code in _MARKS if chr(code) not in used)
    marks = dict(zip(islice(escapes, len(_MARKS)), free, strict=False))
    return SGR.sub(lambda found: marks.get(found[0], ""), text), {m: e for e, m in marks.items()}


def escape(style: Style | str, theme: Theme) -> str:
    """Return the colour escape that turns a style on, "" where there is nothing to turn on."""
    return _escape(style, theme.depth)


@lru_cache(maxsize=4096)
def _escape(style: Style | str, depth: Depth) -> str:
    # Style.render would do, but it keeps the codes of the first depth it was asked for.
    from rich.style import Style

    if depth is Depth.NONE:
        return ""
    parsed = Style.parse(style) if isinstance(style, str) else style
    codes = [code for name, code in _ATTRIBUTES if getattr(parsed, name)]
    if depth is not Depth.MONO:
        codes += _colour(parsed.color, depth, foreground=True)
        codes += _colour(parsed.bgcolor, depth, foreground=False)
    return f"\x1b[{';'.join(codes)}m" if codes else ""


def _colour(colour: Color | None, depth: Depth, *, foreground: bool) -> tuple[str, ...]:
    from rich.color import ColorSystem

    systems = {
        Depth.SIXTEEN: ColorSystem.STANDARD,
        Depth.MANY: ColorSystem.EIGHT_BIT,
        Depth.TRUE: ColorSystem.TRUECOLOR,
    }
    if colour is None or colour.is_default:
        return ()
    return colour.downgrade(systems[depth]).get_ansi_codes(foreground=foreground)
