"""Code as HTML: each piece in a class that says what it is, after Pygments."""

from __future__ import annotations

import re
from functools import cache
from html import escape

from runner.tokens import tokens

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
    made: list[str] = []
    before, gathered = "", ""
    for kind, part in tokens(text, language):
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
def _class(kind: str) -> str:
    return next((short for begin, short in _CLASSES if kind.startswith(begin)), "")
