"""A page's prose as HTML: CommonMark by markdown-it-py, cleaned by nh3 unless it is trusted."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from runner.render.commonmark import parser
from runner.render.content import Prose
from runner.render.safe import SCHEMES, TAGS, harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

    from runner.render.content import Block
    from runner.render.page import Page

IMAGES = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
"""The images that are put into a page, by their names' endings."""

LARGEST = 4 * 1024 * 1024
"""Bytes of such an image; a larger one is linked."""

References = dict[str, dict[str, str]]

_ALIGNED = {f"text-align:{where}": where for where in ("left", "center", "right")}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def references(page: Page) -> References:
    """Return where the labels of a page's reference links lead, wherever they are defined on it."""
    found: References = {}
    for block in page.blocks:
        if isinstance(block, Prose) and "]:" in block.text:
            parser().parse(block.text, {"references": found})
    return found


def html(
    prose: Prose,
    known: References,
    folder: Path,
    *,
    trust: bool = False,
    block: Callable[[Block], str] | None = None,
) -> str:
    """Return prose as HTML, which loads nothing: images are in it, or are links.

    Headings have their anchors as ids; cells of tables that are aligned have the class "left",
    "center" or "right".

    Args:
        prose: The prose, with its links rewritten.
        known: The page's references.
        folder: The folder that the page is written to, from which addresses are seen.
        trust: It is the prose of a runbook whose own HTML stays as it is.
        block: Returns the HTML of a block that stands in a list.

    Returns:
        HTML that is balanced; unless it is trusted, one without scripts, handlers, styles and
        links that lead to scripts.
    """
    tokens = [
        token
        for token in parser().parse(prose.text, {"references": dict(known)})
        if token.type != "definition"
    ]
    headings = iter(prose.headings)
    # Nobody can write it, as nobody knows it: blocks are put in after strangers' HTML is cleaned.
    key = f"cue-{secrets.token_hex(8)}-"
    inner = dict(prose.inner)
    for token in tokens:
        if token.type == "heading_open" and (heading := next(headings, None)):
            token.attrSet("id", heading.anchor)
        elif token.type in ("th_open", "td_open"):
            _align(token)
        elif token.type == "fence" and token.info in inner:
            token.type, token.content = "html_block", f"{key}{token.info};\n"
        elif token.children:
            token.children = _inline(token.children, folder)
    made: str = parser().renderer.render(tokens, parser().options, {})
    made = made if trust else _clean(made)
    for name, one in inner.items():
        place = f"{key}{name};"
        # A stranger's text that cannot be made safe otherwise has become code, and has no lists.
        made = made if place in made else f"{made}{place}"
        made = made.replace(place, block(one) if block else "")
    return made


def _clean(made: str) -> str:
    import nh3

    return nh3.clean(
        made,
        tags={*TAGS, "details"},
        attributes=_ATTRIBUTES,
        attribute_filter=_filtered,
        allowed_classes={"td": set(_ALIGNED.values()), "th": set(_ALIGNED.values())},
        url_schemes={*SCHEMES, "data"},
    )


_ATTRIBUTES: dict[str, set[str]] = {
    **{tag: set(found) - {"align"} for tag, found in TAGS.items() if found - {"align"}},
    **{tag: {"id"} for tag in _HEADINGS},
}


def _filtered(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        return value if tag == "img" and value.startswith("data:image/") else None
    return value if attribute != "href" or harmless(value) else None


def _align(token: Token) -> None:
    """Say by a class what markdown-it-py says by a style, which no stranger may set."""
    style = str(token.attrs.pop("style", ""))
    if style in _ALIGNED:
        token.attrSet("class", _ALIGNED[style])


def _inline(tokens: Sequence[Token], folder: Path) -> list[Token]:
    from markdown_it.common.normalize_url import normalizeLink

    made: list[Token] = []
    inside = 0  # a link
    for token in tokens:
        if token.type == "link_open":
            inside += 1
            token.attrSet("href", normalizeLink(str(token.attrs.get("href", ""))))
        elif token.type == "link_close":
            inside -= 1
        if token.type == "image":
            made += _image(token, folder, linked=inside > 0)
        else:
            made.append(token)
    return made


def _image(token: Token, folder: Path, *, linked: bool) -> list[Token]:
    """Return an image with its bytes; where they are not at hand, a link to it."""
    from markdown_it.common.normalize_url import normalizeLink
    from markdown_it.token import Token as Made

    address = str(token.attrs.get("src", ""))
    if data := _data(address, folder):
        token.attrSet("src", data)
        return [token]
    text = Made("text", "", 0, content=token.content or address)
    if linked:
        return [text]
    opening = Made("link_open", "a", 1, attrs={"href": normalizeLink(address)})
    return [opening, text, Made("link_close", "a", -1)]


def _data(address: str, folder: Path) -> str:
    """Return the `data:` address of an image in a file; "" where that cannot be."""
    name = unquote(address.partition("#")[0].partition("?")[0])
    kind = IMAGES.get(Path(name).suffix.lower())
    if not kind or ":" in name or name.startswith("/"):
        return ""
    try:
        with (folder / name).open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError):
        return ""
    if len(content) > LARGEST:
        return ""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
