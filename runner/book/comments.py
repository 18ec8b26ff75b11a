"""HTML comments as markdown-it-py is to read them, and the parser that reads them so.

CommonMark lets a comment that is never closed swallow the rest of the file. Here such a comment
takes only its own first line, so that its neighbours live.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

# Two levels for a list, one for a quote. Each takes some of Python's stack.
MAX_NESTING = 60

# Blocks of HTML in which a comment is none, or which end by a sign of their own (CommonMark 4.6).
_OPAQUE_HTML = re.compile(r"<(?:script|pre|style|textarea|[!?])", re.IGNORECASE)


class Comment(NamedTuple):
    """One HTML comment.

    Attributes:
        content: What stands between its `<!--` and `-->`.
        offset: Where `content` begins in the file's text, in characters.
        closed: False for one that never closes; it ends with its first line.
    """

    content: str
    offset: int
    closed: bool = True


class CommentLines(NamedTuple):
    """The lines that one or more comments take up.

    Attributes:
        comments: The comments, in order.
        rest: The text after the last one on its line, "" mostly.
        offset: Where `rest` begins in the file's text.
    """

    comments: tuple[Comment, ...]
    rest: str = ""
    offset: int = 0


def tokenize(text: str) -> tuple[list[Token], Mapping[int, CommentLines]]:
    """Return a file's block tokens, and its comments by the 0-based line that they begin at.

    Args:
        text: CommonMark.

    Returns:
        The tokens, with one of type `comment` for each entry of the mapping. Inline text is not
        parsed; `inline` does that where it is wanted.
    """
    found: dict[int, CommentLines] = {}
    tokens: list[Token] = []
    parser = _parser()
    parser.block.parse(text, parser, {"comments": found}, tokens)
    return tokens, found


def inline(text: str) -> list[Token]:
    """Return the tokens of some inline Markdown."""
    tokens: list[Token] = []
    parser = _parser()
    parser.inline.parse(text, parser, {}, tokens)
    return tokens


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
    rules = parser.block.ruler
    # What a comment may interrupt is what any HTML block may (CommonMark 4.6).
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote"]}
    rules.before("html_block", "comment", _comment, interrupts)
    rules.at("html_block", _html_up_to_comment, interrupts)
    return parser


def _comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: comments at a line's beginning."""
    offset = _beginning(state, start)
    if state.is_code_block(start) or not state.src.startswith("<!--", offset):
        return False
    if silent:
        return True
    comments: list[Comment] = []
    line = start
    while state.src.startswith("<!--", offset):
        comment, line, offset = _scan(state, line, offset, end)
        comments.append(comment)
        offset = min(state.skipSpaces(offset), state.eMarks[line])
    rest = state.src[offset : state.eMarks[line]].rstrip()
    state.env["comments"][start] = CommentLines(tuple(comments), rest, offset)
    state.line = line + 1
    token = state.push("comment", "", 0)
    token.map = [start, state.line]
    return True


def _scan(state: StateBlock, line: int, offset: int, end: int) -> tuple[Comment, int, int]:
    """Return the comment at `offset`, the line it ends in, and the offset after it."""
    text = state.src
    first = offset + len("<!--")
    # From the second hyphen on, as `<!-->` is a comment too.
    close = text.find("-->", offset + 2, state.eMarks[line])
    last = line
    parts = [text[first : state.eMarks[line]]]
    while close < 0:
        last += 1
        if last >= end or text.startswith("<!--", _beginning(state, last)):
            content = text[first : state.eMarks[line]]
            return Comment(content, first, closed=False), line, state.eMarks[line]
        close = text.find("-->", _beginning(state, last), state.eMarks[last])
        parts.append(text[_beginning(state, last) : state.eMarks[last]])
    kept = max(0, len(parts[-1]) - (state.eMarks[last] - close))
    parts[-1] = parts[-1][:kept]
    return Comment("\n".join(parts), first), last, close + len("-->")


def _beginning(state: StateBlock, line: int) -> int:
    return state.bMarks[line] + state.tShift[line]


def _html_up_to_comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: HTML, ended by a line that begins with a comment, which then counts as one."""
    from markdown_it.rules_block import html_block

    if not html_block(state, start, end, silent):
        return False
    if silent or _OPAQUE_HTML.match(state.src, _beginning(state, start)):
        return True
    for line in range(start + 1, state.line):
        if state.src.startswith("<!--", _beginning(state, line)):
            state.line = line
            state.tokens[-1].map = [start, line]
            break
    return True
