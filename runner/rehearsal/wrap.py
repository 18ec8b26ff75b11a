"""A rehearsal's own lines on a terminal: broken between words, not where the terminal would."""

from __future__ import annotations

import os


def width(fd: int) -> int | None:
    """Return how many columns a terminal has now, None where `fd` is none or does not say."""
    try:
        return os.get_terminal_size(fd).columns or None
    except OSError:
        return None


def wrapped(line: str, columns: int | None) -> list[str]:
    """Return a line without control characters in lines that a terminal has room for.

    What goes on stands further in.

    Args:
        line: The line.
        columns: The terminal's width; None for no terminal, where it stays one line.
    """
    if columns is None:
        return [line]
    import wcwidth

    if wcwidth.width(line) < columns:
        return [line]
    indent = line[: len(line) - len(line.lstrip())] + "    "
    return wcwidth.wrap(line, columns - 1, subsequent_indent=indent, break_on_hyphens=False)
