"""A folder of runbooks as a site: its pages, and a start page with a search.

Each page names its neighbours, and not all others; and what is searched stands on the start page
alone. So a site grows in proportion to its runbooks, and works from a `file://` address.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING
from urllib.parse import quote

from runner.render import html, words
from runner.render.content import Browse, Code, Commands, Folded, Note, Prose, Said
from runner.render.html import Around, Entry, Link, Manner
from runner.render.looks import looks
from runner.render.places import start as place_of_start

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from runner.render.content import Block, Sentence
    from runner.render.page import Page

_NEAR = 7
"""Pages that a page names before and after itself."""

_BEGINNING = 160
"""Characters of a page's text that stand for a description."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was made before of a site that is made again and again.

    Attributes:
        made: What each page was made of.
        searched: Of each page, what is searched.
    """

    made: dict[Path, object] = field(default_factory=dict)
    searched: dict[Path, tuple[Page, list[list[str]]]] = field(default_factory=dict)

    def forget(self, found: Container[Path]) -> None:
        """Keep nothing of pages other than these: a page that comes back is made again."""
        for known in (self.made, self.searched):
            for place in [place for place in known if place not in found]:
                del known[place]


def pages(
    found: Mapping[Path, Page],
    root: Path,
    *,
    title: str,
    mark: str,
    manner: Manner,
    done: Done | None = None,
) -> Iterator[tuple[Path, str]]:
    """Yield a site's files, one after the other, and the HTML that they hold.

    Args:
        found: The pages by the files that they are written to, in their order.
        root: The folder of the site, which all of them are in.
        title: The site's.
        mark: What tells it from sites of other runbooks; see gone.py.
        manner: How they are written.
        done: What was made before, and is not made again; what is made now is added.

    Where a runbook's page is `index.html` itself, the start page is `start.html`.

    Raises:
        NoPlaceError: There is no name left for the start page.
    """
    done = done or Done()
    templates = looks(manner.templates.rglob("*")) if manner.templates else {}
    done.forget(found)
    start = place_of_start(root, found)
    places = list(found)
    folders: dict[Path, list[Path]] = {}
    row: dict[Path, int] = {}
    for place in places:
        folder = folders.setdefault(place.parent, [])
        row[place] = len(folder)
        folder.append(place)
    for number, (place, page) in enumerate(found.items()):
        before = places[number - 1] if number else None
        after = places[number + 1] if number + 1 < len(places) else None
        around = Around(
            title=title,
            mark=mark,
            start=Link(address(start, place), title),
            near=tuple(
                _link(one, place, found) for one in _near(folders[place.parent], row[place])
            ),
            before=_link(before, place, found) if before else None,
            after=_link(after, place, found) if after else None,
        )
        if done.made.get(place) != (page, around, templates):
            yield place, html.render(page, place, manner=manner, around=around)
            done.made[place] = (page, around, templates)
    entries = [
        Entry(_link(place, start, found), page.description or _first(page), _folder(place, root))
        for place, page in found.items()
    ]
    index: list[object] = []
    for place, page in found.items():
        known, parts = done.searched.get(place, (None, []))
        if known != page:
            parts = [list(part) for part in searched(page, address(place, start))]
            done.searched[place] = (page, parts)
        index += parts
    yield start, html.start(title, mark, entries, index, manner)


def named(folder: Path) -> str:
    """Return what a site is called: as its folder is, as a title."""
    words = re.sub(r"[-_\s]+", " ", folder.resolve().name).strip()
    return words[:1].upper() + words[1:] or "Runbooks"


def searched(page: Page, where: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield what is searched of a page: each part's address, the titles of page and part, its text.

    Args:
        page: The page.
        where: Its address.
    """
    anchor, heading = "", ""
    texts = [page.description, *map(_plain, words.needs(page))]
    blocks = list(page.blocks)
    inner = {id(one) for block in blocks if isinstance(block, Prose) for _, one in block.inner}
    for block in (block for block in blocks if id(block) not in inner):
        if isinstance(block, Prose) and block.headings:
            for part in _parts(block):
                if part[1]:
                    yield _entry(where, anchor, page.title, heading, texts)
                    heading, anchor = part[1], part[0]
                    texts = []
                texts.append(part[2])
        else:
            texts.append(_text(block))
    yield _entry(where, anchor, page.title, heading, texts)


def _entry(
    where: str, anchor: str, title: str, heading: str, texts: Sequence[str]
) -> tuple[str, str, str, str]:
    mark = f"#{quote(anchor, safe=':-._~')}" if anchor else ""
    text = " ".join(" ".join(texts).split())
    return f"{where}{mark}", title, "" if heading == title else heading, text


def _parts(block: Prose) -> Iterator[tuple[str, str, str]]:
    """Yield prose heading by heading: the anchor and the heading, "" before the first, the text."""
    from runner.render import commonmark

    headings, inner = iter(block.headings), dict(block.inner)
    anchor, heading = "", ""
    texts: list[str] = []
    inside = False
    for token in commonmark.parser().parse(block.text):
        if token.type == "heading_open":
            yield anchor, heading, " ".join(texts)
            found = next(headings)
            anchor, heading, texts = found.anchor, found.text, []
            inside = True
        elif token.type == "heading_close":
            inside = False
        elif token.type == "inline" and not inside:
            texts.append(commonmark.plain(token))
        elif token.type in ("fence", "code_block"):
            texts.append(_text(inner[token.info]) if token.info in inner else token.content)
    yield anchor, heading, " ".join(texts)


def _first(page: Page) -> str:
    """Return how a page begins that has no description: its first sentences, as plain text."""
    from runner.render import commonmark

    block = next(iter(page.body), None)
    if not isinstance(block, Prose):
        return ""
    opening, *inner = commonmark.parser().parse(block.text)[:2]
    if opening.type != "paragraph_open":
        return ""
    return shorten(commonmark.plain(inner[0]), _BEGINNING, placeholder=" …")


def _text(block: Block) -> str:
    match block:
        case Prose():
            return " ".join(text for _, _, text in _parts(block))
        case Commands():
            return " ".join(item.text for item in block.items)
        case Code() | Said() | Note():
            return block.text
        case Browse():
            return f"{block.url} {block.text}"
        case Folded():
            return block.title


def _plain(sentence: Sentence) -> str:
    return "".join(part.text for part in sentence)


def _near(folder: Sequence[Path], at: int) -> Sequence[Path]:
    return folder[max(0, at - _NEAR) : at + _NEAR + 1]


def _link(place: Path, seen_from: Path, found: Mapping[Path, Page]) -> Link:
    return Link(address(place, seen_from), found[place].title)


@lru_cache(maxsize=65536)  # under --watch a large site asks for the same ones again and again
def address(place: Path, seen_from: Path) -> str:
    """Return a file's address as it is seen from a page."""
    return quote(os.path.relpath(place, seen_from.parent), safe="/-._~")


def _folder(place: Path, root: Path) -> str:
    inner = place.parent.relative_to(root)
    return "" if inner == Path() else str(inner)
