"""`cuebook steps`: what a runbook would do, step by step."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from runner.cli.wanted import RunbookFile, formats, listing, load, refuse, without_start_up

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from runner.book.model import Directive, Place, Step

_COLUMNS = ("", "HEADING", "PLACE", "KIND", "SHOWN", "TEXT", "DIRECTIVES")
_WIDEST = (6, 24, 40, 8, 6, 48, 200)
_TEXT = _COLUMNS.index("TEXT")
_LEAST = 16  # characters of the text that are shown however narrow the terminal is


@click.command(
    "steps",
    epilog="Example:  cuebook steps --no-init workshop.md",
)
@click.argument("file", type=RunbookFile())
@formats("A table, or a JSON array with every detail.")
@without_start_up
def command(file: Path, form: str, no_init: bool) -> None:
    """List every step of FILE, with the imports and macros put in, without running any of it.

    Exits with 2 if the runbook has errors; they go to standard error.
    """
    import json

    runbook = load(file, no_init=no_init)
    refuse(runbook.errors)
    if form == "json":
        listing(f"{json.dumps([_step(step) for step in runbook.steps], indent=2)}\n")
    else:
        lines = _table([_COLUMNS, *(_row(step) for step in runbook.steps)])
        listing("".join(f"{line}\n" for line in lines))


def _row(step: Step) -> tuple[str, ...]:
    from runner.book.text import printable

    notes = [str(modifier) for modifier in step.modifiers]
    notes += [f"if {hook}" for hook in step.hooks]
    if step.looked_up:
        notes.append("(looked up when reached)")
    if step.cleanup:
        notes.append("@cleanup")
    cells = (
        str(step.number),
        step.heading,
        _where(step),
        str(step.kind),
        "" if step.shown else "hidden",
        step.text.strip().split("\n")[0],
        ", ".join(notes),
    )
    return tuple(printable(cell) for cell in cells)


def _where(step: Step) -> str:
    """Return the file and line that brought a step in, rather than a built-in macro's own."""
    from runner.book.library import PRELUDE

    outer = [place for place in step.within if place.file != PRELUDE]
    place = outer[-1] if step.place.file == PRELUDE and outer else step.place
    return f"{place.file}:{place.line}"


def _table(rows: list[tuple[str, ...]]) -> Iterable[str]:
    """Yield rows as lines, their cells cut to what a screen holds and put under each other.

    On a terminal, the text gives way, so that the lines fit if they can.
    """
    widths = [
        min(widest, max(len(row[column]) for row in rows)) for column, widest in enumerate(_WIDEST)
    ]
    if os.isatty(1):
        over = sum(widths) + 2 * (len(widths) - 1) - os.get_terminal_size(1).columns
        widths[_TEXT] = min(widths[_TEXT], max(_LEAST, widths[_TEXT] - over))
    for row in rows:
        cells = [c if len(c) <= w else c[: w - 1] + "…" for c, w in zip(row, widths, strict=True)]
        yield "  ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)).rstrip()


def _step(step: Step) -> dict[str, object]:
    return {
        "number": step.number,
        "kind": step.kind,
        "text": step.text,
        "place": _place(step.place),
        "heading": step.heading,
        "level": step.level,
        "shown": step.shown,
        "directives": [_directive(m) for m in step.modifiers],
        "hooks": step.hooks,
        "cleanup": step.cleanup,
        "block": step.block,
        "language": step.language,
        "macro": step.macro,
        "looked_up": step.looked_up,
        "within": [_place(place) for place in step.within],
    }


def _directive(directive: Directive) -> dict[str, object]:
    return {
        "name": directive.name,
        "argument": directive.argument,
        "place": _place(directive.place),
    }


def _place(place: Place) -> dict[str, object]:
    return {"file": str(place.file), "line": place.line, "column": place.column}
