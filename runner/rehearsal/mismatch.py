"""The checks that did not hold, as a summary shows them: expected beside what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.book.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.take.model import Verdict

_MOST = 5  # checks of a step that are shown
_RED, _GREEN, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[0m"
_COLOURS = {"-": _RED, "+": _GREEN}


def mismatches(broken: Sequence[Verdict], told: str, *, colour: bool) -> list[str]:
    """Return the lines that tell of a step's checks that did not hold.

    Args:
        broken: They.
        told: What was said of the step already: a check's message is not repeated.
        colour: Colour what was expected red and what came green; `-` and `+` say the same.

    Returns:
        For each, its place, and its difference where it has one: about 25 lines of 200 characters
        at the most, as runner/checks makes them.
    """
    lines: list[str] = []
    for verdict in broken[:_MOST]:
        place = f"{verdict.file}:{verdict.line}"
        what = f"{verdict.rule}: {verdict.message}"
        if what not in told:
            lines.append(f"  {place}: {printable(what)}")
        elif verdict.difference:
            lines.append(f"  {place}: expected (-), and what came (+):")
        lines += [f"    {_coloured(line, colour=colour)}" for line in verdict.difference]
    more = len(broken) - _MOST
    return [*lines, f"  … {more} more did not hold"] if more > 0 else lines


def shows(broken: Iterable[Verdict], lines: Iterable[str]) -> bool:
    """Whether the differences have all of these lines of output in them."""
    shown = {
        line[2:] for verdict in broken for line in verdict.difference if not line.startswith("-")
    }
    return bool(shown) and shown.issuperset(line.rstrip() for line in lines)


def _coloured(line: str, *, colour: bool) -> str:
    shown = printable(line)
    begin = _COLOURS.get(line[:1], "") if colour else ""
    return f"{begin}{shown}{_PLAIN}" if begin else shown
