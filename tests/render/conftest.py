"""Runbooks as text -> pages, with takes that say what came of their commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.book.identity import identities
from runner.book.model import Kind
from runner.book.read import read
from runner.render.build import build
from runner.render.content import Commands, Folded, Prose
from runner.render.recorded import recorded
from runner.show.fill import fill
from runner.take.format import line
from runner.take.header import source
from runner.take.model import FORMAT, Begun, Done, Header, Printed, Totals, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.book.model import Runbook
    from runner.render.page import Page

STARTED = "2026-01-31T09:30:00.000+01:00"


def header(runbook: Runbook, **more) -> Header:
    usual = {
        "format": FORMAT,
        "runbook": source(runbook.path),
        "imports": tuple(source(path) for path in runbook.files[1:]),
        "title": runbook.front.title,
        "mode": "rehearsed",
        "environment": "",
        "rows": 24,
        "columns": 80,
        "versions": {"cuebook": "0.1.0", "bash": "5.2.15"},
        "started": STARTED,
    }
    return Header(**usual | more)


def entries(
    runbook: Runbook,
    printed: Mapping[str, str],
    *,
    failed: str = "",
    verdicts: tuple[Verdict, ...] = (),
    values: Mapping[str, str] | None = None,
    before: str = "",
):
    """Each step as it is performed: it begins, prints, ends.

    Args:
        printed: What commands print that begin so.
        failed: The command that begins so fails, and is the last one.
        verdicts: What its checks found.
        values: What `${NAME}` stands for.
        before: It breaks off before the command that begins so.
    """
    for step, name in zip(runbook.steps, identities(runbook.steps), strict=True):
        if before and step.text.startswith(before):
            return
        text = fill(step.text, values or {})
        place = (str(step.place.file), step.place.line, step.place.column)
        yield Begun(0.0, name, step.number, step.kind, step.heading, text, *place, step.shown)
        bad = bool(failed) and step.text.startswith(failed)
        if step.kind is Kind.COMMAND:
            for begin, output in printed.items():
                if step.text.startswith(begin):
                    yield Printed(0.0, output)
        more = {"verdicts": verdicts} if bad else {}
        yield Done(0.0, name, "failed" if bad else "passed", int(bad), 0.5, **more)
        if bad:
            break
    yield Totals(9.0, 0, int(bool(failed)), 0, 0, int(bool(failed)))


@pytest.fixture
def book(tmp_path, monkeypatch) -> Callable[..., Runbook]:
    """Return a function that reads a runbook's text; `files` are put beside it first."""
    monkeypatch.chdir(tmp_path)

    def book(text: str, name: str = "demo.md", files: Mapping[str, str] | None = None) -> Runbook:
        for key, content in {name: text, **(files or {})}.items():
            path = tmp_path / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode())
        runbook = read(Path(name))
        assert not runbook.errors
        return runbook

    return book


@pytest.fixture
def write_take(tmp_path) -> Callable[..., Path]:
    """Return a function that writes the take of a performance of a runbook; see `entries`."""

    def write_take(runbook: Runbook, printed=None, name: str = "run.jsonl", **more) -> Path:
        ours = {k: more.pop(k) for k in ("failed", "verdicts", "values", "before") if k in more}
        found = entries(runbook, printed or {}, **ours)
        path = tmp_path / name
        with path.open("wb") as file:
            for one in (header(runbook, **more), *found):
                file.write(line(one))
        return path

    return write_take


@pytest.fixture
def page(book, write_take) -> Callable[..., Page]:
    """Return a function that makes the page of a runbook's text; with `printed`, with a take."""

    def page(
        text: str, printed=None, *, name="demo.md", files=None, notes=False, trust=False, **of
    ):
        runbook = book(text, name, files)
        take = write_take(runbook, printed, **of) if printed is not None or of else None
        return build(runbook, take and recorded(take), notes=notes, trust=trust)

    return page


def outline(page: Page) -> list[str]:
    """Return a page's blocks, a line each."""
    return [shown for block in (*page.body, *page.cleanup) for shown in _outline(block)]


def _outline(block):
    match block:
        case Prose(text=text, inner=inner):
            yield f"prose {text!r}"
            yield from (f"  {name}: {line}" for name, one in inner for line in _outline(one))
        case Commands(items=items):
            for item in items:
                kind = type(item).__name__.lower()
                yield f"{kind} {item.text!r}"
        case Folded(title=title, blocks=blocks):
            yield f"folded {title}:"
            yield from (f"  {line}" for inner in blocks for line in _outline(inner))
        case _:
            text = getattr(block, "url", None) or block.text
            yield f"{type(block).__name__.lower()} {text!r}"
