"""What a regular expression is made of, from the parse tree of Python's own `re`.

The one place that touches the private parts of `re`. Where a later Python has none of them, there
is no tree, and redaction goes on with less knowledge: see `Rule`.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Tree: TypeAlias = Any
"""A sequence of nodes (operation, argument); an operation has a name."""

CHARACTERS = frozenset({"LITERAL", "NOT_LITERAL", "ANY", "IN"})
REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
LOOKAROUNDS = frozenset({"ASSERT", "ASSERT_NOT"})
ASSERTIONS = LOOKAROUNDS | {"AT"}

_STRICT = {"ATOMIC_GROUP", "POSSESSIVE_REPEAT", "GROUPREF", "GROUPREF_EXISTS"}
_COPIES = 64  # a repeated text is written out so often at most


def parse(pattern: str) -> Tree | None:
    """Return a valid pattern's tree, or None where there is none to be had."""
    try:
        import_module("re._compiler")
        return import_module("re._parser").parse(pattern)
    except ImportError:
        return None


def compiled(tree: Tree, nodes: list[Tree], flags: int | None = None) -> re.Pattern[str]:
    """Compile some of a tree's nodes; with flags of their own only where they have no groups."""
    parser = import_module("re._parser")
    state = tree.state
    if flags is not None:
        state = parser.State()
        state.flags, state.str = flags, ""
    pattern: re.Pattern[str] = import_module("re._compiler").compile(
        parser.SubPattern(state, nodes)
    )
    return pattern


def scoped(flags: int, group: Tree) -> int:
    """Return the flags inside a group, such as `(?i:…)`."""
    _, added, removed, _ = group
    return int((flags | added) & ~removed)


def relaxed(tree: Tree) -> re.Pattern[str] | None:
    r"""Return a pattern without `^`, `\b`, `(?=…)` and the like, or None where that cannot be had.

    In a text of many lines it finds something if the pattern itself does in one of them.
    """
    if any(op.name in _STRICT for op, _ in _nodes(tree)):
        return None

    def dropped(op: Tree, argument: Tree) -> list[Tree]:
        return [] if op.name in ASSERTIONS else [(op, argument)]

    return compiled(tree, _changed(tree, dropped))


def cut(tree: Tree) -> re.Pattern[str] | None:
    """Return a pattern that takes the end of the text for all that it still lacks there.

    Where its match ends before the end of a text, it is the pattern's own, whatever text follows:
    `re` tries one way after the other, and all ways before this one have failed before the end.

    Returns:
        None where that cannot be had.
    """
    if any(
        op.name in _STRICT or (op.name in LOOKAROUNDS and argument[0] > 0)
        for op, argument in _nodes(tree)
    ):
        return None
    constants = import_module("re._constants")
    end = [(constants.AT, constants.AT_END_STRING)]

    def or_end(op: Tree, argument: Tree) -> list[Tree]:
        if op.name not in CHARACTERS | ASSERTIONS:
            return [(op, argument)]
        ways = [type(tree)(tree.state, way) for way in ([(op, argument)], end)]
        return [(constants.BRANCH, (None, ways))]

    return compiled(tree, _changed(tree, or_end))


def _changed(nodes: Tree, change: Callable[[Tree, Tree], list[Tree]]) -> list[Tree]:
    """Return nodes, and those in them, with each replaced by others."""

    def inside(argument: Tree) -> Tree:
        if hasattr(argument, "state"):
            return type(nodes)(argument.state, _changed(argument, change))
        if isinstance(argument, (tuple, list)):
            return type(argument)(map(inside, argument))
        return argument

    return [
        new
        for op, argument in nodes
        for new in change(op, argument if op.name in LOOKAROUNDS else inside(argument))
    ]


def _nodes(tree: Tree) -> Iterator[tuple[Tree, Tree]]:
    """Yield a tree's nodes and those in them."""

    def inside(argument: Tree) -> Iterator[tuple[Tree, Tree]]:
        if hasattr(argument, "state"):
            yield from _nodes(argument)
        elif isinstance(argument, (tuple, list)):
            for part in argument:
                yield from inside(part)

    for op, argument in tree:
        yield op, argument
        yield from inside(argument)


def literals(tree: Tree) -> list[str]:
    """Return the texts that every match has, one after the other, the first at its beginning.

    Each is as long as it can be known, and may be empty. Where case is ignored they are in lower
    case, and in ASCII.
    """
    texts = [""]
    for char in _chars(tree, tree.state.flags):
        if char:
            texts[-1] += char
        elif texts[-1] or len(texts) == 1:
            texts.append("")
    return texts


def _chars(nodes: Tree, flags: int) -> Iterator[str]:
    """Yield each character that every match has, and "" where anything else may stand."""
    for op, argument in nodes:
        if op.name == "LITERAL" and (argument < 128 or not flags & re.IGNORECASE):
            yield chr(argument).lower() if flags & re.IGNORECASE else chr(argument)
        elif op.name == "SUBPATTERN":
            yield from _chars(argument[3], scoped(flags, argument))
        elif op.name == "ATOMIC_GROUP":
            yield from _chars(argument, flags)
        elif op.name in REPEATS and argument[0]:
            least, most, repeated = argument
            inner = list(_chars(repeated, flags))
            for _ in range(min(least, _COPIES)):
                yield from inner
            if min(least, _COPIES) < most:
                yield ""
        elif op.name not in ASSERTIONS:
            yield ""
