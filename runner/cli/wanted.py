"""What `rehearse` and `present` share: their options, and the steps that are wanted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.book.model import Kind, Place
from runner.book.text import printable
from runner.show.select import NoSuchStepError, select

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runner.book.model import Runbook, Step


_OPTIONS = (
    click.option("--no-init", is_flag=True, help="Do not perform the start-up files first."),
    click.option("--from", "first", metavar="STEP", help="Start at a step: its number or heading."),
    click.option("--to", "last", metavar="STEP", help="Stop after a step, or a heading's section."),
    click.option(
        "--no-setup", is_flag=True, help="With --from: leave out the hidden set-up before."
    ),
    click.option(
        "--cwd",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help="The directory that commands start in.",
    ),
    click.option("--nested", is_flag=True, hidden=True),
)


def performing(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that every performance has."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def accept(runbooks: Sequence[Runbook], *, cwd: Path | None) -> None:
    """Exit with 2, and with all that is wrong on stderr, unless every runbook may be performed.

    Args:
        runbooks: The runbooks.
        cwd: `--cwd`, which goes before theirs.
    """
    errors = [error for runbook in runbooks for error in _errors(runbook, cwd)]
    for error in errors:
        click.echo(printable(error), err=True)
    if errors:
        sys.exit(2)


def part(runbook: Runbook, first: str | None, last: str | None, *, setup: bool) -> list[Step]:
    """Return the steps that are wanted.

    Args:
        runbook: The runbook.
        first: `--from`.
        last: `--to`.
        setup: Perform the hidden set-up before `first`.

    Raises:
        click.UsageError: It does not have such a step.
    """
    try:
        return select(runbook.steps, first=first, last=last, setup=setup)
    except NoSuchStepError as error:
        raise click.UsageError(f"{runbook.path}: {error}") from error


def _errors(runbook: Runbook, elsewhere: Path | None) -> list[str]:
    errors = [str(problem) for problem in runbook.errors]
    if errors:
        return errors
    if secret := _secrets(runbook):
        errors.append(f"{secret}: error: redaction is not performed yet, so secrets would be shown")
    cwd = runbook.front.cwd
    if cwd is not None and elsewhere is None and not (runbook.path.parent / cwd).is_dir():
        errors.append(f"{runbook.path}:1:1: error: the front matter's cwd, {cwd}, is no directory")
    return errors


def _secrets(runbook: Runbook) -> Place | None:
    """Where the runbook asks for redaction."""
    if runbook.front.redact:
        return Place(runbook.path, 1)
    return next((step.place for step in runbook.steps if step.kind is Kind.REDACT), None)
