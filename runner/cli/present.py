"""`cuebook present`: perform a runbook live."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from runner.book.read import read
from runner.book.startup import startup_files
from runner.cli.wanted import accept, part, performing
from runner.shell.find import find_bash


@click.command(
    epilog="Example:  cuebook present workshop.md",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
@click.option("--theme", metavar="NAME", help="dark, light, contrast or plain.")
@click.option("--speed", type=float, default=1.0, help="Type so many times as fast.")
@click.option("--no-typing", is_flag=True, help="Show commands at once.")
@click.option("--prompt", default="$ ", help="What stands before a command.")
@click.option("--status", is_flag=True, help="At waits, show the step and the time gone.")
@performing
def command(
    *,
    file: Path,
    args: tuple[str, ...],
    theme: str | None,
    speed: float,
    no_typing: bool,
    prompt: str,
    status: bool,
    first: str | None,
    last: str | None,
    no_setup: bool,
    no_init: bool,
    cwd: Path | None,
    nested: bool,
) -> None:
    """Show FILE's prose, type out its commands and run them for real, key by key.

    RETURN goes on; ? lists the keys. ARGS are the runbook's $1 and on.
    """
    if not (os.isatty(0) and os.isatty(1)):
        raise click.UsageError("presenting needs a terminal; `cuebook rehearse` does without")
    find_bash(os.environ)
    runbook = read(file, init=() if no_init else startup_files())
    accept([runbook], cwd=cwd)
    steps = part(runbook, first, last, setup=not no_setup)

    from runner.stage.look.themes import THEMES, choose
    from runner.stage.manner import Manner
    from runner.stage.present import Options, present

    if theme is not None and theme not in THEMES:
        raise click.BadParameter(f"there are {', '.join(THEMES)}", param_hint="--theme")
    if speed <= 0:
        raise click.BadParameter("it must be more than 0", param_hint="--speed")
    options = Options(
        theme=choose(theme, os.environ),
        manner=Manner(prompt=prompt, typing=not no_typing, speed=speed, status=status),
        cwd=cwd,
        args=args,
        nested=nested,
    )
    sys.exit(present(runbook, steps, options))
