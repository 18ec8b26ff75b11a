"""`cuebook present`: perform a runbook live."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from runner.cli import again
from runner.cli.wanted import RunbookFile, accept, enter, load, part, performing, provide, recorded
from runner.shell.find import find_bash
from runner.show.events import PerformanceError

if TYPE_CHECKING:
    from runner.book.model import Runbook
    from runner.stage.bookmark import Bookmark
    from runner.stage.look.theme import Theme
    from runner.stage.manner import Manner


@click.command(
    epilog="Example:  cuebook present --theme light workshop.md",
)
@click.argument("file", type=RunbookFile(), required=False)
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
@click.option("--theme", metavar="NAME", help="dark, light, contrast or plain.")
@click.option("--speed", type=float, default=1.0, help="Type so many times as fast.")
@click.option("--no-typing", is_flag=True, help="Show commands at once.")
@click.option("--prompt", default="$ ", help="What stands before a command.")
@click.option("--status", is_flag=True, help="At waits, show the step and the time gone.")
@click.option("--resume", is_flag=True, help="Go on where a presentation was left or cut off.")
@click.option(
    "--scene-log",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the hooks here that would run, and run none.",
)
@performing
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    file: Path | None,
    resume: bool,
    first: str | None,
    no_setup: bool,
    cwd: Path | None,
    take: Path | None,
    no_take: bool,
    environment: str,
    nested: bool,
    **choices: object,
) -> None:
    """Show FILE's prose, type out its commands and run them for real, key by key.

    RETURN goes on; ? lists the keys. ARGS are the runbook's $1 and on. After Q, or a connection
    that was lost, `cuebook present --resume` goes on at the step that was up, in a new shell with
    the old one's variables, functions and directory.
    """
    _need_terminal()
    find_bash(os.environ)
    from runner.stage.bookmark import Bookmark
    from runner.stage.present import Options, present

    bookmark = _interrupted(file) if resume else None
    if bookmark:
        os.chdir(bookmark.folder)
        choices |= {n: v for n, v in bookmark.choices.items() if _is_default(ctx, n)}
        file = bookmark.runbook
    if file is None:
        raise click.UsageError("name the runbook: cuebook present FILE")
    chosen = _chosen(ctx, choices)
    runbook = load(file, no_init=chosen.no_init, cwd=cwd)
    accept([runbook])
    label = enter(environment)
    provide([runbook])
    resumed = ""
    if bookmark:
        first, resumed = _going_on(bookmark, runbook)
        no_setup = True
    steps = part(runbook, first, chosen.last, setup=not no_setup)
    if isinstance(choices["scene_log"], Path):
        choices["scene_log"] = str(choices["scene_log"].absolute())
    bookmark = bookmark or Bookmark(file.absolute(), Path.cwd(), choices)
    options = Options(
        theme=chosen.look,
        manner=chosen.manner,
        bookmark=None if nested else bookmark,
        resumed=resumed,
        scene_log=chosen.scene_log and chosen.scene_log.absolute(),
        take=_place(runbook.path, take, no_take=no_take),
        cwd=cwd,
        args=chosen.args,
        environment=label,
        nested=again.inside(choices, no_take=no_take),
    )
    sys.exit(present(runbook, steps, options))


def _need_terminal() -> None:
    if not (os.isatty(0) and os.isatty(1)):
        raise click.UsageError("presenting needs a terminal; `cuebook rehearse` does without")


def _going_on(bookmark: Bookmark, runbook: Runbook) -> tuple[str, str]:
    """Return the number of the step that it goes on at, and what the speaker is told of that."""
    number, changed = bookmark.find(runbook.steps)
    under = runbook.steps[number - 1].heading
    where = f" of {len(runbook.steps)}" + (f", under {under}" if under else "")
    return str(number), f"Going on at step {number}{where}. {changed}".rstrip()


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The choices that a presentation takes from the one that it goes on with."""

    args: tuple[str, ...]
    theme: str | None
    speed: float
    no_typing: bool
    prompt: str
    status: bool
    no_init: bool
    last: str | None
    scene_log: Path | None

    @property
    def look(self) -> Theme:
        from runner.stage.look.themes import THEMES, choose

        if self.theme is not None and self.theme not in THEMES:
            raise click.BadParameter(f"there are {', '.join(THEMES)}", param_hint="--theme")
        return choose(self.theme, os.environ)

    @property
    def manner(self) -> Manner:
        from runner.stage.manner import Manner

        if self.speed <= 0:
            raise click.BadParameter("it must be more than 0", param_hint="--speed")
        typing = not self.no_typing
        return Manner(prompt=self.prompt, typing=typing, speed=self.speed, status=self.status)


def _chosen(ctx: click.Context, choices: dict[str, object]) -> _Chosen:
    """Parse the choices, which may come from a file, as click parses the command line's."""
    kinds = {param.name: param for param in command.params}
    values = {name: kinds[name].type_cast_value(ctx, value) for name, value in choices.items()}
    return _Chosen(**values)


def _place(runbook: Path, take: Path | None, *, no_take: bool) -> Path | None:
    """Return where the take is written; a show does not fail for want of a place."""
    try:
        return recorded(runbook, take, no_take=no_take)
    except PerformanceError as error:
        click.echo(f"cuebook: {error}", err=True)
        return None


def _is_default(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is ParameterSource.DEFAULT


def _interrupted(file: Path | None) -> Bookmark:
    from runner.stage.bookmark import BookmarkError, load

    try:
        bookmark = load(file)
    except BookmarkError as error:
        raise click.UsageError(str(error)) from error
    if not bookmark.folder.is_dir():
        raise click.UsageError(f"{bookmark.folder}, where it was presented, is gone")
    return bookmark
