"""Lines of a block beside lines of output, so that as much as can stands beside its like.

The cheapest of all ways is found, as in an edit distance (Wagner and Fischer, 1974): leaving out a
line of the block, taking in a line of output and changing one into the other have a price, lines
that match are free, and so is what a `...` takes in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.checks.pattern import Pattern

_DROP = 3.0
_ADD = 2.0
_CHANGE = 3.2  # less, the more words they share
_AT_AN_END = 0.4  # less, where both are the first or both are the last: there one meant the other
_ALIKE = 2.4
_MOST_CELLS = 1_000_000


class Pair(NamedTuple):
    """A line of the block, lines of output, or both beside each other.

    Attributes:
        pattern: The line of the block, None where the output has more.
        lines: The lines of output: one that matches; any number for `...`; none where the block
            has more.
    """

    pattern: Pattern | None
    lines: tuple[str, ...] = ()


def align(patterns: Sequence[Pattern], lines: Sequence[str]) -> list[Pair]:
    """Return all of `patterns` and all of `lines`, in order, beside each other where they match.

    A name matches any text here, also another one each time. Time and memory grow with the product
    of the two lengths; beyond a million, all the rest of the block comes first and then all the
    rest of the output.
    """
    same = 0
    while same < min(len(patterns), len(lines)) and _matches(patterns[same], lines[same]):
        same += 1
    pairs = [Pair(p, (line,)) for p, line in zip(patterns[:same], lines[:same], strict=True)]
    patterns, lines = patterns[same:], lines[same:]
    if len(patterns) * len(lines) > _MOST_CELLS:
        return [*pairs, *(Pair(p) for p in patterns), *(Pair(None, (line,)) for line in lines)]
    return pairs + _cheapest(patterns, lines)


def _matches(pattern: Pattern, line: str) -> bool:
    return not pattern.any_lines and pattern.match(line, {}) is not None


def _cheapest(patterns: Sequence[Pattern], lines: Sequence[str]) -> list[Pair]:
    costs = _costs(patterns, lines)
    pairs: list[Pair] = []
    i = j = 0
    while i < len(patterns) or j < len(lines):
        here = costs[i][j]
        pattern = patterns[i] if i < len(patterns) else None
        line = lines[j] if j < len(lines) else None
        if pattern and pattern.any_lines:
            begin = j
            # It takes in as much as it can for that price, so that it is seen as one.
            while j < len(lines) and costs[i][j + 1] == here:
                j += 1
            pairs.append(Pair(pattern, tuple(lines[begin:j])))
            i += 1
        elif (
            pattern and line is not None and _matches(pattern, line) and costs[i + 1][j + 1] == here
        ):
            pairs.append(Pair(pattern, (line,)))
            i, j = i + 1, j + 1
        elif pattern and costs[i + 1][j] + _DROP == here:
            pairs.append(Pair(pattern))
            i += 1
        elif line is not None and costs[i][j + 1] + _ADD == here:
            pairs.append(Pair(None, (line,)))
            j += 1
        elif pattern and line is not None:
            pairs += [Pair(pattern), Pair(None, (line,))]
            i, j = i + 1, j + 1
    return pairs


def _costs(patterns: Sequence[Pattern], lines: Sequence[str]) -> list[list[float]]:
    """Return the least price of aligning `patterns[i:]` with `lines[j:]`, for all `i` and `j`."""
    words = [frozenset(line.split()) for line in lines]
    rows = [[(len(lines) - j) * _ADD for j in range(len(lines) + 1)]]
    for i in range(len(patterns) - 1, -1, -1):
        pattern, below = patterns[i], rows[-1]
        if pattern.any_lines:
            row = below[:]
            for j in range(len(lines) - 1, -1, -1):
                row[j] = min(row[j], row[j + 1])
            rows.append(row)
            continue
        row = [below[-1] + _DROP] * (len(lines) + 1)
        own = frozenset(pattern.source.split())
        for j in range(len(lines) - 1, -1, -1):
            if _matches(pattern, lines[j]):
                over = below[j + 1]
            else:
                alike = len(own & words[j]) / max(len(own), len(words[j]), 1)
                over = below[j + 1] + _CHANGE - _ALIKE * alike
                if i == j == 0 or (i == len(patterns) - 1 and j == len(lines) - 1):
                    over -= _AT_AN_END
            row[j] = min(over, below[j] + _DROP, row[j + 1] + _ADD)
        rows.append(row)
    return rows[::-1]
