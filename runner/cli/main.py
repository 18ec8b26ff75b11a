"""The command `cuebook`: finds the sub-command that is called and imports only that."""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from runner import __version__

if TYPE_CHECKING:
    from runner.show.signals import Interrupted

_COMMANDS = {
    "check": "Find what is wrong in runbooks, without running anything.",
    "present": "Perform a runbook live, key by key.",
    "rehearse": "Run runbooks unattended, every step checked.",
    "render": "Make pages of runbooks: documentation, with output that came.",
    "report": "Make reports of performances from their takes.",
    "steps": "List a runbook's steps: what would be shown and run.",
    "take": "Show, check, compare and export the records of performances.",
}
"""Every command: runner/cli/NAME.py has it as `command`. The sentence is for `--help`."""

_GROUP = "cuebook.commands"
"""Entry points with further commands, of other packages."""


class _Lazy(click.Group):
    """A group whose commands are imported when they are called: start-up is a feature."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, *rest = args
        if name == "help":
            if not rest:
                click.echo(ctx.get_help())
                ctx.exit()
            args = [rest[0], "--help"]
        elif name not in _COMMANDS and os.path.isfile(name):  # noqa: PTH113 - raises for no name
            if not (os.isatty(0) and os.isatty(1)):
                ctx.fail(f"{name} is a file; to run it unattended: cuebook rehearse {name}")
            args = ["present", *args]
        if args[0] not in _COMMANDS and not _further(args[0]):
            ctx.fail(_no_command(args[0]))
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({**_COMMANDS, **_told()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return _further(cmd_name)
        command: click.Command = importlib.import_module(f"runner.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted({**_COMMANDS, **_told()}.items()))


def _told() -> dict[str, str]:
    """Return the commands of other packages, each with its sentence."""
    from importlib.metadata import entry_points

    found = {entry.name: entry.load() for entry in entry_points(group=_GROUP)}
    return {name: command.get_short_help_str(100) for name, command in found.items()}


def _further(name: str) -> click.Command | None:
    """Return a command of another package, None where there is none of that name."""
    from importlib.metadata import entry_points

    for entry in entry_points(group=_GROUP, name=name):
        command: click.Command = entry.load()
        return command
    return None


def _no_command(name: str) -> str:
    """Say that there is no such command, and which there are."""
    import difflib

    near = difflib.get_close_matches(name, _COMMANDS, 1)
    *others, last = sorted(_COMMANDS)
    advice = f"did you mean {near[0]}?" if near else f"there are {', '.join(others)} and {last}"
    return f"there is no command {name!r}; {advice}"


@click.command(
    cls=_Lazy,
    epilog="Start with:  cuebook check FILE.md",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "--version", message="cuebook %(version)s")
def cuebook() -> None:
    """Perform Markdown runbooks: their bash blocks run in one live shell.

    Rehearsing a runbook runs it, as make runs a Makefile. `cuebook steps FILE` shows what would
    run.
    """


def main() -> None:
    """Run the command line and exit.

    Exit statuses: 0 well, 1 a step or check failed, 2 usage, 3 the engine could not do its work,
    128 + N after signal N.
    """
    # Where the caller ignores it, as after `trap '' CHLD`, no child's end could be waited for.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _spare_start_and_end()
    _need_output()
    from runner.shell.ending import status_of
    from runner.shell.find import ShellError
    from runner.show.events import PerformanceError

    try:
        cuebook(prog_name="cuebook", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except SystemExit:
        # click's sign that the output was closed; it would end with 1.
        if type(sys.stdout).__name__.endswith("PacifyFlushWrapper"):
            sys.exit(status_of(signal.SIGPIPE))
        raise
    except (ShellError, PerformanceError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except _interrupted() as interrupted:
        sys.exit(status_of(interrupted.number))


def _spare_start_and_end() -> None:
    """Let the collector of garbage look less often, and at the end not at all.

    What imports make lives to the end. Looking through it costs 10 ms at the start, and 15 ms once
    more when all is over and the caller waits.
    """
    gc.set_threshold(20_000, *gc.get_threshold()[1:])
    atexit.register(gc.freeze)


def _interrupted() -> type[Interrupted]:
    """What a signal raises while a runbook is performed; asked for only once something is raised.

    A second signal may come when the first one's has been caught.
    """
    from runner.show.signals import Interrupted

    return Interrupted


def _need_output() -> None:
    """End where there is no standard output; what we open would take its number and its output."""
    closed = [fd for fd in (0, 1, 2) if not _is_open(fd)]
    for _ in closed:
        os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free
    if 1 in closed:
        _fail("the output cannot be written: there is no standard output")


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def _fail(message: str) -> NoReturn:
    """End with 3: the engine could not do its work."""
    with contextlib.suppress(OSError):
        click.echo(f"cuebook: {message}", err=True)
    with contextlib.suppress(OSError):
        os.close(1)  # Python would complain, at its end, of what it cannot write
    os._exit(3)


if __name__ == "__main__":
    main()
