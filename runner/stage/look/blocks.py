"""Markdown's block elements: paragraphs, headings, lists and the like, as lines of styled text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.stage.look.graphemes import columns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token
    from markdown_it.tree import SyntaxTreeNode
    from rich.text import Text

    from runner.stage.look.inline import Ink

# With less room than this, what stands inside a list or a quote is no longer set in.
_NARROWEST = 8
# A comment that never closes takes its own line only, as it does in a runbook.
_HTML_COMMENT = re.compile(r"<!--(?:.*?-->|[^\n]*)", re.DOTALL)


class Blocks:
    """Lays out one chunk's blocks.

    Args:
        ink: What writes their text.
        width: The columns that there are.
        measure: The columns that are enough, for all but tables and code.
    """

    def __init__(self, ink: Ink, width: int, measure: int) -> None:
        self._ink = ink
        self._theme = ink.theme
        self._glyphs = ink.theme.glyphs
        self._width = width
        self._beyond = max(0, width - measure)
        self._rows: dict[str, Callable[[SyntaxTreeNode, int, str, int], list[Text]]] = {
            "heading": self._heading,
            "paragraph": self._paragraph,
            "bullet_list": self._list,
            "ordered_list": self._list,
            "blockquote": self._quote,
            "hr": self._rule,
            "code_block": self._code,
            "fence": self._code,
            "html_block": self._html,
            "table": self._table,
        }

    def lines(self, tokens: Sequence[Token]) -> list[Text]:
        """Return the lines of a chunk, none wider than the width if characters let it."""
        from markdown_it.tree import SyntaxTreeNode

        from runner.stage.look.lines import fold

        root = SyntaxTreeNode(tokens)
        found = self._blocks(root.children, self._width, self._theme.text, 0)
        return [piece for line in found for piece in fold(line, self._width)]

    def _blocks(
        self,
        nodes: Sequence[SyntaxTreeNode],
        width: int,
        style: str,
        depth: int,
        *,
        tight: bool = False,
    ) -> list[Text]:
        """Return blocks one below the other, blank lines between them unless `tight`."""
        from rich.text import Text

        found: list[Text] = []
        for node in nodes:
            lines = self._rows[node.type](node, width, style, depth)
            if found and lines and not tight:
                found.append(Text(end=""))
            found += lines
        return found

    def _paragraph(self, node: SyntaxTreeNode, width: int, style: str, _depth: int) -> list[Text]:
        from runner.stage.look.lines import wrap

        text = self._inline(node, style)
        return wrap(text, width - self._beyond) if text.plain.strip() else []

    def _heading(self, node: SyntaxTreeNode, width: int, _style: str, _depth: int) -> list[Text]:

        from runner.stage.look.lines import wrap

        theme, glyphs, level = self._theme, self._glyphs, int(node.tag[1:])
        style = (theme.heading1, theme.heading2, theme.heading3)[min(level, 3) - 1]
        text = self._inline(node, style, heading=True)
        if level >= glyphs.hashes:
            text = self._ink.text("#" * level + " ", style).append_text(text)
        width -= self._beyond
        lines = wrap(text, width)
        if level == 1:
            rule = self._sign(glyphs.double * width, theme.heading_rule)
            return [rule, *lines, rule]
        if level == 2:
            return [*lines, self._sign(glyphs.single * width, theme.heading_rule)]
        return lines

    def _list(self, node: SyntaxTreeNode, width: int, style: str, depth: int) -> list[Text]:
        from rich.text import Text

        items = node.children
        if node.type == "ordered_list":
            first = int(node.attrs.get("start", 1))
            delimiter = items[0].markup if items else "."
            markers = [f"{number}{delimiter}" for number in range(first, first + len(items))]
        else:
            markers = [self._glyphs.bullets[depth % len(self._glyphs.bullets)]] * len(items)
        indent = max(map(len, markers), default=0) + 1
        tight = _is_tight(node)
        found: list[Text] = []
        for marker, item in zip(markers, items, strict=True):
            if found and not tight:
                found.append(Text(end=""))
            head = self._sign(f"{marker:>{indent - 1}} ", self._theme.marker)
            content = self._blocks(
                item.children, self._room(width, indent), style, depth + 1, tight=tight
            )
            found += self._set_in(
                content or [Text(end="")], head, Text(" " * indent, end=""), width
            )
        return found

    def _quote(self, node: SyntaxTreeNode, width: int, _style: str, depth: int) -> list[Text]:

        bar = self._sign(self._glyphs.quote, self._theme.quote_bar)
        room = self._room(width, columns(bar.plain))
        content = self._blocks(node.children, room, self._theme.quote, depth)
        return self._set_in(content, bar, bar, width)

    def _rule(self, _node: SyntaxTreeNode, width: int, _style: str, _depth: int) -> list[Text]:

        return [self._sign(self._glyphs.single * (width - self._beyond), self._theme.rule)]

    def _code(self, node: SyntaxTreeNode, width: int, _style: str, _depth: int) -> list[Text]:
        from runner.stage.look.code import block_lines

        language = node.info.split()[0] if node.info.split() else ""
        return block_lines(self._ink.revealed(node.content), language, self._theme, width)

    def _html(self, node: SyntaxTreeNode, width: int, style: str, _depth: int) -> list[Text]:
        from runner.stage.look.lines import wrap

        shown = _HTML_COMMENT.sub("", node.content).strip("\n")
        if not shown.strip():
            return []
        return [
            piece
            for line in shown.split("\n")
            for piece in wrap(self._ink.text(line, style), width - self._beyond)
        ]

    def _table(self, node: SyntaxTreeNode, width: int, style: str, _depth: int) -> list[Text]:
        from runner.stage.look.table import table_lines

        rows = [row.children for part in node.children for row in part.children]
        head = [self._inline(cell, self._theme.table_head) for cell in rows[0]]
        sides = [str(c.attrs.get("style", ":left")).rpartition(":")[2] for c in rows[0]]
        body = [[self._inline(cell, style) for cell in row] for row in rows[1:]]
        return table_lines(head, body, sides, self._ink, width)

    def _inline(self, node: SyntaxTreeNode, style: str, *, heading: bool = False) -> Text:
        inline = node.children[0].token if node.children else None
        tokens = (inline.children or ()) if inline else ()
        return self._ink.inline(tokens, style, heading=heading)

    def _sign(self, sign: str, style: str) -> Text:
        """Return something drawn; its style is its own, not that of what is put after it."""
        return self._ink.text(sign, style)

    @staticmethod
    def _room(width: int, indent: int) -> int:
        """Return the columns for what is set in by `indent`."""
        return width - indent if width - indent >= _NARROWEST else width

    @classmethod
    def _set_in(cls, lines: Sequence[Text], head: Text, rest: Text, width: int) -> list[Text]:
        """Put `head` before the first line and `rest` before the others, where there is room."""
        if cls._room(width, columns(head.plain)) == width:
            return [head, *lines]
        found = [
            (rest if number else head).copy().append_text(ln) for number, ln in enumerate(lines)
        ]
        for line in found:
            line.rstrip()
        return found


def _is_tight(node: SyntaxTreeNode) -> bool:
    """Say whether a list is tight: its paragraphs stand without blank lines between them."""
    paragraphs = [p for item in node.children for p in item.children if p.type == "paragraph"]
    return all(p.hidden for p in paragraphs)
