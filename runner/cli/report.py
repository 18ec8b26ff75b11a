"""`cuebook report`: reports of performances, made from their takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.reports import reports
from runner.cli.takes import named, reading
from runner.cli.wanted import reader

if TYPE_CHECKING:
    from runner.report.write import Wanted


@click.command("report", epilog="Example:  cuebook report workshop.md --report html=report.html")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[TAKE]...")
@reports(required=True)
def command(files: tuple[Path, ...], wanted: tuple[Wanted, ...]) -> None:
    """Make reports of what was performed.

    TAKE is a take, or a runbook, whose newest take it stands for; without one, it is the newest
    take of all. Of several there is one report for all. `cuebook rehearse --report` makes the very
    same ones; docs/reports.md shows each.

    Exits with 0 also where steps have failed.
    """
    from runner.report.write import check, write

    takes = [named(file) for file in files] or [named(None)]
    check(wanted, [*takes, *files])
    with reading(), reader():
        write(takes, wanted)
