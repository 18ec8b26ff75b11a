"""Code as HTML: each piece in a class that says what it is, after Pygments."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

_LONGEST = 50_000
"""Characters of a block that has colours: some lexers take their time, and nobody reads it."""

_CLASSES = (
    ("Comment", "c"),
    ("Keyword", "k"),
    ("Literal.String", "s"),
    ("Literal.Number", "n"),
    ("Name.Builtin", "b"),
    ("Name.Variable", "v"),
    ("Name.Tag", "t"),
    ("Name.Attribute", "t"),
    ("Operator", "o"),
    ("Generic.Deleted", "d"),
    ("Generic.Inserted", "i"),
    ("Generic.Heading", "k"),
    ("Generic.Subheading", "k"),
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_HIDDEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def highlighted(text: str, language: str) -> str:
    """Return code as HTML, with `span`s of one of the classes b, c, d, i, k, n, o, s, t and v.

    Args:
        text: The code.
        language: What a fence calls it; of one that Pygments does not know there are no classes.
    """
    lexer = _lexer(language) if language and len(text) <= _LONGEST else None
    if lexer is None:
        return shown(text)
    made: list[str] = []
    before, gathered = "", ""
    for _, kind, part in lexer.get_tokens_unprocessed(text):
        name = _class(kind)
        if name != before:
            made.append(_span(before, gathered))
            before, gathered = name, ""
        gathered += part
    return "".join(made) + _span(before, gathered)


def shown(text: str) -> str:
    """Return text as HTML, with a picture for each control character and each that turns text."""
    text = _CONTROL.sub(_picture, text)
    return _HIDDEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text).translate(_ESCAPES)


def is_shown_as_it_is(text: str) -> bool:
    """Whether what a reader selects on the page is the text itself."""
    return not (_CONTROL.search(text) or _HIDDEN.search(text))


_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "�"


def _span(name: str, text: str) -> str:
    if not text or not name:
        return shown(text)
    return f'<span class="{escape(name)}">{shown(text)}</span>'


@cache
def _class(kind: _TokenType) -> str:
    name = str(kind).removeprefix("Token.")
    return next((short for begin, short in _CLASSES if name.startswith(begin)), "")


@cache
def _lexer(language: str) -> Lexer | None:
    if language in {"bash", "sh", "shell"}:
        from pygments.lexers.shell import BashLexer

        return BashLexer()
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return None
