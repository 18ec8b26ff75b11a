"""Markdown's inline elements: emphasis, code, links and the like, as styled text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.stage.look import escapes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markdown_it.token import Token
    from rich.style import Style
    from rich.text import Text

    from runner.stage.look.theme import Theme

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n]+")
_SIGNS = {"em": "*", "strong": "**", "s": "~~"}


class Ink:
    """Writes text in a style, over which the colours of filled-in values go.

    Args:
        theme: The theme.
        marks: What `escapes.hide` put in the place of colour escapes.
    """

    def __init__(self, theme: Theme, marks: Mapping[str, str]) -> None:
        self.theme = theme
        self.marks = marks
        self._split = re.compile(f"([{''.join(marks)}])") if marks else None

    def revealed(self, text: str) -> str:
        """Return `text` with its colour escapes put back."""
        return "".join(self.marks.get(part, part) for part in self.parts(text))

    def text(self, content: str, style: str = "") -> Text:
        """Return one line of text, which ends without the colours that a value left on."""
        return Writing(self, style).add(content).text

    def inline(self, tokens: Sequence[Token], style: str = "", *, heading: bool = False) -> Text:
        """Return a block's inline tokens as text, a newline in it where a line must end.

        Args:
            tokens: The tokens.
            style: The block's own style.
            heading: Whether all of it keeps the colour of `style`, so that it is seen to be one.
        """
        writing = Writing(self, style, one_colour=heading)
        writing.tokens(tokens)
        return writing.text

    def parts(self, text: str) -> list[str]:
        """Return `text` in parts; each mark is one."""
        return self._split.split(text) if self._split else [text]


class Writing:
    """One block's text while it is written."""

    def __init__(self, ink: Ink, style: str, *, one_colour: bool = False) -> None:
        from rich.style import Style
        from rich.text import Text

        self.text = Text(end="", tab_size=8)
        self._ink = ink
        self._theme = ink.theme
        self._one_colour = one_colour
        self._styles = [Style.parse(style)]
        self._value = Style.null()

    def add(self, content: str, style: str = "") -> Writing:
        """Write some text as it is, its control characters left out."""
        own = self._within(style)
        for part in self._ink.parts(content):
            if part in self._ink.marks:
                self._value = escapes.after(self._value, self._ink.marks[part])
            elif part:
                shown = escapes.clean(part).replace("\n", " ").replace("\t", " ")
                self.text.append(shown, own + self._value)
        return self

    def tokens(self, tokens: Sequence[Token]) -> None:
        """Write inline tokens."""
        theme, spelled = self._theme, self._theme.glyphs.spelled
        targets: list[tuple[str, int]] = []
        for token in tokens:
            kind = token.type.partition("_")[0]
            match token.type:
                case "em_open" | "strong_open" | "s_open":
                    style = {"em": theme.emphasis, "strong": theme.strong, "s": theme.strike}[kind]
                    self.add(_SIGNS[kind] if spelled else "")
                    self._push(style)
                case "em_close" | "strong_close" | "s_close":
                    self._styles.pop()
                    self.add(_SIGNS[kind] if spelled else "")
                case "link_open":
                    targets.append((str(token.attrs.get("href", "")), len(self.text)))
                    self._push(theme.link)
                case "link_close":
                    self._styles.pop()
                    address, start = targets.pop()
                    self._address(address, self.text.plain[start:])
                case "code_inline":
                    sign = "`" if spelled else ""
                    self.add(f"{sign}{token.content}{sign}", theme.code)
                case "image":
                    self.tokens(token.children or ())
                    self._address(str(token.attrs.get("src", "")), token.content)
                case "softbreak":
                    self._words(" ")
                case "hardbreak":
                    self.text.append("\n")
                case "html_inline":
                    self._html(token.content)
                case _:
                    self._words(token.content)

    def _within(self, style: str) -> Style:
        """Return what a style looks like inside the one in force."""
        from rich.style import Style

        inner = Style.parse(style)
        return self._styles[-1] + (inner.without_color if self._one_colour else inner)

    def _push(self, style: str) -> None:
        self._styles.append(self._within(style))

    def _words(self, content: str) -> None:
        """Write some text, more than one space in a row as one, as Markdown means it."""
        words = _SPACES.sub(" ", content)
        if self.text.plain.endswith(" "):
            words = words.removeprefix(" ")
        self.add(words)

    def _html(self, content: str) -> None:
        if _BREAK.fullmatch(content):
            self.text.append("\n")
        elif not content.startswith("<!--"):
            self.add(content)

    def _address(self, address: str, shown: str) -> None:
        """Write where a link leads, unless its text says so or it leads nowhere on a stage."""
        bare = "".join(part for part in self._ink.parts(address) if part not in self._ink.marks)
        if not bare or bare.startswith("#") or shown in {bare, bare.removeprefix("mailto:")}:
            return
        self.add(f"{' ' if shown else ''}({address})", self._theme.address)
