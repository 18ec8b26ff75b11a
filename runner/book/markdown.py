"""Taking Markdown apart into prose, blocks, directives and expected output."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from runner.book import comments, directives
from runner.book.elements import Block, Element, Heading, Item, Lookalike
from runner.book.model import Kind, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from runner.book.source import Source

SHELLS = frozenset({"bash", "sh", "shell"})
"""A fence whose info string begins with one of these is a shell block (docs/directives.md)."""

# As it is meant in "{.bash .numbers}" and "bash,numbers" too.
_LANGUAGE = re.compile(r"(?<=[{.\s])[\w-]+|^[\w-]+")
_OTHER_SHELLS = frozenset({"ash", "dash", "eshell", "nushell"})
_NO_RUN = re.compile(r"\W*no[-_]?run\W*(?:=\W*\w*\W*)?", re.IGNORECASE)
_MARKER = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+\Z")
_DIRECTIVE_IN_TEXT = re.compile(r"<!--\s*@\w")


class _Reader:
    """One pass over one file's tokens."""

    def __init__(self, source: Source, first_line: int) -> None:
        self.source = source
        self.elements: list[Element | Block] = []
        self.problems: list[Problem] = []
        self._next = first_line
        self._heading: Heading | None = None  # the one that the next prose begins with
        self._marker = ""  # of a list's item that begins with a comment, until its text comes
        self._marked = 0  # the row that it stands in
        self._blocks = 0
        # Whose output an output block here would be: that of a shell block, by its number; of
        # none (0); of one that is only shown (-1), as it will be too.
        self._expects = 0
        self._starts = [0]
        for line in source.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def read(self) -> None:
        """Fill `elements` and `problems`."""
        lines = self.source.lines
        blank = "".join(" " * len(line) + "\n" for line in lines[: self._next])
        text = blank + self.source.text[len(blank) :]
        tokens, self._comments = comments.tokenize(text)
        for index, token in enumerate(tokens):
            match token.type:
                case "heading_open":
                    self._prose(_lines(token)[0])
                    text = _plain(tokens[index + 1].content)
                    self._heading = Heading(text, int(token.tag.removeprefix("h")))
                case "fence":
                    self._fence(token)
                case "comment":
                    self._comment(token)
                case "html_block" | "inline":
                    self._look_for_hidden_directives(token)
                case "list_item_open" | "blockquote_open":
                    self._check_depth(token)
                case _:
                    pass
        self._prose(len(lines))

    def _prose(self, end: int, after: int | None = None) -> None:
        """Keep the lines since the last call as prose, up to but not including row `end`."""
        lines = self.source.lines
        start, self._next = self._next, end if after is None else after
        while start < end and not lines[start].strip():
            start += 1
        while end > start and not lines[end - 1].strip():
            end -= 1
        if start < end:
            self._keep_prose("\n".join(lines[start:end]), start, 0)

    def _begin_item(self, row: int, column: int) -> None:
        """Remember the marker of a list's item that begins with what stands at a place."""
        if found := _MARKER.match(self.source.lines[row][:column]):
            self._marker, self._marked = found[0], row

    def _begin_block(self, row: int) -> None:
        """Keep the marker of an item that begins with a block, in which no text follows it."""
        marker, self._marker = self._marker, ""
        inside = row == self._marked or not self.source.lines[row][: len(marker)].strip()
        if marker and inside:
            self._keep_prose(marker.rstrip(), self._marked, 0)

    def _keep_prose(self, text: str, row: int, column: int) -> None:
        if self._marker and column:  # the text goes on behind the comment
            text, column = f"{self._marker}{text}", max(0, column - len(self._marker))
        elif self._marker and not text[: len(self._marker)].strip():
            text = f"{self._marker}{text[len(self._marker) :]}"
        self._marker = ""
        place = self.source.place(row + 1, column + 1)
        heading, self._heading = self._heading, None
        self._expects = 0
        self.elements.append(Item(Kind.PROSE, text, place, 0, "markdown", heading))

    def _fence(self, token: Token) -> None:
        start, end = _lines(token)
        self._prose(start, end)
        line = self.source.lines[start]
        column = line.find(token.markup)
        self._begin_item(start, column)
        self._begin_block(start)
        content = token.content
        if end - start < content.count("\n") + 2:
            self._warn(start, "a fence that never closes: all that follows is taken to be in it")
        words = token.info.split()
        language = words[0] if words else ""
        first = min(start + 1, len(self.source.lines) - 1)
        block = Block(
            self._blocks + 1,
            content,
            self.source.path,
            first + 1,
            self._shifts(first, content, column),
        )
        if language in SHELLS and "norun" not in words[1:]:
            self._blocks = self._expects = block.number
            self.elements.append(block)
            if any(_NO_RUN.fullmatch(word) for word in words[1:]):
                written = f"`{token.info.strip()}` is run"
                self._warn(start, f"a block in {written}: did you mean `norun`?")
        elif language == "output" and self._expects >= 0:
            self._output(block, start)
        else:
            self._expects = -1 if language in SHELLS else 0
            if "norun" not in words and (meant := _shell_meant(token.info)):
                written = f"`{token.info.strip()}` is shown and not run"
                self._warn(start, f"a block in {written}: did you mean `{meant}`?")
            self.elements.append(Item(Kind.CODE, content, block.place(0), 0, language))

    def _output(self, block: Block, start: int) -> None:
        if self._expects == 0:
            self._error(
                start,
                "an output block stands right after the shell block whose output it expects, "
                "one at most; there is none here",
            )
        self.elements.append(Item(Kind.OUTPUT, block.text, block.place(0), self._expects))
        self._expects = 0

    def _shifts(self, row: int, content: str, column: int) -> tuple[int, ...]:
        """Return how far the lines of a fence are indented, or quoted; best effort with tabs.

        An empty line is as far as the fence itself, whose column is given.
        """
        inner = content.split("\n")[:-1] or [""]
        outer = self.source.lines[row : row + len(inner)]
        if inner == outer and not column:
            return ()
        return tuple(column if not i else _shift(i, o) for i, o in zip(inner, outer, strict=False))

    def _comment(self, token: Token) -> None:
        start, end = _lines(token)
        self._prose(start, end)
        group = self._comments[start]
        self._begin_item(*self._position(group.comments[0].offset - len("<!--")))
        for comment in group.comments:
            self._one_comment(comment)
        if group.rest:
            row, column = self._position(group.offset)
            self._keep_prose(group.rest, row, column)
            if _DIRECTIVE_IN_TEXT.search(group.rest):
                self._warn(row, _OWN_LINE, column)

    def _one_comment(self, comment: comments.Comment) -> None:
        content = comment.content.strip()
        indent = len(comment.content) - len(comment.content.lstrip())
        row, column = self._position(comment.offset + indent)
        if not comment.closed:
            row, column = self._position(comment.offset - len("<!--"))
            self._warn(row, "a comment that never closes: only its first line is left out", column)
        elif content.startswith("@"):
            self._expects = 0
            place = self.source.place(row + 1, column + 1)
            argument = content[1:].replace("--\\>", "-->")
            self.elements.append(directives.directive(argument, place))
        elif content and not content[0].isspace():
            meant = directives.directive(content, self.source.place(row + 1, column + 1))
            self.elements.append(
                Lookalike(meant, f"a directive is written `<!-- @{meant.name} -->`")
            )

    def _look_for_hidden_directives(self, token: Token) -> None:
        if not _DIRECTIVE_IN_TEXT.search(token.content):
            return
        tokens = [token] if token.type == "html_block" else comments.inline(token.content)
        if not any(
            t.type == "html_block"
            or (t.type == "html_inline" and _DIRECTIVE_IN_TEXT.match(t.content))
            for t in tokens
        ):
            return
        start, end = _lines(token)
        for row in range(start, end):
            match = _DIRECTIVE_IN_TEXT.search(self.source.lines[row])
            if match:
                self._warn(row, _OWN_LINE, match.start())
                return

    def _check_depth(self, token: Token) -> None:
        if token.level + 1 >= comments.MAX_NESTING:
            self._error(_lines(token)[0], "lists and quotes stand too deep in each other here")

    def _position(self, offset: int) -> tuple[int, int]:
        """Return the 0-based row and column of an offset in the text."""
        row = bisect_right(self._starts, offset) - 1
        return row, offset - self._starts[row]

    def _warn(self, row: int, message: str, column: int = 0) -> None:
        self._add(Severity.WARNING, row, message, column)

    def _error(self, row: int, message: str, column: int = 0) -> None:
        self._add(Severity.ERROR, row, message, column)

    def _add(self, severity: Severity, row: int, message: str, column: int) -> None:
        place = self.source.place(row + 1, column + 1)
        self.problems.append(self.source.problem(severity, place, message))


