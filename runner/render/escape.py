"""Text as Markdown that says just that."""

from __future__ import annotations

import re

from runner.book.text import printable

_MARKS = re.compile(r"[\\`*\[\]|~]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])")
# What would begin a block, at a line's beginning.
_BLOCK = re.compile(r"(?=[#+=>-])|(?<=[0-9])(?=[.)])")
_NUMBER = re.compile(r"[0-9]{1,9}[.)](?=\s|$)")


def escaped(text: str, *, begins: bool = False) -> str:
    """Return Markdown that says a text, and nothing else.

    Args:
        text: One line of anything.
        begins: It stands at the beginning of a line.
    """
    written = _MARKS.sub(r"\\\g<0>", printable(text)).replace("<", "&lt;")
    if begins:
        written = written.lstrip()
        if written[:1] in "#+=>-" or _NUMBER.match(written):
            written = _BLOCK.sub(r"\\", written, count=1)
    return written


def span(text: str) -> str:
    """Return a code span with a line of any text; "" for none."""
    text = printable(text)
    if not text.strip():
        return ""
    ticks = "`" * _free(text, "`")
    ends = text[0] + text[-1]
    # One space at both ends is taken away again; it keeps the text's own ticks and spaces.
    space = " " if "`" in ends or ends == "  " else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def fence(text: str, info: str = "") -> str:
    r"""Return a fenced block.

    Args:
        text: Its lines, each with its `\n`, but perhaps the last.
        info: The info string, as it is meant.
    """
    sign = "~" if "`" in info else "`"
    longest = max((len(run[0]) for run in re.finditer(f"{sign}+", text)), default=0)
    marks = sign * max(3, longest + 1)
    end = "" if not text or text.endswith("\n") else "\n"
    written = info.replace("\\", r"\\").replace("&", "&amp;")
    return f"{marks}{written}\n{text}{end}{marks}"


def _free(text: str, sign: str) -> int:
    """Return the length of a run of a character that is none of those in a text."""
    runs = {len(run) for run in re.findall(f"{sign}+", text)}
    return next(n for n in range(1, len(runs) + 2) if n not in runs)
