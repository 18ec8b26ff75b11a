"""What an author has folded away by `<details>`, around commands perhaps: folded on the page, too.

HTML is made of prose a piece at a time, and a tag that is opened in one piece and closed in another
would be closed where the first one ends.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, NamedTuple

from runner.render import commonmark
from runner.render.content import Folded, Prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.render.content import Block

_OPENING = re.compile(r"\s*<details(?:\s+open)?>\s*<summary>(.*?)</summary>\s*", re.I | re.DOTALL)
_CLOSING = re.compile(r"\s*</details>\s*", re.IGNORECASE)
_EITHER = re.compile(r"</?details", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


class _Mark(NamedTuple):
    """A tag that stands by itself.

    Attributes:
        prose: Its lines, for where nothing comes of it.
        title: The summary of what is opened; None where something is closed.
    """

    prose: Prose
    title: str | None


def folded(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks, those put into a fold that stand between `<details>` and `</details>`.

    Both must stand by themselves, with blank lines around them, the opening one with its summary. A
    fold with only prose in it is left as it is, as HTML does that by itself, and so is one that has
    another one in it.

    Args:
        blocks: They, in their order.
    """
    if not any(isinstance(b, Prose) and _EITHER.search(b.text) for b in blocks):
        return list(blocks)
    found: list[Block] = []
    opened: list[Block | _Mark] | None = None
    for part in (part for block in blocks for part in _parts(block)):
        if isinstance(part, _Mark) and part.title is not None:
            found += _plain(opened)
            opened = [part]
        elif isinstance(part, _Mark) and opened:
            found += _fold(opened) or _plain([*opened, part])
            opened = None
        elif opened:
            opened.append(part)
        else:
            found += _plain([part])
    return _joined([*found, *_plain(opened)])


def _fold(opened: list[Block | _Mark]) -> list[Block]:
    """Return the fold that parts make, of which the first opens it; nothing for none."""
    mark, *inner = opened
    blocks = [part for part in inner if not isinstance(part, _Mark)]
    if all(isinstance(b, Prose) for b in blocks) or any(isinstance(b, Folded) for b in blocks):
        return []
    title = mark.title if isinstance(mark, _Mark) and mark.title else ""
    return [Folded(title, tuple(blocks))]


def _plain(parts: Sequence[Block | _Mark] | None) -> list[Block]:
    return [part.prose if isinstance(part, _Mark) else part for part in parts or ()]


def _parts(block: Block) -> Iterator[Block | _Mark]:
    """Yield the parts of a block: prose is parted at the tags that stand by themselves."""
    if not isinstance(block, Prose):
        yield block
        return
    tokens = commonmark.parser().parse(block.text)
    at = 0
    for token in tokens:
        if token.type != "html_block" or token.level or token.map is None:
            continue
        opening = _OPENING.fullmatch(token.content)
        if opening or _CLOSING.fullmatch(token.content):
            title = html.unescape(_TAG.sub("", opening[1])).strip() if opening else None
            start, end = token.map
            yield from _lines(block, at, start)
            yield from (_Mark(prose, title) for prose in _lines(block, start, end))
            at = end
    yield from _lines(block, at, block.text.count("\n") + 1)


def _lines(prose: Prose, start: int, end: int) -> Iterator[Prose]:
    """Yield some lines of prose, without the blank ones at both ends, unless that is nothing."""
    lines = prose.text.split("\n")
    while start < end and not lines[start].strip():
        start += 1
    while start < end and not lines[end - 1].strip():
        end -= 1
    if start < end:
        tokens = commonmark.parser().parse(prose.text)
        rows = [t.map[0] for t in tokens if t.type == "heading_open" and t.map]
        kept = zip(prose.headings, rows, strict=True)
        headings = tuple(heading for heading, row in kept if start <= row < end)
        yield prose.part(start, end, headings)


def _joined(blocks: list[Block]) -> list[Block]:
    """Return blocks with prose that follows prose put together again."""
    found: list[Block] = []
    for block in blocks:
        last = found[-1] if found else None
        if isinstance(block, Prose) and isinstance(last, Prose):
            text = f"{last.text}\n\n{block.text}"
            places = (*last.places, last.places[-1], *block.places)
            headings, inner = (*last.headings, *block.headings), (*last.inner, *block.inner)
            found[-1] = Prose(text, places, headings, inner)
        else:
            found.append(block)
    return found