_OWN_LINE = "a directive inside a line of text has no effect: give it a line of its own"


def take_apart(
    source: Source, first_line: int = 0
) -> tuple[Sequence[Element | Block], Sequence[Problem]]:
    """Return what a Markdown file says, in order, and what is wrong with it.

    Args:
        source: The file.
        first_line: 0-based row at which its Markdown begins, after any front matter.

    Returns:
        Its prose, directives and blocks, shell blocks not yet cut; and its problems.
    """
    reader = _Reader(source, first_line)
    reader.read()
    return reader.elements, reader.problems


def _shell_meant(info: str) -> str | None:
    """Return the language of shell blocks that some other info string perhaps means."""
    found = _LANGUAGE.search(info)
    word = found[0].lower() if found else ""
    if word in SHELLS or word in _OTHER_SHELLS:
        return word if word in SHELLS else None
    import difflib

    # A word of two letters is too near to too many others.
    close = difflib.get_close_matches(word, sorted(SHELLS - {"sh"}), n=1, cutoff=0.75)
    return close[0] if close else None


def _lines(token: Token) -> tuple[int, int]:
    """Return the 0-based row of a block token's first line and the row after its last."""
    start, end = token.map or (0, 0)
    return start, end


def _plain(text: str) -> str:
    """Return inline Markdown without its markup."""
    if not re.search(r"[\\`*_\[\]<&!\n]", text):
        return text
    plain = ""
    for token in comments.inline(text):
        if token.type in {"softbreak", "hardbreak"}:
            plain += " "
        elif token.type in {"text", "code_inline", "text_special"} or token.type == "image":
            plain += token.content
    return plain.strip()


def _shift(inner: str, outer: str) -> int:
    if outer.endswith(inner):
        return len(outer) - len(inner)
    return len(outer) - len(outer.lstrip(" \t>"))
