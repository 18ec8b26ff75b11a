"""`cuebook take`: what the records of performances hold."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from runner.cli.takes import named, reading
from runner.cli.wanted import formats, listing

_FILE = click.argument("file", type=click.Path(path_type=Path), required=False)


@click.group("take", epilog="Example:  cuebook take show workshop.md")
def command() -> None:
    """Show, check, compare and export takes, the records of performances.

    FILE is a take, or a runbook, whose newest take it stands for; without one, it is the newest
    take of all. docs/take-format.md describes the format.
    """


@command.command("show", epilog="Example:  cuebook take show --format json run.jsonl")
@_FILE
@formats("A table, or a JSON object with every detail but the output.")
def show(file: Path | None, form: str) -> None:
    """Show what ran and what came of it, also of a take that broke off."""
    from runner.take import show as look

    path = named(file)
    with reading():
        text = look.show_json(path) if form == "json" else look.show(path)
    listing(text)


@command.command("diff", epilog="Example:  cuebook take diff last-week.jsonl workshop.md")
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path), required=False)
@formats("Each step that differs, or a JSON array.")
def diff(first: Path, second: Path | None, form: str) -> None:
    """Compare two takes step by step: how steps ended, what they printed, how long they took.

    A step takes another time if it is more than twice as long, and by more than a second. Exits
    with 0 if no step differs, with 1 if one does.
    """
    from runner.take import diff as compare

    paths = named(first), named(second)
    with reading():
        found = compare.diff(*paths)
    listing(compare.to_json(found) if form == "json" else compare.told(found))
    sys.exit(bool(found))


@command.command("cast", epilog="Example:  cuebook take cast workshop.md -o workshop.cast")
@_FILE
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where; by default stdout.")
def cast(file: Path | None, output: Path | None) -> None:
    """Write a take as an asciicast, version 2, which asciinema plays."""
    from runner.show.files import usual_mode, write_whole
    from runner.show.output import put
    from runner.take.cast import cast as lines
    from runner.take.read import entries

    path = named(file)
    with reading():
        found = entries(path)
        if output is None:
            for line in lines(found):
                listing(line)
        elif output.exists() and output.samefile(path):
            raise click.UsageError(f"{output} is the take itself")
        elif output.exists() and not output.is_file():  # a pipe or a device stays one
            with output.open("w", encoding="ascii") as out:
                out.writelines(lines(found))
        else:
            write_whole(output, lines(found), mode=usual_mode(output))
    if found.broke_off:
        put(f"cuebook: {_shown(found.broke_off)}\n", 2)


@command.command("validate", epilog="Example:  cuebook take validate run.jsonl")
@_FILE
@formats("A line, or a JSON object.")
def validate(file: Path | None, form: str) -> None:
    """Find out whether every line of a take is what the format says.

    Exits with 0 if so, with 1 and the place if not, or if the take broke off.
    """
    import dataclasses
    import json

    from runner.take import validate as check

    path = named(file)
    found = check.validate(path)
    if form == "json":
        listing(json.dumps({"file": str(path), **dataclasses.asdict(found)}, indent=2) + "\n")
    elif found.valid:
        listing(f"{_shown(str(path))}: a whole take, {found.line} lines, {found.steps} steps\n")
    else:
        place = f":{found.line}:{found.column}" if found.line else ""
        listing(f"{_shown(f'{path}{place}: {found.problem}')}\n")
    sys.exit(not found.valid)


def _shown(text: str) -> str:
    from runner.book.text import printable

    return printable(text)
