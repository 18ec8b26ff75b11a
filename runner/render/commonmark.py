"""CommonMark as pages read it: with tables and strikethrough, as GitHub has them.

Tokens of what is to be changed in the text (links, images, HTML, code) know where they stand in it,
which markdown-it-py by itself does not tell.
"""

from __future__ import annotations

import importlib
import re
from bisect import bisect_right
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from runner.book.comments import MAX_NESTING
from runner.render.content import Heading

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

SpanKind = Literal["code", "fence", "html", "link", "autolink", "image", "definition"]

_PUNCTUATION = re.compile(r"[^\w\- ]")
_RULES = {"backticks": "backtick"}
_MARKED = ("backticks", "link", "image", "autolink", "html_inline")
_KINDS: dict[str, SpanKind] = {
    "code_inline": "code",
    "code_block": "code",
    "fence": "fence",
    "html_inline": "html",
    "html_block": "html",
    "link_open": "link",
    "image": "image",
    "definition": "definition",
}


class Span(NamedTuple):
    """A part of a text that has a meaning of its own.

    Attributes:
        kind: What it is.
        start: Where it begins in the text, in characters.
        end: Where it ends.
        line: The 0-based line in which the block begins that it stands in.
        target: Where a link, an image or a definition leads, as it is meant.
        address: Where that is written in the text, from and to; None where it is not, or where
            that is not known.
        exact: Whether `start` and `end` are its own, and not those of the block around it.
    """

    kind: SpanKind
    start: int
    end: int
    line: int
    target: str = ""
    address: tuple[int, int] | None = None
    exact: bool = True


@cache
def parser() -> MarkdownIt:
    """Return the parser. It takes any address for one; whoever uses it decides what may be."""
    from markdown_it import MarkdownIt

    options = {"maxNesting": MAX_NESTING, "inline_definitions": True}
    made = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    made.validateLink = lambda url: True  # type: ignore[method-assign]
    made.normalizeLink = lambda url: url  # type: ignore[method-assign]
    for name in _MARKED:
        made.inline.ruler.at(name, _marked(name))
    return made


def spans(text: str) -> list[Span]:
    """Return the spans of a text that are code, HTML, links, images or definitions of links.

    Args:
        text: CommonMark.

    Returns:
        They, in the text's order; one may stand in another one.
    """
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    found: list[Span] = []
    cell = (-1, 0)  # the line of the last cell of a table, and where in it that ended
    for token in parser().parse(text):
        if token.map is None:
            continue
        first, end = token.map
        if kind := _KINDS.get(token.type):
            target = str(token.meta.get("url", ""))
            found.append(Span(kind, starts[first], starts[end] - 1, first, target))
        elif token.type == "inline":
            after = cell[1] if cell[0] == first else 0
            where = _located(token.content, lines[first:end], starts[first:end], after)
            if where:
                last = where.at(len(token.content))
                cell = (first, last - starts[first])
            found += _inline(token, where, (starts[first], starts[end] - 1), first)
    return sorted(found, key=lambda span: span.start)


def headings(tokens: Sequence[Token], seen: Counter[str]) -> Iterator[Heading]:
    """Yield the headings that tokens have.

    Args:
        tokens: A parsed text's.
        seen: How often each anchor was wanted before on this page; those are added.
    """
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            text = plain(inline)
            yield Heading(int(opening.tag[1:]), text, anchor(text, seen))


def plain(inline: Token) -> str:
    """Return inline Markdown without its markup."""
    parts = []
    for token in inline.children or ():
        if token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif token.type in {"text", "code_inline", "text_special", "image"}:
            parts.append(token.content)
    return "".join(parts).strip()


def anchor(text: str, seen: Counter[str]) -> str:
    """Return what leads to a heading, as GitHub makes it: `The lamp, 1st` is at `the-lamp-1st`.

    Args:
        text: The heading's, without markup.
        seen: How often each was wanted before; it is added. The second one ends in `-1`.
    """
    wanted = _PUNCTUATION.sub("", text.strip().lower()).replace(" ", "-") or "section"
    name = wanted
    while name in seen:
        name = f"{wanted}-{seen[wanted]}"
        seen[wanted] += 1
    seen[name] += 1
    return name


class _Where:
    """Where the characters of a block's inline content stand in the text."""

    def __init__(self, contents: list[int], places: list[int]) -> None:
        self._contents = contents
        self._places = places

    def at(self, position: int) -> int:
        row = bisect_right(self._contents, position) - 1
        return self._places[row] + position - self._contents[row]


def _located(
    content: str, lines: Sequence[str], starts: Sequence[int], after: int
) -> _Where | None:
    """Return where content stands in a block's lines; None where that cannot be told.

    Args:
        content: The block's, as its inline rules see it.
        lines: The block's lines, with the marks of lists, quotes, headings and tables.
        starts: Where each begins in the text.
        after: In the first line, content stands at this column or later.
    """
    contents, places = [], []
    at = 0
    for row, part in enumerate(content.split("\n")):
        if row >= len(lines):
            return None
        ends = lines[row].endswith(part) and len(lines[row]) - len(part) >= after
        column = len(lines[row]) - len(part) if ends else lines[row].find(part, after)
        if column < 0:
            return None
        contents.append(at)
        places.append(starts[row] + column)
        at += len(part) + 1
        after = 0
    return _Where(contents, places)


def _inline(
    block: Token, where: _Where | None, around: tuple[int, int], line: int
) -> Iterator[Span]:
    for token in block.children or ():
        kind = _KINDS.get(token.type)
        if kind is None or "span" not in token.meta:
            continue
        kind = "autolink" if token.markup == "autolink" else kind
        target = str(token.attrs.get("href", token.attrs.get("src", "")))
        if where is None:
            yield Span(kind, *around, line, target, exact=False)
            continue
        start, end = token.meta["span"]
        address = token.meta.get("address")
        written = (where.at(address[0]), where.at(address[1] - 1) + 1) if address else None
        yield Span(kind, where.at(start), where.at(end - 1) + 1, line, target, written)


def _marked(name: str) -> Callable[[StateInline, bool], bool]:
    """Return an inline rule that writes down where what it finds stands."""
    rules = importlib.import_module("markdown_it.rules_inline")
    rule: Callable[[StateInline, bool], bool] = getattr(rules, _RULES.get(name, name))

    def run(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            for token in state.tokens[count:]:
                if token.type in _KINDS:
                    token.meta = {"span": (start, state.pos), "address": _address(state, start)}
                    break
        return True

    return run


def _address(state: StateInline, start: int) -> tuple[int, int] | None:
    """Return where the address of the link or image that begins at `start` is written."""
    bracket = start + (state.src[start] == "!")
    if state.src[bracket : bracket + 1] != "[":
        return None
    close = state.md.helpers.parseLinkLabel(state, bracket, False)
    if close < 0 or state.src[close + 1 : close + 2] != "(":
        return None
    at = close + 2
    while at < len(state.src) and state.src[at] in " \t\n":
        at += 1
    found = state.md.helpers.parseLinkDestination(state.src, at, len(state.src))
    return (at, found.pos) if found.ok and found.pos > at and found.pos < state.pos else None
