"""What a command's standard input is, as far as the syntax around it tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.book import grammar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_FROM_FILE = re.compile(r"0?<[&>]?\s*(?P<file>.*)", re.DOTALL)
_REDIRECTS = frozenset({"file_redirect", "heredoc_redirect", "herestring_redirect"})


def redirected(command: Node) -> bool:
    """Return whether a command reads from something else than the terminal.

    That is a file, a here-document, a pipe, or what a loop or group around it has been given.

    Args:
        command: Its node in a syntax tree.
    """
    inside_redirect = False
    for node in _outwards(command):
        if node.type == "process_substitution":
            return True
        if not inside_redirect:
            given = [
                v for r in node.children if r.type in _REDIRECTS and (v := _given(r)) is not None
            ]
            if given:
                return given[-1]
        inside_redirect = node.type in _REDIRECTS
        if _behind_pipe(node):
            return True
    return False


def in_background(command: Node) -> bool:
    """Return whether nothing waits for a command: an `&` stands after it or what it is part of."""
    following = (node.next_sibling for node in _outwards(command))
    return any(sibling is not None and sibling.type == "&" for sibling in following)


def in_function(command: Node) -> bool:
    """Return whether a command is part of a function, so that its input is the caller's choice."""
    return any(node.type == "function_definition" for node in _outwards(command))


def _outwards(node: Node | None) -> Iterator[Node]:
    while node is not None:
        yield node
        node = node.parent


def _given(redirect: Node) -> bool | None:
    """Return whether a redirection gives another input than the terminal, None if it gives none."""
    if redirect.type != "file_redirect":
        return True
    match = _FROM_FILE.match(grammar.content(redirect))
    return match["file"] != "/dev/tty" if match else None


def _behind_pipe(node: Node) -> bool:
    pipeline = node.parent
    if pipeline is None or pipeline.type != "pipeline":
        return False
    # `cat <<END | node`: the grammar puts what is behind the pipe into the here-document's node.
    within = pipeline.parent
    return node != pipeline.children[0] or (within is not None and within.type in _REDIRECTS)
