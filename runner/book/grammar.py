"""tree-sitter's bash grammar, loaded when it is first needed.

Its rows are 0-based and its columns count bytes of UTF-8.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Parser, Query


@cache
def _language() -> Language:
    """Load the grammar's extension without its package, whose own imports take 20 ms."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    from tree_sitter import Language

    package = PathFinder.find_spec("tree_sitter_bash")
    places = package.submodule_search_locations if package else None
    spec = PathFinder.find_spec("_binding", places)
    if spec is None or spec.loader is None:
        raise ImportError("tree_sitter_bash has no _binding")
    binding = module_from_spec(spec)
    spec.loader.exec_module(binding)
    return Language(binding.language())


@cache
def _parser() -> Parser:
    from tree_sitter import Parser

    return Parser(_language())


@cache
def _query(pattern: str) -> Query:
    from tree_sitter import Query

    return Query(_language(), pattern)


def parse(text: str) -> Node:
    """Return the root of the syntax tree of some bash; text that is not bash gets one too."""
    return _parser().parse(text.encode()).root_node


def captures(root: Node, pattern: str) -> dict[str, list[Node]]:
    """Return the nodes under `root` that a tree-sitter query captures, by capture name."""
    from tree_sitter import QueryCursor

    return QueryCursor(_query(pattern)).captures(root)


def content(node: Node) -> str:
    """Return a node's own source text."""
    return (node.text or b"").decode()
