"""`cuebook steps`: what a runbook would do, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.book.directives import unperformed, unperformed_keys
from runner.cli.wanted import formats, load, refuse, without_start_up

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.book.model import Directive, Place, Step

_COLUMNS = ("", "HEADING", "PLACE", "KIND", "SHOWN", "TEXT", "DIRECTIVES")
_NOT_YET = "(not yet performed)"
_WIDEST = (6, 24, 40, 8, 6, 48, 200)


@click.command(
    "steps",
    epilog="Example:  cuebook steps --no-init workshop.md",
)
@click.argument("file", type=click.Path(path_type=Path))
@formats("A table, or a JSON array with every detail.")
@without_start_up
def command(file: Path, form: str, no_init: bool) -> None:
    """List every step of FILE, with the imports and macros put in, without running any of it.

    Exits with 2 if the runbook has errors; they go to standard error.
    """
    import json

    from runner.show.output import put

    runbook = load(file, no_init=no_init)
    refuse(runbook.errors)
    if form == "json":
        put(f"{json.dumps([_step(step) for step in runbook.steps], indent=2)}\n")
    else:
        lines = _table([_COLUMNS, *(_row(step) for step in runbook.steps)])
        put("".join(f"{line}\n" for line in lines))
    if keys := unperformed_keys(runbook.front):
        put(f"front matter: {', '.join(keys)} {_NOT_YET}\n", 2 if form == "json" else 1)


def _row(step: Step) -> tuple[str, ...]:
    from runner.book.text import printable

    waiting = unperformed(step)
    notes = [_written(str(m), now=m.name not in waiting) for m in step.modifiers]
    notes += [f"if {hook}" for hook in step.hooks]
    if step.looked_up:
        notes.append("(looked up when reached)")
    if step.cleanup:
        instead = ", run in its place" if "cleanup" in waiting else ""
        notes.append(_written("@cleanup", now="cleanup" not in waiting) + instead)
    if step.kind in waiting:
        notes.append(_NOT_YET)
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


def _written(text: str, *, now: bool) -> str:
    return text if now else f"{text} {_NOT_YET}"


def _table(rows: list[tuple[str, ...]]) -> Iterable[str]:
    """Yield rows as lines, their cells cut to what a screen holds and put under each other."""
    cut = [
        [c if len(c) <= w else c[: w - 1] + "…" for c, w in zip(row, _WIDEST, strict=True)]
        for row in rows
    ]
    widths = [max(len(row[column]) for row in cut) for column in range(len(_COLUMNS))]
    for row in cut:
        yield "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()


def _step(step: Step) -> dict[str, object]:
    waiting = unperformed(step)
    return {
        "number": step.number,
        "kind": step.kind,
        "text": step.text,
        "place": _place(step.place),
        "heading": step.heading,
        "level": step.level,
        "shown": step.shown,
        "directives": [_directive(m, now=m.name not in waiting) for m in step.modifiers],
        "hooks": step.hooks,
        "cleanup": step.cleanup,
        "block": step.block,
        "language": step.language,
        "macro": step.macro,
        "looked_up": step.looked_up,
        "performed": not {step.kind, "cleanup"} & set(waiting),
        "within": [_place(place) for place in step.within],
    }


def _directive(directive: Directive, *, now: bool) -> dict[str, object]:
    return {
        "name": directive.name,
        "argument": directive.argument,
        "performed": now,
        "place": _place(directive.place),
    }


def _place(place: Place) -> dict[str, object]:
    return {"file": str(place.file), "line": place.line, "column": place.column}
