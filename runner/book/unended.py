"""Finding what begins in some bash and never ends, as a `for` without its `done`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from runner.book import grammar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_CLOSERS = {
    **dict.fromkeys(("for", "while", "until", "select"), "done"),
    "if": "fi",
    "case": "esac",
    "{": "}",
    "${": "}",
    **dict.fromkeys(("(", "$(", "<(", ">("), ")"),
    **dict.fromkeys(("((", "$(("), "))"),
}
_ENDS = frozenset(_CLOSERS.values())


class Opener(NamedTuple):
    """A word that something begins with, where it stands (0-based), and the word that ends it."""

    word: str
    closer: str
    row: int
    column: int


def last(text: str) -> Opener | None:
    """Return the innermost thing that some text leaves open, None where none is known.

    Args:
        text: bash that ends too early.
    """
    open_: list[Opener] = []
    for leaf in _leaves(grammar.parse(text)):
        word = leaf.type
        if word in _CLOSERS:
            row, column = leaf.start_point
            before = text.split("\n")[row].encode()[:column].decode()
            open_.append(Opener(word, _CLOSERS[word], row, len(before)))
        elif word in _ENDS and open_ and open_[-1].closer == word:
            open_.pop()
    return open_[-1] if open_ else None


def _leaves(root: Node) -> Iterator[Node]:
    """Yield the nodes without children, in order, but for those that the grammar made up."""
    nodes = [root]
    while nodes:
        node = nodes.pop()
        if node.children:
            nodes += reversed(node.children)
        elif not node.is_missing:
            yield node
