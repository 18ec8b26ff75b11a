"""The command `localcluster`: one parser for all commands, so that options stand anywhere."""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import signal
import sys
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from helpers.localcluster.cli.commands import ALIASES, COMMANDS
from helpers.localcluster.errors import LocalclusterError

if TYPE_CHECKING:
    from types import FrameType

    from helpers.localcluster.definitions import Definitions
    from helpers.localcluster.task import Task

_SOME = {"src": "--src", "dst": "--dst", "gateway": "--gateway", "form": "--format"}
"""The options that are only for some commands, by the parameters that they set."""
_DRYRUN = (
    "Print the plan; run and read nothing. info: what is defined. doctor: what it would look at."
)
_EPILOG = """\
DIR is a folder with definitions, DIR/NAME/sma.yaml; several are joined by commas. Without NAMEs a
command is about all clusters that they define. Start with:

    localcluster create --dryrun clusters smiley
"""


class _Command(click.Command):
    """The one click command; its help lists ours."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, and how to begin."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.does) for name, command in COMMANDS.items()])
        formatter.write(f"\n{_EPILOG}\n")


@click.command(
    cls=_Command,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    options_metavar="",
)
@click.argument("command", metavar="COMMAND", required=False)
@click.argument("folders", metavar="DIR[,DIR…]", required=False)
@click.argument("names", metavar="[NAME…]", nargs=-1)
@click.option("--dryrun", "--dry-run", is_flag=True, help=_DRYRUN)
@click.option("--force", is_flag=True, help="Do not ask before something is destroyed.")
@click.option(
    *("--trust-dir", "trust"),
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("certs"),
    show_default=True,
    help="The folder of the trust anchor.",
)
@click.option(
    *("-j", "--jobs"),
    type=click.IntRange(min=1),
    default=min(8, max(2, os.cpu_count() or 2)),
    show_default="as many as there are processors, 8 at most",
    help="How many lines run at a time.",
)
@click.option("--src", metavar="NAME", help="link: the cluster that shall see the other.")
@click.option("--dst", metavar="NAME", help="link: the cluster whose services it shall see.")
@click.option("--gateway", is_flag=True, help="link: through its gateway, not from pod to pod.")
@click.option(
    *("--format", "form"),
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="info, doctor: how to print it.",
)
@click.pass_context
def localcluster(  # noqa: PLR0917 - click gives them by name
    ctx: click.Context,
    command: str | None,
    folders: str | None,
    names: tuple[str, ...],
    dryrun: bool,
    force: bool,
    trust: Path,
    jobs: int,
    src: str | None,
    dst: str | None,
    gateway: bool,
    form: str,
) -> None:
    """Kubernetes clusters on this machine, as they are defined: made, linked, mended, deleted."""
    name = _meant(ctx, command)
    command_ = COMMANDS[name]
    _fit(ctx, name)
    from helpers.localcluster.cli import act, report

    if name == "doctor":
        ctx.exit(report.doctor(folders, form, dryrun=dryrun))
    if folders is None:
        ctx.fail(f"which folder of definitions? For example: localcluster {command_.example}")
    from helpers.localcluster.definitions import load

    definitions = load([Path(folder) for folder in folders.split(",")], names)
    if bool(src) != bool(dst) or (gateway and not src):
        ctx.fail("a link needs both --src and --dst")
    task = replace(
        _task(definitions, src, dst, gateway),
        named=bool(names),
        program=_program(),
        trust=trust,
        force=force,
        folders=folders,
    )
    if name == "info":
        report.info(task if dryrun else act.with_state(name, task, definitions), form)
    elif dryrun:
        from helpers.localcluster.show import lines

        for text in lines(act.planned(name, task)):
            click.echo(text)
    else:
        try:
            status = act.act(name, task, definitions, jobs)
        except BrokenPipeError as error:
            # What is begun is ended, and that must not pass for a reader's having had enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Python flushes it in the end
            raise LocalclusterError(f"the output cannot be written: {error.strerror}") from error
        ctx.exit(status)


def _meant(ctx: click.Context, command: str | None) -> str:
    """Return the name of a command; show the help, or refuse, where there is none."""
    there = ", ".join(COMMANDS)
    if command is None:
        ctx.fail(f"which command? There are {there}")
    if command == "help":
        click.echo(ctx.get_help())
        ctx.exit()
    name = ALIASES.get(command, command)
    if name not in COMMANDS:
        near = get_close_matches(name, COMMANDS, 1)
        advice = f"did you mean {near[0]}?" if near else f"there are {there}"
        ctx.fail(f"there is no command {command!r}; {advice}")
    return name


def _fit(ctx: click.Context, name: str) -> None:
    """Refuse options that are for other commands."""
    for option, written in _SOME.items():
        given = ctx.get_parameter_source(option) is click.core.ParameterSource.COMMANDLINE
        if given and written not in COMMANDS[name].options:
            users = [other for other, command in COMMANDS.items() if written in command.options]
            ctx.fail(f"{written} is for {' and '.join(users)}, not for {name}")


def _task(definitions: Definitions, src: str | None, dst: str | None, gateway: bool) -> Task:
    from helpers.localcluster.model import Link
    from helpers.localcluster.task import Task

    task = Task(definitions.clusters, definitions.wanted, definitions.network)
    if src and dst:
        (source, _) = definitions.named([src, dst])
        task = replace(task, wanted=(source,), link=Link(dst, gateway))
    return task


def _program() -> str:
    """Return what to write to call us again, as we were called."""
    called = os.environ.pop("LOCALCLUSTER", "") or sys.argv[0]
    folder, name = os.path.split(called)
    return name if folder in os.environ.get("PATH", "").split(os.pathsep) else called


def main() -> None:
    """Run the command line and exit.

    Exit statuses: 0 well, 1 something failed, 2 the command line or a definition is wrong, 3 we
    could not do our work (no Docker, no bash, a file that cannot be written), 128 + N after signal
    N.
    """
    # Python would end at once, and leave what it has begun: programs that run, files by halves.
    signal.signal(signal.SIGTERM, _terminated)
    # What imports make lives to the end: let the collector of garbage look through it less often,
    # and at the end not at all. With the Kubernetes client that saves a tenth of a second.
    gc.set_threshold(20_000, *gc.get_threshold()[1:])
    atexit.register(gc.freeze)
    try:
        _main()
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)


def _terminated(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def _main() -> None:
    from helpers.localcluster.model import DefinitionError

    command: click.Command = localcluster
    if sys.argv[1:2] in (["kubeconfig"], ["issue"]):
        # The steps of plans; nobody else needs them, so the help does not list them.
        name = sys.argv.pop(1)
        command = getattr(importlib.import_module(f"helpers.localcluster.cli.{name}"), name)
    try:
        status = command(prog_name="localcluster", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(status)
    except SystemExit:
        # click's sign that the output was closed; it would end with 1. A reader that has had enough
        # goes, as `head` does, and we end as SIGPIPE ends others.
        if type(sys.stdout).__name__.endswith("PacifyFlushWrapper"):
            sys.exit(128 + signal.SIGPIPE)
        raise
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except DefinitionError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except LocalclusterError as error:
        _fail(str(error), error.status)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _fail(message: str, status: int = 3) -> NoReturn:
    click.echo(f"localcluster: {message}", err=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
