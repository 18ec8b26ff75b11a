"""`cuebook steps`: what a runbook would do, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.book.model import Directive, Place, Runbook, Step

_COLUMNS = ("", "HEADING", "PLACE", "KIND", "SHOWN", "TEXT", "DIRECTIVES")
_NOT_YET = "(not yet performed)"
_WIDEST = (6, 24, 40, 8, 6, 48, 200)


@click.command(
    "steps",
    short_help="List what a runbook would do.",
    epilog="Example:  cuebook steps --no-init workshop.md",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A table, or a JSON array with every detail.",
)
@click.option("--no-init", is_flag=True, help="Leave out the start-up files.")
def command(file: Path, form: str, no_init: bool) -> None:
    """List every step of FILE, with the imports and macros put in, without running any of it.

    Exits with 2 if the runbook has errors; they go to standard error.
    """
    from runner.book.read import read
    from runner.book.startup import startup_files
    from runner.cli.check import text_line

    runbook = read(file, init=() if no_init else startup_files())
    if runbook.errors:
        for problem in runbook.errors:
            click.echo(text_line(problem), err=True)
        raise SystemExit(2)
    if form == "json":
        click.echo(_json([*runbook.steps, *_front_matter(runbook)]))
        return
    for line in _table([_COLUMNS, *(_row(step) for step in runbook.steps)]):
        click.echo(line)
    keys = _waiting_keys(runbook)
    if keys:
        click.echo(f"front matter: {', '.join(keys)} {_NOT_YET}")


def _waiting_keys(runbook: Runbook) -> list[str]:
    """Return the keys of the front matter that the engine reads and does nothing with yet."""
    from runner.book.directives import READ_ONLY_KEYS

    return [key for key in READ_ONLY_KEYS if getattr(runbook.front, key)]


def _front_matter(runbook: Runbook) -> Iterable[Step]:
    """Yield what the front matter asks for and does not get yet, as steps with the number 0."""
    from runner.book.model import Kind, Place, Step

    as_steps = {
        "requires": [(Kind.REQUIRE, text) for text in runbook.front.requires],
        "redact": [(Kind.REDACT, f"/{text}/") for text in runbook.front.redact],
    }
    for key in _waiting_keys(runbook):
        for kind, text in as_steps[key]:
            yield Step(0, kind, text, Place(runbook.path, 1))


def _row(step: Step) -> tuple[str, ...]:
    from runner.book.text import printable

    notes = [_written(modifier.name, str(modifier)) for modifier in step.modifiers]
    notes += [f"if {hook}" for hook in step.hooks]
    if step.looked_up:
        notes.append("(looked up when reached)")
    if step.cleanup:
        now = "" if _performed("cleanup") else ", run in its place"
        notes.append(_written("cleanup", "@cleanup") + now)
    if not _kind_performed(step):
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


def _written(name: str, text: str) -> str:
    return text if _performed(name) else f"{text} {_NOT_YET}"


def _kind_performed(step: Step) -> bool:
    """Return whether the engine does yet what steps of this kind are for."""
    from runner.book.directives import READ_ONLY_KINDS

    return step.kind not in READ_ONLY_KINDS and _performed(step.kind)


def _performed(name: str) -> bool:
    """Return whether the engine does yet what the directive of that name says."""
    from runner.book.directives import DIRECTIVES

    return name not in DIRECTIVES or DIRECTIVES[name].performed


def _table(rows: list[tuple[str, ...]]) -> Iterable[str]:
    """Yield rows as lines, their cells cut to what a screen holds and put under each other."""
    cut = [
        [c if len(c) <= w else c[: w - 1] + "…" for c, w in zip(row, _WIDEST, strict=True)]
        for row in rows
    ]
    widths = [max(len(row[column]) for row in cut) for column in range(len(_COLUMNS))]
    for row in cut:
        yield "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()


def _json(steps: Iterable[Step]) -> str:
    import json

    return json.dumps([_step(step) for step in steps], indent=2)


def _step(step: Step) -> dict[str, object]:
    return {
        "number": step.number,
        "kind": step.kind,
        "text": step.text,
        "place": _place(step.place),
        "heading": step.heading,
        "shown": step.shown,
        "directives": [_directive(modifier) for modifier in step.modifiers],
        "hooks": step.hooks,
        "cleanup": step.cleanup,
        "block": step.block,
        "language": step.language,
        "macro": step.macro,
        "looked_up": step.looked_up,
        "performed": _kind_performed(step) and (not step.cleanup or _performed("cleanup")),
        "within": [_place(place) for place in step.within],
    }


def _directive(directive: Directive) -> dict[str, object]:
    return {
        "name": directive.name,
        "argument": directive.argument,
        "performed": _performed(directive.name),
        "place": _place(directive.place),
    }


def _place(place: Place) -> dict[str, object]:
    return {"file": str(place.file), "line": place.line, "column": place.column}
