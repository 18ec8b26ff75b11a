"""An `output` block beside the output: whether it is what was expected, and where it is not.

The output is read once, a line at a time. Each way in which the block may still come true is
followed at the same time: how far it has come, and what it has learnt of names that come again.
A way is given up once another one has gone past the same `...` or more of them and knows the same,
as all that could follow may follow that one too. So time grows in proportion to the output, however
many `...` there are, and memory does not.

Limit: names that stand on both sides of a `...` make ways that know different things. Of these, as
many are followed as the block has lines and 64 more; what would begin later is not looked at until
one of them has come to nothing.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from runner.checks.align import align
from runner.checks.pattern import patterns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.checks.pattern import Pattern

_WAYS = 64
_WINDOW = 100  # lines of output that are kept to show what came instead
_TAIL = 5  # lines of its end, where something was waited for that never came
_CONTEXT = 3
_SHOWN = 20  # lines of a difference
_WIDTH = 200  # characters of a line of it


@dataclass(frozen=True, slots=True)
class Result:
    """What the comparison came to.

    Attributes:
        held: Whether the output is what was expected.
        message: What was expected and what came, a sentence; "" where it held.
        row: Of the block, 0-based, where that begins.
        line: Of the output, 1-based, that is not as expected; 0 where none is to blame.
        difference: The lines around it, each beginning with `  `, `- ` (expected, not there) or
            `+ ` (there, not expected).
    """

    held: bool
    message: str = ""
    row: int = 0
    line: int = 0
    difference: tuple[str, ...] = ()


class _Way(NamedTuple):
    """How far the block has come true.

    Attributes:
        at: The index of the line of it that comes next, or of the `...` that lasts.
        known: What is known of names that come again later.
    """

    at: int
    known: tuple[tuple[str, str], ...] = ()


class Comparison:
    """Compares an `output` block with output that comes line by line."""

    def __init__(self, expected: str) -> None:
        """Expect the content of an `output` block; runner/checks/pattern.py says how it reads."""
        self._patterns = patterns(expected)
        self._last = {n: i for i, p in enumerate(self._patterns) for n in p.names}
        first = {n: i for i, p in reversed([*enumerate(self._patterns)]) for n in p.names}
        self._again = {n for n, i in self._last.items() if i > first[n]}
        self._ways = [_Way(0)]
        self._most = len(self._patterns) + _WAYS
        self._count = 0
        self._furthest = -1
        self._knew: dict[str, str] = {}
        self._where = 0  # the number of the line that ended the way that came furthest
        self._window: list[str] = []
        self._tail: deque[str] = deque(maxlen=_TAIL)

    def feed(self, lines: Sequence[str]) -> None:
        """Take the next lines of the output, which have no trailing spaces."""
        self._window += lines[: max(_WINDOW - len(self._window), 0)]
        self._tail.extend(lines[-_TAIL:])
        index = 0
        while index < len(lines) and self._ways:
            index = self._skipped(lines, index)
            if index < len(lines):
                self._ways = self._after(lines, index)
                index += 1
        self._count += len(lines)

    def result(self) -> Result:
        """Return what the comparison came to once all lines were fed."""
        end = len(self._patterns)
        if any(self._next(way) == end for way in self._ways):
            return Result(held=True)
        ended = max((self._next(way) for way in self._ways), default=-1)
        if ended >= self._furthest:
            return self._ended(ended)
        return self._differs()

    def _next(self, way: _Way) -> int:
        """Return the index of the line that would end the wait, if the way stands at `...`."""
        return way.at + self._waits(way)

    def _waits(self, way: _Way) -> bool:
        return way.at < len(self._patterns) and self._patterns[way.at].any_lines

    def _skipped(self, lines: Sequence[str], index: int) -> int:
        """Return where the next line is that can make a difference, the quick way if there is one.

        That is where one way is left and stands at a `...`, as it mostly is in much output.
        """
        if len(self._ways) > 1 or not self._waits(self._ways[0]):
            return index
        way = self._ways[0]
        following = self._next(way)
        if following == len(self._patterns):
            return len(lines)
        self._ended_at(way, following, lines, index)
        pattern = self._patterns[following].filled(dict(way.known))
        longest = max(pattern.texts, key=len)
        for number in range(index, len(lines)):
            if longest in lines[number] and pattern.match(lines[number], {}) is not None:
                return number
        return len(lines)

    def _after(self, lines: Sequence[str], index: int) -> list[_Way]:
        """Return the ways that are left after a line."""
        line = lines[index]
        left: dict[_Way, None] = {}
        for way in self._ways:
            waits = self._waits(way)
            if waits:
                left[way] = None
            if waits and len(self._ways) >= self._most:
                continue
            following = way.at + waits
            if following == len(self._patterns):
                known = None
            else:
                known = self._patterns[following].match(line, dict(way.known))
            if known is not None:
                again = [(n, t) for n, t in known.items() if self._comes_again(n, following)]
                left[_Way(following + 1, tuple(sorted(again)))] = None
            elif not (waits and following == len(self._patterns)):
                self._ended_at(way, following, lines, index)
        return self._best(left) if len(left) > 1 else list(left)

    def _comes_again(self, name: str, row: int) -> bool:
        return name in self._again and self._last[name] > row

    def _best(self, ways: dict[_Way, None]) -> list[_Way]:
        """Leave out the ways that another one, which waits further on, makes superfluous."""
        waiting: dict[tuple[tuple[str, str], ...], int] = {}
        for way in ways:
            if self._waits(way):
                waiting[way.known] = max(way.at, waiting.get(way.known, 0))
        return [way for way in ways if way.at >= waiting.get(way.known, 0)]

    def _ended_at(self, way: _Way, row: int, lines: Sequence[str], index: int) -> None:
        """Keep what came where the way that came furthest ended."""
        if row > self._furthest:
            self._furthest = row
            self._knew = dict(way.known)
            self._where = self._count + index + 1
            self._window = list(lines[index : index + _WINDOW])

    # What to say

    def _ended(self, row: int) -> Result:
        """The output ended before the line of the block with that index came."""
        pattern = self._patterns[row]
        if row and self._patterns[row - 1].any_lines and self._count:
            message = f"expected `{shortened(pattern.source)}`, which never came"
            return self._result(row, message, list(self._tail))
        came = "the output ended" if self._count else "there was no output"
        return self._result(row, f"expected `{shortened(pattern.source)}`, but {came}", [])

    def _differs(self) -> Result:
        row, came = self._furthest, self._window[0]
        if row == len(self._patterns):
            what = "no output" if not self._patterns else "no more output"
        else:
            source, came = _beside(self._patterns[row].source, came)
            what = f"`{shortened(source)}`"
        message = f"expected {what}, but line {self._where} of the output is `{shortened(came)}`"
        return self._result(row, message, self._window, self._where)

    def _result(self, row: int, message: str, came: list[str], line: int = 0) -> Result:
        before = [f"  {p.source}" for p in self._patterns[max(row - _CONTEXT, 0) : row]]
        after = [p.filled(self._knew) for p in self._patterns[row : row + _WINDOW]]
        differing = _difference(after, came)
        place = self._patterns[row].row if row < len(self._patterns) else 0
        if row == len(self._patterns) and row:
            place = self._patterns[-1].row
        difference = tuple(map(shortened, before + differing))
        return Result(False, message, place, line, difference)


def compare(expected: str, lines: Sequence[str]) -> Result:
    """Compare the content of an `output` block with all lines of an output."""
    comparison = Comparison(expected)
    comparison.feed(lines)
    return comparison.result()


def _difference(patterns: Sequence[Pattern], lines: Sequence[str]) -> list[str]:
    shown: list[str] = []
    for pattern, matching in align(patterns, lines):
        if pattern is None:
            shown.append(f"+ {matching[0]}")
        elif pattern.any_lines or matching:
            shown.append(f"  {pattern.source}")
        else:
            shown.append(f"- {pattern.source}")
    for at, (first, second) in enumerate(pairwise(tuple(shown))):
        if first.startswith("- ") and second.startswith("+ "):
            expected, came = _beside(first[2:], second[2:])
            shown[at : at + 2] = f"- {expected}", f"+ {came}"
    more = len(shown) - _SHOWN
    return [*shown[:_SHOWN], f"  … {more} more"] if more > 1 else shown


def _beside(expected: str, came: str) -> tuple[str, str]:
    """Return two long lines without the beginning that they share, so that they are seen to differ.

    Lines that are shown as a whole stay as they are.
    """
    differing = (at for at, (a, b) in enumerate(zip(expected, came, strict=False)) if a != b)
    same = next(differing, min(len(expected), len(came)))
    begin = same - _WIDTH // 4
    if same < _WIDTH // 2 or max(len(expected), len(came)) <= _WIDTH:
        return expected, came
    return f"…{expected[begin:]}", f"…{came[begin:]}"


def shortened(line: str) -> str:
    """Return a line as a difference shows it: at most 200 characters of it."""
    return line if len(line) <= _WIDTH else f"{line[:_WIDTH]}…"
