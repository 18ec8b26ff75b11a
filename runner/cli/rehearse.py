"""`cuebook rehearse`: run runbooks unattended."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from runner.book.arguments import seconds
from runner.cli import again
from runner.cli.reports import reporting, reports
from runner.cli.wanted import accept, enter, found, load, part, performing, provide, recorded
from runner.shell.find import find_bash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.book.model import Runbook, Step
    from runner.rehearsal.closing import Finished
    from runner.rehearsal.rehearse import Options
    from runner.report.write import Wanted

    Rehearsal = tuple[Runbook, list[Step], Options]


class _Duration(click.ParamType[float]):
    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        found = seconds(str(value))
        if found is None:
            self.fail(f"{value!r} is not a duration such as 90s, 5m or 1m30s", param, ctx)
        return found


class _Given(TypedDict):
    """What the command line says."""

    files: tuple[str, ...]
    keep_going: bool
    no_init: bool
    timeout: float | None
    first: str | None
    last: str | None
    no_setup: bool
    hooks: bool
    approve: bool
    budget: float | None
    wanted: tuple[Wanted, ...]
    take: Path | None
    no_take: bool
    cwd: Path | None
    jobs: int
    colour: bool | None
    line: int | None
    environment: str
    nested: bool


@click.command(
    epilog="Example:  cuebook rehearse -j 4 --timeout 90s docs workshop.md",
)
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...")
@click.option("--keep-going", is_flag=True, help="Go on after a failed step.")
@click.option("--timeout", type=_Duration(), help="Time that a step may take, as in 90s or 5m.")
@click.option("--hooks", is_flag=True, help="Run hooks, which a rehearsal leaves out.")
@click.option("--approve", is_flag=True, help="Write the output into the output blocks.")
@click.option("--budget", type=_Duration(), help="Time that all of it may take together.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Runbooks at a time; what each prints comes once it has ended.",
)
@reports()
@click.option("--colour/--no-colour", default=None, hidden=True)
@click.option("--line", type=int, hidden=True)
@performing
def command(**given: Unpack[_Given]) -> None:
    """Run each FILE's commands in one live shell, with nobody at the keys.

    A FOLDER stands for the runbooks in it and below: Markdown files with a directive or front
    matter of cuebook's. What another one of them imports is left out, and so are hidden files,
    node_modules and what git ignores.

    This runs the runbook, as make runs a Makefile. A step that fails ends the run; the shell's
    EXIT trap runs all the same. Exit status: 0 when every step held, 1 when one failed, 2 when
    a runbook has errors (then nothing has run), 3 when there is no shell, 130 and 143 when
    interrupted.

    What happens is recorded: `cuebook take show` shows the record, a take. Reports are made of
    it, of all FILEs together, also after a failure: --report junit=report.xml.
    """
    find_bash(os.environ)  # the reader asks it too, and would call its absence the runbook's fault
    nested, take = given["nested"], given["take"]
    paths = [Path(given["files"][0])] if nested else found(given["files"])
    _agree(given, paths)
    no_init = given["no_init"] or nested
    runbooks = [load(path, no_init=no_init, cwd=given["cwd"]) for path in paths]
    sources = [path for runbook in runbooks for path in runbook.files]
    with reporting(given["wanted"], [*sources, *([take] if take else [])]) as reported:
        accept(runbooks)
        label = enter(given["environment"])
        provide(runbooks)
        first, last, setup = given["first"], given["last"], not given["no_setup"]
        parts = [part(runbook, first, last, setup=setup) for runbook in runbooks]
        options = _options(given, label)
        # One of many may be told both: `--no-take` is then for what its runbook performs.
        no_take = given["no_take"] and (take is None or given["line"] is None)
        takes = [reported.take(recorded(path, take, no_take=no_take)) for path in paths]
        own = [replace(options, take=one) for one in takes]
        finished = _rehearse(given, list(zip(runbooks, parts, own, strict=True)))
        reported.settle(finished)
    from runner.rehearsal.closing import worst

    sys.exit(worst(finished))


def _agree(given: _Given, paths: Sequence[Path]) -> None:
    """Make sure that the options go together.

    Raises:
        click.UsageError: They do not.
    """
    if given["take"] and len(paths) > 1:
        raise click.UsageError("--take FILE is for the take of one runbook")
    if given["approve"] and given["jobs"] > 1:
        raise click.UsageError("--approve and -j do not go together: two may import the same file")
    if given["approve"] and (environment := given["environment"]):
        raise click.UsageError(f"--approve is for real output, not for that of --{environment}")


def _options(given: _Given, label: str) -> Options:
    """Return how to rehearse, in an environment of that label."""
    from runner.rehearsal.rehearse import Options

    budget, colour, nested = given["budget"], given["colour"], given["nested"]
    options = Options(
        keep_going=given["keep_going"],
        timeout=given["timeout"],
        hooks=given["hooks"],
        cwd=given["cwd"],
        args=given["files"][1:] if nested else (),
        approve=given["approve"],
        environment=label,
        deadline=None if budget is None else time.monotonic() + budget,
        colour=os.isatty(1) and not os.environ.get("NO_COLOR") if colour is None else colour,
        # What a runbook performs within one shares its line.
        progress=os.isatty(1) and not nested and os.environ.get("TERM") != "dumb",
    )
    return replace(options, nested=again.nested(options, no_take=given["no_take"]))


def _rehearse(given: _Given, rehearsals: Sequence[Rehearsal]) -> list[Finished]:
    """Rehearse, and close more than one by a table. Returns what each came to."""
    from runner.rehearsal import each
    from runner.rehearsal.closing import closing
    from runner.show.output import put

    if given["nested"]:
        sys.exit(each.within(*rehearsals[0]))
    if len(rehearsals) == 1:
        return each.one_by_one(rehearsals, line=given["line"])
    several = given["jobs"] > 1
    finished = _at_a_time(given, rehearsals) if several else each.one_by_one(rehearsals)
    put(closing(finished, colour=rehearsals[0][2].colour))
    return finished


def _at_a_time(given: _Given, rehearsals: Sequence[Rehearsal]) -> list[Finished]:
    """Rehearse in processes of their own. Returns what each came to."""
    from runner.rehearsal.many import Call, at_a_time

    no_setup, no_init = given["no_setup"], given["no_init"]
    part_of = again.selection(given["first"], given["last"], no_setup=no_setup, no_init=no_init)
    part_of += [f"--{given['environment']}"] if given["environment"] else []
    calls = [
        Call(runbook.path, again.apart(own, runbook.path, part_of, no_take=given["no_take"]))
        for runbook, _, own in rehearsals
    ]
    options = rehearsals[0][2]
    return at_a_time(
        calls,
        given["jobs"],
        deadline=options.deadline,
        colour=options.colour,
        progress=options.progress,
    )
