"""Text in columns, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int]) -> list[str]:
    """Return lines: each column as wide as its widest cell, the last one as it comes.

    Args:
        head: The columns' names.
        rows: Cells without control characters.
        right: The columns whose cells stand to the right.
    """
    from wcwidth import wcswidth

    lines = [head, *rows]
    widths = [max(wcswidth(line[column]) for line in lines) for column in range(len(head))]

    def cell(text: str, column: int) -> str:
        space = " " * (widths[column] - wcswidth(text))
        return space + text if column in right else text + space

    return ["  ".join(cell(text, n) for n, text in enumerate(line)).rstrip() for line in lines]


def first_line(text: str, most: int = 60) -> str:
    """Return the first line of a text, cut to `most` characters, to be put on a terminal."""
    from runner.book.text import printable

    first, *rest = text.strip().split("\n")
    shown = printable(first)
    return shown if len(shown) <= most and not rest else f"{shown[: most - 1].rstrip()}…"
