r"""Whether the end of a text may be the beginning of a match.

Python's `re` cannot say so, and the `regex` package, which can, is not to be relied on for secrets:
it has no partial match for `foo\B` in `foo` or for what a negative lookahead forbids so far.

So the pattern's parse tree becomes an automaton (Glushkov's: a position for each character class,
and which of them may follow it). It is run backwards, from the end of the text: all positions are
hopeful there, and one is hopeful before a character if that fits it and one that follows is hopeful
behind it. Where a first position is hopeful, a match may begin. Most often nothing is hopeful any
more after a few characters, so that little is read. Sets of positions are the bits of a number.

The automaton never misses a beginning, but may see one where there is none: it takes `\b`, `$` and
lookarounds for possible, and those at the beginning of the pattern only after checking them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.redact import tree as trees

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.redact.tree import Tree

_POSITIONS = 500
"""Where a pattern has more, `x{1000}` is taken for `x+`, and `\\1` for anything."""

_STEPS = 10_000  # remembered at a time
_AT_START = ("AT_BEGINNING", "AT_BEGINNING_STRING")


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the pattern.

    Attributes:
        first: The positions it may begin with.
        last: Those it may end with.
        empty: Whether it may be nothing.
    """

    first: int = 0
    last: int = 0
    empty: bool = True


class Beginning:
    """Finds where in a text a match of a pattern may begin that the text does not decide yet."""

    def __init__(self, tree: Tree) -> None:
        """Build the automaton of a pattern's tree."""
        self._tree = tree
        self._fits: list[Callable[[str], object]] = []
        self._follow: list[int] = []
        self._groups: dict[int, tuple[Tree, int]] = {}
        nodes = list(tree)
        leading = 0
        while leading < len(nodes) and _is_known(*nodes[leading]):
            leading += 1
        self._condition = trees.compiled(tree, nodes[:leading]) if leading else None
        self._cut = trees.cut(tree)
        self._first = self._sequence(nodes[leading:], tree.state.flags).first
        self._all = (1 << len(self._follow)) - 1
        self._chars: dict[str, int] = {}
        self._steps: dict[tuple[int, str], int] = {}

    def find(self, text: str, start: int = 0) -> int | None:
        """Return the leftmost place where a match may begin whose end, or failure, is not known.

        Args:
            text: A line so far. A match that ends before its end, or that nothing after it could
                change, is decided.
            start: Where to look from; what is before counts for lookbehinds.
        """
        found = None
        hopeful = self._all
        for place in range(len(text) - 1, start - 1, -1):
            char = text[place]
            known = self._steps.get((hopeful, char))
            hopeful = self._step(hopeful, char) if known is None else known
            if not hopeful:
                break
            if hopeful & self._first and (
                self._condition is None or self._condition.match(text, place)
            ):
                found = place
        return found

    def settles(self, line: str, start: int) -> bool:
        """Whether the match at a place that `find` found is what it is, whatever follows.

        So it is where it would be tried before all that could go on, as with `<.*?>`.
        """
        match = self._cut.match(line, start) if self._cut else None
        return match is not None and match.end() < len(line)

    def _step(self, hopeful: int, char: str) -> int:
        fitting = self._chars.get(char)
        if fitting is None:
            fitting = sum(1 << n for n, fits in enumerate(self._fits) if fits(char))
            if len(self._chars) >= _STEPS:
                self._chars.clear()
            self._chars[char] = fitting
        before, rest = 0, fitting
        while rest:
            lowest = rest & -rest
            if self._follow[lowest.bit_length() - 1] & hopeful:
                before |= lowest
            rest ^= lowest
        if len(self._steps) >= _STEPS:
            self._steps.clear()
        self._steps[hopeful, char] = before
        return before

    def _position(self, fits: Callable[[str], object]) -> _Part:
        self._fits.append(fits)
        self._follow.append(0)
        bit = 1 << (len(self._follow) - 1)
        return _Part(bit, bit, empty=False)

    def _joined(self, one: _Part, other: _Part) -> _Part:
        rest = one.last
        while rest:
            lowest = rest & -rest
            self._follow[lowest.bit_length() - 1] |= other.first
            rest ^= lowest
        return _Part(
            one.first | (other.first if one.empty else 0),
            other.last | (one.last if other.empty else 0),
            one.empty and other.empty,
        )

    def _looped(self, part: _Part) -> _Part:
        self._joined(part, part)
        return part

    def _sequence(self, nodes: Tree, flags: int) -> _Part:
        whole = _Part()
        for op, argument in nodes:
            whole = self._joined(whole, self._node(op, argument, flags))
        return whole

    def _node(self, op: Tree, argument: Tree, flags: int) -> _Part:
        part = _Part()
        match op.name:
            case name if name in trees.CHARACTERS:
                part = self._position(trees.compiled(self._tree, [(op, argument)], flags).match)
            case "SUBPATTERN":
                group, _, _, nodes = argument
                inner = trees.scoped(flags, argument)
                self._groups[group] = nodes, inner
                part = self._sequence(nodes, inner)
            case "ATOMIC_GROUP":
                part = self._sequence(argument, flags)
            case "BRANCH":
                part = _either([self._sequence(nodes, flags) for nodes in argument[1]])
            case "GROUPREF_EXISTS":
                branches = [nodes or [] for nodes in argument[1:]]
                part = _either([self._sequence(nodes, flags) for nodes in branches])
            case name if name in trees.REPEATS:
                part = self._repeat(argument, flags)
            case "GROUPREF" if argument in self._groups and len(self._follow) < _POSITIONS:
                # Not the same text, but one of the same form.
                nodes, inner = self._groups[argument]
                part = self._sequence(nodes, inner | flags & re.IGNORECASE)
            case "AT" if str(argument) in _AT_START:
                pass
            case "AT":
                # Not known before the next character comes: hopeful at the end, and only there.
                part = _Part(self._position(_never).first)
            case "ASSERT" | "ASSERT_NOT":
                behind, nodes = argument[0] < 0, argument[1]
                part = _Part() if behind else _Part(self._sequence(nodes, flags).first)
            case "FAILURE":
                part = _Part(empty=False)
            case _:
                anything = self._looped(self._position(_always))
                part = _Part(anything.first, anything.last)
        return part

    def _repeat(self, repeated: Tree, flags: int) -> _Part:
        """Write it out, least times as it must be and then as it may be.

        Where that has no end, or is too much, the last copy stands for all further ones.
        """
        least, most, nodes = repeated
        whole = _Part()
        for copy in range(1, min(most, _POSITIONS) + 1):
            part = self._sequence(nodes, flags)
            endless = most >= _POSITIONS and copy >= least
            full = len(self._follow) >= _POSITIONS
            if endless or full:
                part = self._looped(part)
            empty = part.empty or copy > least
            whole = self._joined(whole, _Part(part.first, part.last, empty))
            if endless or full:
                break
        return whole


def _either(parts: list[_Part]) -> _Part:
    first = last = 0
    for part in parts:
        first, last = first | part.first, last | part.last
    return _Part(first, last, any(part.empty for part in parts))


def _is_known(op: Tree, argument: Tree) -> bool:
    """Whether an assertion is known as soon as there is a character after it."""
    if op.name == "AT":
        return True
    return op.name in trees.LOOKAROUNDS and argument[0] < 0


def _never(_: str) -> bool:
    return False


def _always(_: str) -> bool:
    return True
