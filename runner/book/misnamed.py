"""Finding Markdown in a file whose name says that it is shell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.book import grammar
from runner.book.model import Problem, Severity

if TYPE_CHECKING:
    from tree_sitter import Node

    from runner.book.source import Source

_FENCE = re.compile(r"^ {0,3}(?:`{3,}|~{3,})[ \t]*(?:bash|sh|shell)\b", re.MULTILINE)
_HERE_DOCUMENT = frozenset({"heredoc_body", "heredoc_redirect"})
_STRING = frozenset({"string", "raw_string", "ansi_c_string"})
_MESSAGE = (
    "this looks like Markdown, and only a file whose name ends in .md or .markdown is read as "
    "Markdown: rename it"
)


def misnamed(source: Source) -> Problem | None:
    """Return an error about a shell runbook that is Markdown, None where it is none.

    The sign is the fence of a shell block on a line of its own. Shell has such a line only in a
    here-document or a string, as where it writes a Markdown file.

    Args:
        source: The file, read as shell.
    """
    if not _FENCE.search(source.text):
        return None
    root = grammar.parse(source.text)
    for fence in _FENCE.finditer(source.text):
        offset = len(source.text[: fence.start()].encode())
        if not _is_data(root.descendant_for_byte_range(offset, offset), source.text):
            line = source.text.count("\n", 0, fence.start()) + 1
            return source.problem(Severity.ERROR, source.place(line), _MESSAGE)
    return None


def _is_data(node: Node | None, text: str) -> bool:
    """Return whether a node is part of a here-document or a string.

    In prose, an apostrophe looks like the beginning of a string; but there a letter is before it.
    """
    while node is not None:
        if node.type in _HERE_DOCUMENT:
            return True
        before = text.encode()[: node.start_byte][-1:]
        if node.type in _STRING and not before.isalnum():
            return True
        node = node.parent
    return False
