"""Markdown of a stranger, made safe: its HTML is text, and its links lead to no scripts.

The Markdown itself is mended, so that it is safe in whatever makes a page of it; as what comes of
`prose.py` is cleaned by nh3 all the same, that is the first of two nets. Few harmless tags stay.
What is mended in a line stays in that line.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from runner.render.commonmark import spans

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from runner.render.commonmark import Span

SCHEMES = frozenset({"http", "https", "mailto"})
"""Where links may lead to, beside places on this site."""

_NONE: frozenset[str] = frozenset()
_ALIGN = frozenset({"align"})
_CELL = frozenset({"align", "colspan", "rowspan"})

TAGS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("abbr", "b", "br", "cite", "code", "dd", "del", "dl", "dt", "em"), _NONE),
    **dict.fromkeys(("hr", "i", "ins", "kbd", "li", "mark", "pre", "q", "s", "samp"), _NONE),
    **dict.fromkeys(("small", "strong", "sub", "summary", "sup", "u", "ul", "var"), _NONE),
    **dict.fromkeys(("table", "tbody", "tfoot", "thead", "tr"), _NONE),
    **dict.fromkeys(("blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "p"), _ALIGN),
    "a": frozenset({"href", "title"}),
    "details": frozenset({"open"}),
    "img": frozenset({"align", "alt", "height", "src", "title", "width"}),
    "ol": frozenset({"start"}),
    "td": _CELL,
    "th": _CELL,
}
"""The tags that may stand in anybody's Markdown, and the attributes that each may have."""

_ROUNDS = 20
_ATTRIBUTE = r"""\s+[a-z]+(?:=(?:"[^"<>]*"|'[^'<>]*'))?"""
_TAG = re.compile(rf"</([a-z][a-z0-9]*)\s*>|<([a-z][a-z0-9]*)((?:{_ATTRIBUTE})*)\s*/?>", re.I)
_EACH = re.compile(r"""([a-z]+)(?:=(?:"([^"]*)"|'([^']*)'))?""", re.I)
_COMMENT = re.compile(r"<!--(?!>|->)[^<>]*?-->")
_AUTOLINK = re.compile(r"<([a-z][a-z0-9+.-]*:[^<>\s]*)>|<[\w.+-]+@[\w.-]+>", re.I)
_BEGINS_TAG = re.compile(r"<(?=[a-z/!?])", re.I)
_LETTER = re.compile(r"[^\W\d_]")
_FENCE = re.compile(r"[`~]")
_SPACE = re.compile(r"[\x00-\x20\x7f-\xa0]+")


def safe(text: str, ours: Collection[str] = ()) -> str:
    """Return Markdown that is safe, whoever wrote it.

    Args:
        text: CommonMark.
        ours: The info strings of the fences that are not the runbook's, but ours.

    Returns:
        The same, with as many lines. HTML other than `TAGS`, a link that leads elsewhere than
        `SCHEMES`, is text. So is what would be read as a command or a directive now, as it stood
        in HTML before.
    """
    for _ in range(_ROUNDS):  # what is text now may hold Markdown that was none before
        edits = dict(_unsafe(text, spans(text), ours))
        if not edits:
            return text
        parts, at = [], 0
        for (start, end), new in sorted(edits.items()):
            parts += [text[at:start], new]
            at = end
        text = "".join([*parts, text[at:]])
    return "\n".join(f"    {line}" for line in text.split("\n"))


def harmless(address: str) -> bool:
    """Whether a link may lead to an address; one without a scheme is a place on this site.

    Args:
        address: As it is written; entities in it are read as browsers read them.
    """
    meant = _SPACE.sub("", html.unescape(address))
    scheme, colon, _ = re.split(r"[/?#]", meant, maxsplit=1)[0].partition(":")
    return not colon or scheme.lower() in SCHEMES


def _unsafe(
    text: str, found: list[Span], ours: Collection[str]
) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield what has to be replaced, from where to where, and by what."""
    code = [(s.start, s.end) for s in found if s.kind == "code" and s.exact]
    quiet = sorted([*code, *(s.address for s in found if s.address)])
    for sign in _BEGINS_TAG.finditer(text):
        at = sign.start()
        before = bisect_right(quiet, (at, len(text))) - 1
        if not (before >= 0 and at < quiet[before][1]) and not _stays(text, at):
            # A backslash before it says the same, but nothing within HTML.
            yield (at - _escaped(text, at), at + 1), "&lt;"
    for span in found:
        # A runbook's own fences are no prose; this one was in HTML before.
        mark = _FENCE.search(text, span.start, span.end) if span.kind == "fence" else None
        if mark and _info(text, mark.start()) not in ours:
            yield (mark.start(), mark.start()), "\\"
        if span.kind not in ("link", "image", "definition") or harmless(span.target):
            continue
        at = text.find("[", span.start, span.end)
        if span.exact and at >= 0:
            yield (at, at), "\\"
        else:  # it stands somewhere in there
            for bracket in re.finditer(r"(?<!\\)\[", text[span.start : span.end]):
                yield (span.start + bracket.start(), span.start + bracket.start()), "\\"


def _info(text: str, at: int) -> str:
    """Return the info string of the fence that begins at a place."""
    return text[at : text.find("\n", at)].lstrip("`~").strip()


def _escaped(text: str, at: int) -> bool:
    """Whether a backslash stands before a character that is not itself after one."""
    before = at
    while before and text[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1


def _stays(text: str, at: int) -> bool:
    """Whether what begins at a `<` is a tag, a comment or a link that may stay."""
    if _COMMENT.match(text, at):
        # On a line of its own it would be a directive perhaps; the runbook's own are no prose.
        return bool(_LETTER.search(text, text.rfind("\n", 0, at) + 1, at))
    if link := _AUTOLINK.match(text, at):
        return link[1] is None or harmless(link[1])
    tag = _TAG.match(text, at)
    return tag is not None and _may_stay(*tag.groups())


def _may_stay(closed: str | None, opened: str | None, attributes: str | None) -> bool:
    allowed = TAGS.get((closed or opened or "").lower())
    if allowed is None:
        return False
    return all(
        key.lower() in allowed
        and (key.lower() not in ("href", "src") or harmless(double or single))
        for key, double, single in _EACH.findall(attributes or "")
    )
