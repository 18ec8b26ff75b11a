"""A shell block's directives, prose and commands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.book import directives, grammar, split
from runner.book.elements import Block, Element, Item, Lookalike
from runner.book.gate import Draft
from runner.book.model import Directive, Kind, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_GOES_ON = re.compile(r"[ \t]*#@.*\\", re.DOTALL)
_COMMENTS = "(comment) @comment"


def draft(block: Block) -> Draft:
    """Cut a block into pieces as the grammar sees them."""
    lines = block.text.split("\n")[:-1]
    masked, continued, root = _mask(lines)
    return Draft(block, masked, split.cuts(root, masked), continued)


def _mask(lines: list[str]) -> tuple[list[str], set[int], Node]:
    r"""Make comments of the lines in which a directive that ends in a backslash goes on.

    They are no bash, and must not be read as any; but what looks like such a directive may stand
    in a here-document, which only a tree tells, so the tree is made anew until all agrees.

    Returns:
        The lines, as long as they were; the rows of those that were masked; the tree.
    """
    real = [row for row, line in enumerate(lines) if _GOES_ON.fullmatch(line)]
    while True:
        continued = _continued(lines, real)
        masked = [
            "#" * len(line.encode()) if row in continued else line for row, line in enumerate(lines)
        ]
        root = grammar.parse("".join(f"{line}\n" for line in masked))
        if not real:
            return masked, continued, root
        comments = {node.start_point.row for node in root.children if node.type == "comment"}
        wrong = next((row for row in real if row not in comments), None)
        if wrong is None:
            return masked, continued, root
        real.remove(wrong)


def _continued(lines: list[str], real: list[int]) -> set[int]:
    rows: set[int] = set()
    for start in real:
        row = start
        while lines[row].endswith("\\") and row + 1 < len(lines):
            row += 1
            rows.add(row)
    return rows


def elements(draft: Draft) -> Iterator[Element]:
    """Yield what a block says, in order.

    Args:
        draft: The block, its pieces settled.

    Yields:
        Its commands, directives, prose and typed lines; `##` and `#!` lines are dropped.
    """
    block = draft.block
    own = block.text.split("\n")[:-1]
    prose: list[str] = []
    begin = 0
    for cut, text in zip(draft.cuts, split.pieces(own, draft.cuts), strict=True):
        line = own[cut.start].strip()
        if prose and not (cut.comment and _is_prose(line) and cut.start == begin + len(prose)):
            yield from _prose(block, own, begin, prose)
            prose = []
        if cut.start in draft.continued:
            continue
        row = next((r for r in range(cut.start, cut.end) if own[r].strip()), cut.start)
        place = block.place(row, _indent(own[row]))
        if not cut.comment:
            yield Item(Kind.COMMAND, text, place, block.number)
        elif line.startswith("#@"):
            yield directives.directive(_joined(own, cut.start), _after_hash(place))
        elif line.startswith("#$"):
            typed = line[2:].removeprefix(" ")
            yield Item(Kind.TYPED, typed, place, block.number)
        elif _is_prose(line):
            if not prose:
                begin = cut.start
            prose.append(line)
    yield from _prose(block, own, begin, prose)


def _is_prose(line: str) -> bool:
    return not line.startswith(("##", "#!", "#@", "#$"))


def _prose(block: Block, own: list[str], row: int, lines: list[str]) -> Iterator[Element]:
    """Yield one step for comment lines in a row, unless nothing is written in them."""
    if not any(line.strip("# \t") for line in lines):
        return
    for offset, line in enumerate(lines):
        lookalike = _lookalike(line, block.place(row + offset, _indent(own[row + offset])))
        if lookalike:
            yield lookalike
    place = block.place(row, _indent(own[row]))
    yield Item(Kind.PROSE, "\n".join(lines), place, block.number, "shell")


def _lookalike(line: str, place: Place) -> Lookalike | None:
    match = re.match(r"#(?:[ \t]+@)?(\w\S*.*)", line)
    if match is None:
        return None
    meant = directives.directive(match.group(1), place)
    return Lookalike(meant, f"a directive is written `#@{meant.name}`, with no space in `#@`")


def _joined(own: list[str], row: int) -> str:
    r"""Return what follows `#@` in a directive's lines, joined as bash joins lines."""
    text = own[row].strip()[2:]
    while text.endswith("\\") and row + 1 < len(own):
        row += 1
        text = text[:-1] + own[row]
    return text


def _after_hash(place: Place) -> Place:
    return Place(place.file, place.line, place.column + 1)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def strays(draft: Draft) -> Iterator[Directive]:
    """Yield the `#@` comments that have no effect, as they stand inside a command or after one."""
    standing = {cut.start for cut in draft.cuts if cut.comment}
    seen = sum(draft.lines[row].lstrip().startswith("#@") for row in standing)
    # Looking through the whole tree takes time, and is hardly ever needed.
    if sum(line.count("#@") for line in draft.lines) == seen:
        return
    root = grammar.parse("".join(f"{line}\n" for line in draft.lines))
    for node in grammar.captures(root, _COMMENTS).get("comment", []):
        row, column = node.start_point
        text = grammar.content(node)
        if row not in standing and text.startswith("#@"):
            before = draft.lines[row].encode()[:column].decode()
            yield directives.directive(text[2:], draft.block.place(row, len(before) + 1))
