"""Links between pages: each leads to the other runbook's page, and to a heading that is there."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from runner.book.model import Place, Problem, Severity
from runner.book.source import exists, nearest
from runner.render.commonmark import spans
from runner.render.content import Browse, Folded, Prose
from runner.render.values import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from runner.render.commonmark import Span
    from runner.render.content import Block
    from runner.render.page import Page

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//|/", re.IGNORECASE)
_SAFE = "/-._~!$&'*+,;=:@%"
_DEFINED = re.compile(r"\]:\s*(<[^<>\n]*>|\S+)")


def linked(pages: Mapping[Path, Page]) -> tuple[dict[Path, Page], list[Problem]]:
    """Return pages whose links lead where they should, and what is wrong with links.

    A link to another of these runbooks leads to its page; one to any other file that is there, to
    that file; both as seen from the page that it stands on. What leads to other sites, and what
    begins with `/`, stays as it is.

    Args:
        pages: The pages by the files that they are written to.

    Returns:
        The same; and an error for each link that leads nowhere, sorted by place.
    """
    return Links().linked(pages)


class Links:
    """The links of pages that are made again and again.

    A page whose links were right is not looked at again before it, or what links can lead to, is
    another: so it is not found out when a file goes that is no page.
    """

    def __init__(self) -> None:
        self._site = _Site({})
        self._known: dict[Path, tuple[Page, Page]] = {}

    def linked(self, pages: Mapping[Path, Page]) -> tuple[dict[Path, Page], list[Problem]]:
        """Do what the function of this name does."""
        site = _Site(pages)
        if not site.same(self._site):
            self._known.clear()
        self._site = site
        found = {}
        for file, page in pages.items():
            before, after = self._known.get(file, (None, page))
            if before is not page:
                wrong = len(site.problems)
                after = site.linked(page, file)
                if len(site.problems) == wrong:
                    self._known[file] = (page, after)
            found[file] = after
        return found, sorted(set(site.problems))


class _Site:
    def __init__(self, pages: Mapping[Path, Page]) -> None:
        self.problems: list[Problem] = []
        self._files = {page.path.resolve(): file for file, page in pages.items()}
        self._anchors = {path: _anchors(pages[file]) for path, file in self._files.items()}

    def same(self, other: _Site) -> bool:
        """Whether links can lead to the same."""
        return (self._files, self._anchors) == (other._files, other._anchors)

    def linked(self, page: Page, file: Path) -> Page:
        """Return a page with its links rewritten."""

        def mended(prose: Prose) -> Prose:
            return self._prose(prose, page, file)

        return replace(
            page,
            heading=mended(page.heading) if page.heading else None,
            body=tuple(_each(block, mended) for block in page.body),
            cleanup=tuple(_each(block, mended) for block in page.cleanup),
        )

    def _prose(self, prose: Prose, page: Page, file: Path) -> Prose:
        text = prose.text
        if "](" not in text and "]:" not in text:
            return prose
        for where, span in sorted(_written(text), reverse=True):
            if _SCHEME.match(span.target) or REFERENCE.search(span.target):
                continue
            row = text.count("\n", 0, span.start)
            place = prose.places[row]
            column = place.column + span.start - (text.rfind("\n", 0, span.start) + 1)
            led = self._led(span, replace(place, column=column), page, file)
            if isinstance(led, str):
                if led != span.target:
                    text = text[: where[0]] + led + text[where[1] :]
            else:
                line = prose.text.split("\n")[row]
                self.problems.append(replace(led, line=line))
        return replace(prose, text=text)

    def _led(self, span: Span, place: Place, page: Page, file: Path) -> str | Problem:
        """Return what a link is to lead to, or what is wrong with it."""
        address, sign, anchor = span.target.partition("#")
        address, query, asked = address.partition("?")
        target = _real(place.file.parent / unquote(address) if address else page.path)
        if target and target in self._anchors:
            if anchor and unquote(anchor) not in self._anchors[target]:
                return self._no_anchor(anchor, target, place)
        elif target is None or not exists(target):
            near = nearest(target) if target else None
            guess = f"; did you mean {near.name}?" if near else ""
            message = f"the link leads nowhere: there is no file {unquote(address)}{guess}"
            return Problem(place, Severity.ERROR, message)
        if not address:
            return span.target
        new = os.path.relpath(self._files.get(target, target), file.parent.resolve())
        same = new == os.path.normpath(unquote(address))
        return span.target if same else f"{quote(new, safe=_SAFE)}{query}{asked}{sign}{anchor}"

    def _no_anchor(self, anchor: str, target: Path, place: Place) -> Problem:
        near = get_close_matches(unquote(anchor), self._anchors[target], 1)
        guess = f"; did you mean #{near[0]}?" if near else ""
        message = f"the link leads nowhere: {target.name} has no heading #{unquote(anchor)}{guess}"
        return Problem(place, Severity.ERROR, message)


def _anchors(page: Page) -> set[str]:
    """Return what a link to a page can lead to: its headings and its steps."""
    steps = {block.id for block in page.blocks if isinstance(block, Browse)}
    steps |= {command.id for command in page.commands}
    return steps | {heading.anchor for heading in page.headings}


def _each(block: Block, mended: Callable[[Prose], Prose]) -> Block:
    if isinstance(block, Prose):
        return mended(block)
    if isinstance(block, Folded):
        return replace(block, blocks=tuple(_each(one, mended) for one in block.blocks))
    return block


def _written(text: str) -> Iterator[tuple[tuple[int, int], Span]]:
    """Yield where the address of each link, image and definition of a text stands."""
    for span in spans(text):
        if span.kind == "definition":
            found = _DEFINED.search(text, span.start, span.end)
            if found:
                yield found.span(1), span
        elif span.address:
            yield span.address, span


def _real(path: Path) -> Path | None:
    """Return a file's one true name; None for a name that no file can have."""
    try:
        return Path(os.path.realpath(path))
    except ValueError:
        return None
