"""`cuebook check`: all that is wrong with some runbooks, before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from runner.cli.wanted import formats, found, listing, load, without_start_up

if TYPE_CHECKING:
    from runner.book.model import Place, Problem


@click.command(
    "check",
    epilog="Example:  cuebook check --format json workshop.md",
)
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...")
@formats("Each problem with its line, or a JSON array.")
@without_start_up
def command(files: tuple[str, ...], form: str, no_init: bool) -> None:
    """Find all that is wrong with each FILE, without running any of it.

    A FOLDER stands for the runbooks in it and below, as for `cuebook rehearse`.

    Exits with 1 if there is an error, with 0 if there are only warnings or nothing.
    """
    from runner.book.edits import refused
    from runner.book.exposed import exposed
    from runner.book.model import Severity
    from runner.book.text import told
    from runner.book.unattended import unattended
    from runner.book.unchecked import unchecked
    from runner.book.unseen import unseen

    problems: list[Problem] = []
    for path in found(files):
        runbook = load(path, no_init=no_init)
        steps = runbook.steps
        of_steps = (*unattended(steps), *unchecked(steps), *refused(steps))
        wrong = sorted({*runbook.problems, *of_steps, *unseen(runbook), *exposed(runbook)})
        problems += wrong
        if form == "text":
            texts = [told(problem) for problem in wrong]
            number = "1 step" if len(steps) == 1 else f"{len(steps)} steps"
            texts = texts or [f"{path}: {number}, no problem found"]
            listing("".join(f"{text}\n" for text in texts))
    if form == "json":
        listing(f"{_json(problems)}\n")
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise SystemExit(1)


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
