"""From a runbook and a take to a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.render import commonmark
from runner.render.blocks import blocks
from runner.render.content import Folded, Prose
from runner.render.details import folded
from runner.render.folds import Fold, folds
from runner.render.page import About, Need, Page
from runner.render.steps import Seen, changed, pieces
from runner.render.texts import Texts
from runner.show.require import requirements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.book.model import Runbook
    from runner.render.content import Block
    from runner.render.recorded import Recorded
    from runner.render.steps import Piece

CLEAN_UP = "Clean up"

_RULE = re.compile(r"(?:\A|\n\n) {0,3}([-*_])(?: *\1){2,} *\Z")


def build(
    runbook: Runbook,
    take: Recorded | None = None,
    *,
    notes: bool = False,
    trust: bool = False,
    nested: bool = True,
) -> Page:
    """Return a runbook's page.

    Args:
        runbook: A runbook without errors. What the start-up files do is no part of its page.
        take: What came of a performance of it, or None.
        notes: The speaker's notes are on it, too.
        trust: The runbook's own HTML and links stay as they are.
        nested: Blocks in lists stand in their items; else below the list.

    Raises:
        OtherTakeError: The take is one of another runbook.
    """
    found = pieces(runbook, take, notes=notes)
    texts = Texts(trust=trust, nested=nested)
    body = _body([piece for piece in found if not piece.step.cleanup], texts)
    heading, body = _parted(body)
    end = [piece for piece in found if piece.step.cleanup]
    cleanup: list[Block] = []
    if end:
        above = texts.made(f"## {CLEAN_UP}", (end[0].step.place,))
        cleanup = [*([above] if above else []), *blocks(end, texts)]
    front = runbook.front
    return Page(
        path=runbook.path,
        title=front.title or (heading.headings[0].text if heading else "") or runbook.path.stem,
        heading=heading,
        description=front.description,
        about=_about(runbook, take) if take else None,
        needs=tuple(Need(r.program, r.least, r.url) for r in requirements(runbook)),
        env=tuple(front.env.items()),
        cwd=front.cwd or "",
        body=tuple(body),
        cleanup=tuple(cleanup),
        front=tuple(map(Seen(front.redact).text, front.others)),
    )


def _body(found: Sequence[Piece], texts: Texts) -> list[Block]:
    """Return the blocks that steps make, some of them folded away."""
    made: list[Block] = []
    together: list[Piece] = []
    for one in folds(found):
        if isinstance(one, Fold):
            made += blocks(together, texts)
            together = []
            inner = _without_rule(blocks(one.pieces, texts))
            made += [Folded(one.title, tuple(inner))] if inner else []
        else:
            together.append(one)
    return folded(made + blocks(together, texts))


def _without_rule(inner: list[Block]) -> list[Block]:
    """Return what is folded without the thematic break at its end, which parts nothing there."""
    last = inner[-1] if inner else None
    if not isinstance(last, Prose) or not (rule := _RULE.search(last.text)):
        return inner
    text = last.text[: rule.start()]
    prose = last.part(0, text.count("\n") + 1, last.headings)
    return [*inner[:-1], prose] if text else inner[:-1]


def _parted(body: list[Block]) -> tuple[Prose | None, list[Block]]:
    """Part the heading of level 1 that a page begins with from the rest."""
    first = body[0] if body else None
    if not (isinstance(first, Prose) and first.headings and first.headings[0].level == 1):
        return None, body
    opening = commonmark.parser().parse(first.text)[0]
    if opening.type != "heading_open" or opening.map is None:
        return None, body
    end = opening.map[1]
    lines = first.text.split("\n")
    heading = first.part(0, end, first.headings[:1])
    while end < len(lines) and not lines[end].strip():
        end += 1
    if end == len(lines):
        return heading, body[1:]
    rest = first.part(end, len(lines), first.headings[1:])
    return heading, [rest, *body[1:]]


def _about(runbook: Runbook, take: Recorded) -> About:
    header = take.header
    return About(
        mode=header.mode,
        started=header.started,
        environment=header.environment,
        versions=tuple(header.versions.items()),
        outcome=take.outcome,
        why=take.why,
        changed=changed(runbook, take),
    )
