"""`cuebook rehearse`: run runbooks unattended."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.book.arguments import seconds
from runner.cli.reports import reporting, reports
from runner.cli.wanted import accept, load, part, performing, provide, recorded
from runner.shell.find import find_bash

if TYPE_CHECKING:
    from runner.book.model import Runbook, Step
    from runner.rehearsal.rehearse import Options
    from runner.report.write import Wanted


class _Duration(click.ParamType[float]):
    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        found = seconds(str(value))
        if found is None:
            self.fail(f"{value!r} is not a duration such as 90s, 5m or 1m30s", param, ctx)
        return found


@click.command(
    epilog="Example:  cuebook rehearse --keep-going --timeout 90s workshop.md",
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--keep-going", is_flag=True, help="Go on after a failed step.")
@click.option("--timeout", type=_Duration(), help="Time that a step may take, as in 90s or 5m.")
@click.option("--hooks", is_flag=True, help="Run hooks, which a rehearsal leaves out.")
@click.option("--approve", is_flag=True, help="Write the output into the output blocks.")
@click.option("--budget", type=_Duration(), help="Time that each runbook may take in all.")
@reports()
@click.option("--no-colour", is_flag=True, hidden=True)
@performing
def command(
    *,
    files: tuple[str, ...],
    keep_going: bool,
    no_init: bool,
    timeout: float | None,
    first: str | None,
    last: str | None,
    no_setup: bool,
    hooks: bool,
    approve: bool,
    budget: float | None,
    wanted: tuple[Wanted, ...],
    take: Path | None,
    no_take: bool,
    cwd: Path | None,
    no_colour: bool,
    nested: bool,
) -> None:
    """Run each FILE's commands in one live shell, with nobody at the keys.

    This runs the runbook, as make runs a Makefile. A step that fails ends the run; the shell's
    EXIT trap runs all the same. Exit status: 0 when every step held, 1 when one failed, 2 when
    a runbook has errors (then nothing has run), 3 when there is no shell, 130 and 143 when
    interrupted.

    What happens is recorded: `cuebook take show` shows the record, a take. Reports are made of
    it, of all FILEs together, also after a failure: --report junit=report.xml.
    """
    if take and len(files) > 1 and not nested:
        raise click.UsageError("--take FILE is for the take of one runbook")
    find_bash(os.environ)  # the reader asks it too, and would call its absence the runbook's fault
    names = files[:1] if nested else files
    if not all(names):
        raise click.UsageError("the name of a runbook is empty")
    paths = [Path(name) for name in names]
    runbooks = [load(path, no_init=no_init or nested, cwd=cwd) for path in paths]
    accept(runbooks)
    provide(runbooks)
    parts = [part(runbook, first, last, setup=not no_setup) for runbook in runbooks]
    from runner.rehearsal.rehearse import Options

    options = Options(
        keep_going=keep_going,
        timeout=timeout,
        hooks=hooks,
        cwd=cwd,
        args=files[1:] if nested else (),
        approve=approve,
        budget=budget,
        colour=os.isatty(1) and not no_colour and not os.environ.get("NO_COLOR"),
        # What a runbook performs within one shares its line.
        progress=os.isatty(1) and not nested and os.environ.get("TERM") != "dumb",
    )
    options = replace(options, nested=_again(options, no_take=no_take))
    sources = [path for runbook in runbooks for path in runbook.files]
    status = 0
    with reporting(wanted, [*sources, *([take] if take else [])]) as reported:
        for runbook, steps in zip(runbooks, parts, strict=True):
            kept = recorded(runbook.path, take, no_take=no_take)
            options = replace(options, take=reported.take(kept))
            status = max(status, _perform(runbook, steps, options, nested=nested))
            if status > 128 and not nested:
                break  # a signal ends all
    sys.exit(status)


def _again(options: Options, *, no_take: bool) -> str:
    """The words after `cuebook` that rehearse what a runbook performs as it is rehearsed itself."""
    words = ["rehearse", "--nested", "--no-init"]
    words += ["--keep-going"] * options.keep_going + ["--hooks"] * options.hooks
    words += [] if options.colour else ["--no-colour"]
    words += ["--timeout", f"{options.timeout}s"] if options.timeout else []
    words += ["--no-take"] if no_take else []
    return " ".join(words)


def _perform(runbook: Runbook, steps: list[Step], options: Options, *, nested: bool) -> int:
    from runner.rehearsal.rehearse import rehearse
    from runner.rehearsal.summary import summary
    from runner.show.output import put

    result = rehearse(runbook, steps, options)
    if not nested or result.status:
        text = summary(
            runbook.path,
            result.tally,
            interrupted=bool(result.signal),
            colour=options.colour,
        )
        put(f"\n{text}")
    return result.nested_status if nested else result.status
