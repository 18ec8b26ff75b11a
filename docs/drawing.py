"""Drawing what a terminal shows as an SVG, for the pictures in the documentation."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.terminal_theme import TerminalTheme

if TYPE_CHECKING:
    from rich.text import Text

# Foreground and background, then the eight colours of a terminal, plain and bright.
_THEME = TerminalTheme(
    (24, 26, 31),
    (220, 223, 228),
    [
        (24, 26, 31),
        (235, 110, 115),
        (140, 200, 125),
        (230, 190, 110),
        (105, 165, 240),
        (200, 130, 225),
        (90, 185, 200),
        (200, 204, 212),
    ],
    [
        (110, 116, 130),
        (245, 130, 135),
        (160, 220, 145),
        (250, 205, 100),
        (130, 185, 255),
        (215, 150, 240),
        (110, 205, 220),
        (255, 255, 255),
    ],
)

# rich's own frame asks for a font from the web; this one takes the reader's.
_FRAME = """\
<svg class="cuebook" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>ALT</title>
<style>
.{unique_id}-matrix {{
  font-family: "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
.{unique_id}-title {{ font-family: "DejaVu Sans", Helvetica, Arial, sans-serif; font-size: 16px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix" xml:space="preserve">
{matrix}
</g>
</g>
</svg>
"""


def draw(text: Text, *, columns: int, alt: str, rows: int = 0) -> str:
    """Return an SVG of coloured text.

    Args:
        text: What the terminal shows.
        columns: The terminal's width.
        alt: What the picture shows, for who cannot see it.
        rows: The least height, for a screen that is not full.
    """
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=columns, file=nowhere, force_terminal=True)
        console.print(text, soft_wrap=True)
        console.print("\n" * max(0, rows - len(text.split("\n")) - 1), end="")
        frame = _FRAME.replace("ALT", alt)
        return console.export_svg(
            title="cuebook", theme=_THEME, code_format=frame, unique_id="cuebook"
        )
