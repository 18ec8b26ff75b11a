"""Writing new content into the fences of a Markdown file, and nothing else.

After CommonMark (https://spec.commonmark.org/0.31.2/#fenced-code-blocks): what stands before a
fence's lines in a list or a quote, and when a line of its content would end it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_OPENING = re.compile(r"(?P<before>[ \t>*+\-0-9.)]*?)(?P<fence>`{3,}|~{3,})(?P<info>[^\r\n]*)")


class Edit(NamedTuple):
    r"""New content for a fence.

    Attributes:
        line: The file's line, 1-based, on which its content begins, or would begin.
        old: Its content, each line with its `\n`.
        new: The content that it is to have.
    """

    line: int
    old: str
    new: str


class ChangedError(Exception):
    """The file is not what it was when it was read; the message says where."""


def rewrite(text: str, edits: Iterable[Edit]) -> str:
    r"""Return a Markdown file's text with other content in some of its fences.

    No other byte changes, and neither do lines of content that stay, nor line ends. A new line gets
    what stands before the fence in its list or quote. Where the content has a line that would end
    the fence, the fence becomes longer.

    Args:
        text: The file as it is, `\r\n` included: `open(…, newline="")`.
        edits: One for each fence, in any order.

    Returns:
        The new text.

    Raises:
        ChangedError: There is no such fence with such content.
    """
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    # From the end, so that line numbers stay right.
    for edit in sorted(edits, reverse=True):
        if edit.old != edit.new:
            _rewrite(lines, edit)
    return "".join(lines)


def _rewrite(lines: list[str], edit: Edit) -> None:
    old, new = edit.old.split("\n")[:-1], edit.new.split("\n")[:-1]
    begin = edit.line - 1
    if not old and begin == len(lines) - 1 and _opening(lines, begin):
        begin += 1  # a fence that opens at the file's end has no line that its content begins on
    end = begin + len(old)
    opening, raw = _opening(lines, begin - 1), lines[begin:end]
    if not opening or len(raw) != len(old) or any(map(_differ, raw, old)):
        raise ChangedError(f"line {edit.line}: the output block there has been changed")
    eol = "\r\n" if lines[begin - 1].endswith("\r\n") else "\n"
    before = _before(opening["before"])
    kept = {content: line.rstrip("\r\n") for line, content in zip(raw, old, strict=True)}
    made = [kept.get(line, (before + line) if line else before.rstrip()) + eol for line in new]
    if raw and not raw[-1].endswith("\n") and made:
        made[-1] = made[-1].removesuffix(eol)
    if not lines[begin - 1].endswith("\n") and made:
        made[0] = eol + made[0]
    _lengthen(lines, begin - 1, end, opening, new)
    lines[begin:end] = made


def _opening(lines: list[str], row: int) -> re.Match[str] | None:
    """Return what a fence for output opens with, None where that line is none."""
    found = _OPENING.match(lines[row]) if 0 <= row < len(lines) else None
    return found if found and found["info"].split()[:1] == ["output"] else None


def _differ(raw: str, content: str) -> bool:
    return not raw.rstrip("\r\n").endswith(content.lstrip(" \t"))


def _before(opening: str) -> str:
    """Return what stands before a line in the fence that has `opening` before it.

    A list's mark is spaces there. A quote's has a space behind it, or one of the line's own would
    be taken for that.
    """
    return re.sub(r">(?![ \t])", "> ", re.sub(r"[^>\s]", " ", opening))


def _lengthen(
    lines: list[str], opening: int, end: int, found: re.Match[str], new: list[str]
) -> None:
    """Make a fence so long that none of its lines ends it."""
    fence = found["fence"]
    ends = re.compile(rf"[ \t]*({re.escape(fence[0])}{{{len(fence)},}})[ \t]*")
    longest = max((len(match[1]) for match in map(ends.fullmatch, new) if match), default=0)
    if not longest:
        return
    more = fence[0] * (longest + 1 - len(fence))
    at = found.end("fence")
    lines[opening] = lines[opening][:at] + more + lines[opening][at:]
    # A fence may also end with its list, its quote or the file, and have no closing line.
    closing = (
        re.match(rf"([ \t>]*){re.escape(fence)}+[ \t]*\r?\n?$", lines[end])
        if end < len(lines)
        else None
    )
    if closing and _is_within(closing[1], found["before"]):
        at = closing.end(1)
        lines[end] = lines[end][:at] + more + lines[end][at:]


def _is_within(before: str, opening: str) -> bool:
    """Say whether a line with that before it is in the same list and quote as an opening fence."""
    mark = re.search(r"[^>\s]\s*$", opening)
    least = len(opening.expandtabs(4)) if mark else 0
    return before.count(">") == opening.count(">") and len(before.expandtabs(4)) >= least
