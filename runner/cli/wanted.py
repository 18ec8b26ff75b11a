"""What the command line wants of a runbook: its steps, or the end where it has errors."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from runner.book.model import Kind, Place
from runner.book.text import printable
from runner.show.select import NoSuchStepError, select

if TYPE_CHECKING:
    from runner.book.model import Runbook, Step


def wanted(runbook: Runbook, first: str | None, last: str | None, *, setup: bool) -> list[Step]:
    """Return the steps to perform; exits with 2, before anything has run, on errors.

    Args:
        runbook: The runbook.
        first: `--from`.
        last: `--to`.
        setup: Perform the hidden set-up before `first`.
    """
    errors = [str(problem) for problem in runbook.errors]
    if not errors and (secret := _secrets(runbook)):
        errors.append(f"{secret}: error: redaction is not performed yet, so secrets would be shown")
    if errors:
        for error in errors:
            click.echo(printable(error), err=True)
        sys.exit(2)
    try:
        return select(runbook.steps, first=first, last=last, setup=setup)
    except NoSuchStepError as error:
        raise click.UsageError(f"{runbook.path}: {error}") from error


def _secrets(runbook: Runbook) -> Place | None:
    """Where the runbook asks for redaction."""
    if runbook.front.redact:
        return Place(runbook.path, 1)
    return next((step.place for step in runbook.steps if step.kind is Kind.REDACT), None)
