"""`cuebook check`: all that is wrong with some runbooks, before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from runner.book.model import Place, Problem


@click.command(
    "check",
    short_help="Find all that is wrong with runbooks.",
    epilog="Example:  cuebook check --format json workshop.md",
)
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="One line a problem, or a JSON array.",
)
@click.option("--no-init", is_flag=True, help="Leave out the start-up files.")
def command(files: tuple[Path, ...], form: str, no_init: bool) -> None:
    """Find all that is wrong with each FILE, without running any of it.

    Exits with 1 if there is an error, with 0 if there are only warnings or nothing.
    """
    from runner.book.model import Severity
    from runner.book.read import read
    from runner.book.startup import startup_files
    from runner.book.unattended import unattended
    from runner.book.unseen import unseen

    problems: list[Problem] = []
    for path in files:
        runbook = read(path, init=() if no_init else startup_files())
        found = sorted({*runbook.problems, *unattended(runbook.steps), *unseen(runbook)})
        problems += found
        if form == "text":
            for problem in found:
                click.echo(text_line(problem))
            if not found:
                click.echo(f"{path}: {len(runbook.steps)} steps, no problem found")
    if form == "json":
        click.echo(_json(problems))
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise SystemExit(1)


def text_line(problem: Problem) -> str:
    """Return a problem as one line, with nothing in it that a terminal would act on."""
    from runner.book.text import printable

    return printable(str(problem))


def _json(problems: list[Problem]) -> str:
    import json

    def place(at: Place) -> dict[str, str | int]:
        return {"file": str(at.file), "line": at.line, "column": at.column}

    return json.dumps(
        [
            {
                **place(problem.place),
                "severity": problem.severity,
                "message": problem.message,
                "text": problem.line,
                "within": [place(at) for at in problem.within],
            }
            for problem in problems
        ],
        indent=2,
    )
