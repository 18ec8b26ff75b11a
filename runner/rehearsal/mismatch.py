"""The checks that did not hold, as a summary shows them: expected beside what came."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runner.book.model import Place
from runner.book.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from runner.take.model import Verdict

_MOST = 5  # checks of a step that are shown
_COLOURS = {"-": "\x1b[31m", "+": "\x1b[32m"}


def mismatches(
    broken: Sequence[Verdict], told: str, now: Callable[[Place], Place]
) -> Iterator[tuple[str, str]]:
    """Yield the lines that tell of a step's checks that did not hold, each with its colour or "".

    For each check, its place, and its difference where it has one: about 25 lines of 200 characters
    at the most, as runner/checks makes them. What was expected is red and what came green; `-` and
    `+` say the same.

    Args:
        broken: They.
        told: What was said of the step already: a check's message is not repeated.
        now: Where something stands, where the files have been changed meanwhile.
    """
    for verdict in broken[:_MOST]:
        at = now(Place(Path(verdict.file), verdict.line))
        place = f"{at.file}:{at.line}"
        what = f"{verdict.rule}: {verdict.message}"
        if what not in told:
            yield f"  {place}: {printable(what)}", ""
        elif verdict.difference:
            yield f"  {place}: expected (-), and what came (+):", ""
        for line in verdict.difference:
            yield f"    {printable(line)}", _COLOURS.get(line[:1], "")
    if (more := len(broken) - _MOST) > 0:
        yield f"  … {more} more did not hold", ""


def shows(broken: Iterable[Verdict], lines: Iterable[str]) -> bool:
    """Whether the differences have all of these lines of output in them."""
    shown = {
        line[2:] for verdict in broken for line in verdict.difference if not line.startswith("-")
    }
    return bool(shown) and shown.issuperset(line.rstrip() for line in lines)
