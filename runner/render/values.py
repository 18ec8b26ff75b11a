"""Variables on show, filled in on a page: what stood for `${NAME}` when the runbook was performed.

A value is what some command printed: it is text wherever it stands, and never Markdown or HTML.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from runner.render.commonmark import spans
from runner.render.escape import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

REFERENCE = re.compile(r"\$\{\w+\}", re.ASCII)
"""How a variable is written that is filled in (runner/show/fill.py)."""

COLOUR = re.compile(r"\x1b\[[0-9;:]*m")

_UNQUOTED = ":/?#[]@!$&'()*+,;=-._~%"


def values(source: str, filled: str) -> list[str] | None:
    """Return what each variable in a text was filled in with, in their order.

    Args:
        source: The text as it stands in the runbook.
        filled: The same text as an audience saw it.

    Returns:
        A value for each; that is `${NAME}` itself where it was not set. None where the one text
        cannot have come from the other.
    """
    literals = REFERENCE.split(source)
    if not filled.startswith(literals[0]):
        return None
    found = []
    at = len(literals[0])
    for number, literal in enumerate(literals[1:], 1):
        if number == len(literals) - 1:
            end = len(filled) - len(literal)
            if end < at or not filled.endswith(literal):
                return None
        else:
            end = filled.find(literal, at)
            if end < 0:
                return None
        found.append(COLOUR.sub("", filled[at:end]))
        at = end + len(literal)
    return found if at == len(filled) else None


def fill(text: str, known: Sequence[str | None]) -> str:
    """Return Markdown with its variables filled in.

    Args:
        text: CommonMark.
        known: For each `${NAME}` in it, in their order, its value; None where that is not known.
    """
    references = list(REFERENCE.finditer(text))
    if not any(value is not None for value in known):
        return text
    found = spans(text)
    addresses = [span.address for span in found if span.address]
    parts, at = [], 0
    for reference, value in zip(references, known, strict=True):
        start = reference.start()
        if value is None or value == reference[0]:
            continue
        kinds = {span.kind for span in found if span.start <= start < span.end and span.exact}
        begin = text.rfind("\n", 0, start) + 1
        if any(a <= start < b for a, b in addresses) or kinds & {"autolink", "definition"}:
            written = quote(value, safe=_UNQUOTED)
        elif "code" in kinds:
            if "`" in value:
                continue
            written = value
        elif "html" in kinds:
            written = html.escape(value)
        else:
            written = escaped(value, begins=not text[begin:start].strip(" \t>"))
        parts += [text[at:start], written]
        at = reference.end()
    return "".join([*parts, text[at:]])
