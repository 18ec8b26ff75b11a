"""One line in one style: a prompt, a notice, a failure, the line at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.stage.look import escapes
from runner.stage.look.graphemes import columns, units

if TYPE_CHECKING:
    from rich.style import Style

    from runner.stage.look.theme import Theme


def paint(text: str, style: str, *, theme: Theme, width: int | None = None) -> str:
    """Return one line of text in a style, without a newline.

    Args:
        text: Any text; its colour escapes are kept, newlines and tabs become spaces, and other
            control characters are left out.
        style: One of the theme's styles, such as `theme.prompt`.
        theme: The theme.
        width: The columns that there are; what is wider is cut and ends in an ellipsis. None for
            no limit.
    """
    from rich.style import Style

    line = text.replace("\r\n", "\n").replace("\n", " ").replace("\t", " ")
    parts = [(value, escapes.clean(part)) for value, part in escapes.split(line)]
    if width is not None:
        parts = _cut(parts, width, theme.glyphs.ellipsis)
    written = ""
    base = Style.parse(style)
    for value, part in parts:
        on = escapes.escape(base + value, theme)
        written += f"{on}{part}{escapes.RESET}" if on and part else part
    return written


def _cut(parts: list[tuple[Style, str]], width: int, ellipsis: str) -> list[tuple[Style, str]]:
    if sum(columns(part) for _, part in parts) <= width:
        return parts
    ellipsis = ellipsis[: max(0, width)]
    room = width - columns(ellipsis)
    kept: list[tuple[Style, str]] = []
    for style, part in parts:
        taken = ""
        for unit in units(part):
            room -= columns(unit)
            if room < 0:
                return [*kept, (style, taken + ellipsis)]
            taken += unit
        kept.append((style, taken))
    return kept
