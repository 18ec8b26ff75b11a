"""Prose: a chunk of Markdown, or of a shell file's comments, as terminal text."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from runner.stage.look import escapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from markdown_it import MarkdownIt
    from rich.text import Text

    from runner.stage.look.theme import Theme

MEASURE = 100
"""Where lines of prose end at the latest, in columns: longer ones would be hard to follow."""

# As deep as the book reads (runner.book.comments): a list takes two levels, a quote one.
_MAX_NESTING = 60
# With less room than this, the rest of a comment is no longer set in.
_NARROWEST = 8
_LINE_END = re.compile(r"\r\n?")
_COMMENT_SIGN = re.compile(r"[ \t]*#*[ \t]*")


def prose(
    markdown: str,
    *,
    theme: Theme,
    width: int,
    indent: int = 0,
    links: Mapping[str, str] | None = None,
) -> str:
    """Return a chunk of Markdown as terminal text that ends with a newline.

    There is no blank line before or after it; a chunk with nothing to show (HTML comments, link
    definitions) is "". Of the chunk's control characters only colour escapes get through, and
    they end with the paragraph that they stand in.

    Args:
        markdown: The chunk, with `${NAME}` filled in.
        theme: The theme.
        width: The terminal's columns; no line is wider, except in so far as a single character is.
        indent: The columns that a list around the chunk takes up: so many spaces are taken from
            the beginning of each line that has them.
        links: Where the link labels lead that other chunks define; see `link_targets`.
    """
    from runner.stage.look.blocks import Blocks
    from runner.stage.look.inline import Ink
    from runner.stage.look.lines import terminal

    text, marks = escapes.hide(_LINE_END.sub("\n", markdown))
    text = escapes.clean(text)
    if indent > 0:
        text = re.sub(rf"^ {{{min(indent, 1000)}}}", "", text, flags=re.MULTILINE)
    references = {label: {"href": to, "title": ""} for label, to in (links or {}).items()}
    tokens = _parser().parse(text, {"references": references})
    blocks = Blocks(Ink(theme, marks), max(1, width), MEASURE)
    return terminal(blocks.lines(tokens), theme)


def link_targets(chunks: Iterable[str]) -> dict[str, str]:
    """Return where the labels of reference links lead, by chunks of Markdown that define them."""
    found: dict[str, dict[str, str]] = {}
    for chunk in chunks:
        if "]:" in chunk:  # most define none
            _parser().parse(escapes.clean(chunk), {"references": found})
    return {label: str(definition["href"]) for label, definition in found.items()}


def comment(text: str, *, theme: Theme, width: int) -> str:
    """Return lines `# text` as terminal text that ends with a newline, or "".

    They stay as they are, but for the colour; a line that is too long goes on below its text.
    """
    from runner.stage.look.inline import Ink
    from runner.stage.look.lines import terminal, wrap

    content, marks = escapes.hide(_LINE_END.sub("\n", text).rstrip())
    if not content:
        return ""
    measure = max(1, min(width, MEASURE))
    ink = Ink(theme, marks)
    lines: list[Text] = []
    for line in content.split("\n"):
        sign = _COMMENT_SIGN.match(line.expandtabs())
        head = sign[0] if sign else ""
        if measure - len(head) < _NARROWEST:
            head = ""
        body = wrap(ink.text(line.expandtabs()[len(head) :], theme.comment), measure - len(head))
        for number, piece in enumerate(body):
            lines.append(ink.text(" " * len(head) if number else head, theme.comment))
            lines[-1].append_text(piece)
            lines[-1].rstrip()
    return terminal(lines, theme)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING})
    parser.enable(["table", "strikethrough"])
    # An address is shown, not followed: as it is written, and wherever it leads.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser
