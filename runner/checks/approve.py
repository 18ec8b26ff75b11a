"""Taking the output that came as the output that is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.checks.align import align
from runner.checks.expected import compare
from runner.checks.pattern import ANY_LINES, literal, patterns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def approved(expected: str, lines: Sequence[str]) -> str:
    """Return what an `output` block says once the output that came is right.

    Every line of the block that still matches is kept as it is written, `...` and names included;
    elsewhere stands what came. `...` matches whatever stands there, so a line between two of them
    that came no more, nor anything like it, is left out. A block that matches is not changed.

    Args:
        expected: The block's content.
        lines: The output as a terminal showed it; see `runner.checks.screen`.

    Returns:
        The new content, which `runner.checks.expected.compare` finds to match `lines`.
    """
    if compare(expected, lines).held:
        return expected
    known: Mapping[str, str] = {}
    new: list[str] = []
    for pattern, matching in align(patterns(expected), lines):
        if pattern is None:
            new.append(literal(matching[0]))
        elif pattern.any_lines:
            if not new or new[-1].strip() != ANY_LINES:
                new.append(pattern.source)
        elif matching:
            learnt = pattern.match(matching[0], known)
            new.append(literal(matching[0]) if learnt is None else pattern.source)
            known = known if learnt is None else learnt
    content = _content(new)
    # Names that mean one thing here and another there are found to be so only by comparing.
    return content if compare(content, lines).held else _content([literal(line) for line in lines])


def _content(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
