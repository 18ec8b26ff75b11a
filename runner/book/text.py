"""Making text from a file safe to put on a terminal, and problems with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.book.model import Place, Problem

_LONGEST = 200  # characters of a problem's line that are shown


def printable(text: str) -> str:
    r"""Return `text` with every control character written as `\xNN` or `\uNNNN`.

    Args:
        text: One line of anything; a newline counts as a control character, a tab does not.

    Returns:
        Text that moves no cursor and changes no colour; it is as long as `text` or longer.
    """
    if text.isprintable():
        return text
    return "".join(c if c == "\t" or c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def told(problem: Problem) -> str:
    """Return a problem as a person is told of it.

    Returns:
        Lines without control characters, the last one without its newline: `FILE:LINE:COLUMN:
        SEVERITY: MESSAGE`, the offending line unless it is blank, and what brought it in; all but
        the first are indented.
    """
    line = problem.line.strip()
    lines = [str(problem)]
    lines += [f"    {line[:_LONGEST]}{'…' if len(line) > _LONGEST else ''}"] if line else []
    lines += via(problem.within)
    return "\n".join(map(printable, lines))


def via(within: Iterable[Place]) -> list[str]:
    """Return a line for each import or macro that brought something in, the innermost first.

    Args:
        within: Their places, outermost first.
    """
    return [printable(f"    via {place}") for place in reversed(tuple(within))]
