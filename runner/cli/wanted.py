"""What commands share: options, reading a runbook, refusing it, and the steps that are wanted."""

from __future__ import annotations

import contextlib
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.book.read import read
from runner.book.startup import startup_files
from runner.book.text import told
from runner.shell.ending import status_of
from runner.show.events import PerformanceError
from runner.show.output import put
from runner.show.select import NoSuchStepError, select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from runner.book.model import Place, Problem, Runbook, Step

    Decorator = Callable[[Callable[..., None]], Callable[..., None]]


class RunbookFile(click.ParamType[Path]):
    """An argument that names a runbook; whether there is one is for the reader to say."""

    name = "file"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """Take it as it was typed."""
        if not value:
            self.fail("the name of a runbook is empty", param, ctx)
        return Path(str(value))


without_start_up = click.option("--no-init", is_flag=True, help="Leave out the start-up files.")
"""The option `--no-init`, which every command has."""

_OPTIONS = (
    without_start_up,
    click.option("--from", "first", metavar="STEP", help="Start at a step: its number or heading."),
    click.option(
        "--to",
        "last",
        metavar="STEP",
        help="Stop after a step, or a heading's section with its subsections.",
    ),
    click.option(
        "--no-setup", is_flag=True, help="With --from: leave out the hidden set-up before."
    ),
    click.option(
        "--cwd",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help="The directory that commands start in.",
    ),
    click.option(
        "--take",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Record the performance here instead of in the state folder.",
    ),
    click.option("--no-take", is_flag=True, help="Record nothing."),
    click.option(
        "--sandbox",
        "environment",
        flag_value="sandbox",
        default="",
        help="Perform on simulated clusters, which need no Docker.",
    ),
    click.option("--nested", is_flag=True, hidden=True),
)


def performing(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that every performance has."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def formats(meaning: str) -> Decorator:
    """Return the option `--format`, as the parameter `form`: `text` or `json`.

    Args:
        meaning: What the two are, for `--help`.
    """
    kinds = click.Choice(["text", "json"])
    return click.option(
        "--format", "form", type=kinds, default="text", show_default=True, help=meaning
    )


def found(names: Iterable[str | Path]) -> list[Path]:
    """Return the runbooks that arguments name, in their order; a folder stands for those in it.

    A file in a folder is left out where it is named itself, or is in an earlier folder.

    Raises:
        click.UsageError: A name is empty, or a folder has no runbook.
    """
    from runner.book.source import is_folder

    if not all(map(str, names)):
        raise click.UsageError("the name of a runbook is empty")
    paths = [Path(name) for name in names]
    if not any(map(is_folder, paths)):
        return paths
    from runner.book.find import FindError, find

    seen = {path.resolve() for path in paths}
    runbooks: list[Path] = []
    for path in paths:
        if not is_folder(path):
            runbooks.append(path)
            continue
        try:
            new = [file for file in find(path) if file.resolve() not in seen]
        except FindError as error:
            raise click.UsageError(str(error)) from error
        runbooks += new
        seen.update(file.resolve() for file in new)
    return runbooks


def load(path: Path, *, no_init: bool, cwd: Path | None = None) -> Runbook:
    """Read a runbook with the start-up files that there are.

    Args:
        path: The runbook.
        no_init: Leave the start-up files out.
        cwd: `--cwd`, which goes before the runbook's own.
    """
    return read(path, init=() if no_init else startup_files(), cwd=cwd)


def listing(text: str, fd: int = 1) -> None:
    """Print what was asked for.

    Raises:
        PerformanceError: It cannot be written, although somebody reads.
    """
    with reader():
        put(text, fd)


@contextlib.contextmanager
def reader() -> Iterator[None]:
    """Exit where a reader that has had enough goes, as `head` does: as SIGPIPE ends others.

    It is for what does nothing but print. A performance that nobody reads any more is an error.
    """
    try:
        yield
    except PerformanceError as error:
        if isinstance(error.__cause__, BrokenPipeError):
            sys.exit(status_of(signal.SIGPIPE))
        raise


class Wrong(click.ClickException):
    """What was asked for is not done, as runbooks have errors; the message has them all."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        """Put the errors on stderr."""
        put(f"{self.message}\n", 2)


def refuse(problems: Iterable[Problem]) -> None:
    """Go on if there are no problems.

    Raises:
        Wrong: There are some.
    """
    if text := "\n".join(map(told, problems)):
        raise Wrong(text)


class Refused(click.ClickException):
    """Nothing is performed, as a runbook has errors: what is wrong is on stderr already.

    Attributes:
        why: The runbook, the place and a sentence for each thing that is wrong.
    """

    exit_code = 2

    def __init__(self, why: Sequence[tuple[Path, Place, str]]) -> None:
        super().__init__("")
        self.why = why

    def show(self, file: object = None) -> None:
        """Say nothing more."""


class Missing(Refused):
    """Nothing is performed, as a program is missing that a runbook requires."""

    exit_code = 1


def accept(runbooks: Sequence[Runbook]) -> None:
    """Go on if every runbook may be performed; else put all that is wrong on stderr.

    Raises:
        Refused: One may not.
    """
    wrong = [(runbook.path, error) for runbook in runbooks for error in runbook.errors]
    if wrong:
        put("".join(f"{told(error)}\n" for _, error in wrong), 2)
        raise Refused([(path, error.place, error.message) for path, error in wrong])


def part(runbook: Runbook, first: str | None, last: str | None, *, setup: bool) -> list[Step]:
    """Return the steps that are wanted.

    Args:
        runbook: The runbook.
        first: `--from`.
        last: `--to`.
        setup: Perform the hidden set-up before `first`.

    Raises:
        click.UsageError: It does not have such a step, or no set-up is left out.
    """
    if first is None and not setup:
        raise click.UsageError("--no-setup needs --from: it leaves out what stands before that")
    try:
        return select(runbook.steps, first=first, last=last, setup=setup)
    except NoSuchStepError as error:
        raise click.UsageError(f"{runbook.path}: {error}") from error


def enter(environment: str) -> str:
    """Enter an environment until the command ends. Returns its label, "" for the real one.

    Args:
        environment: Its name, "" for the one that we are in already.

    Raises:
        PerformanceError: It cannot be had.
    """
    from runner.show.environments import entered, label

    entering = click.get_current_context().with_resource(entered(environment))
    return entering or label()


def provide(runbooks: Iterable[Runbook]) -> None:
    """Go on if every `@require` is met; else put what is missing on stderr.

    Raises:
        Missing: One is not.
    """
    from runner.show.environment import environment
    from runner.show.require import missing, requirements

    why = []
    for runbook in runbooks:
        if wanted := requirements(runbook):
            found = missing(wanted, environment(runbook, nested=""))
            why += [(runbook.path, place, sentence) for place, sentence in found]
    for _, place, sentence in why:
        click.echo(f"{place}: {sentence}", err=True)
    if why:
        raise Missing(why)


def recorded(runbook: Path, take: Path | None, *, no_take: bool) -> Path | None:
    """Return where the take of a performance is written, None for nowhere.

    Args:
        runbook: The runbook.
        take: `--take`.
        no_take: `--no-take`.

    Raises:
        click.UsageError: Both are given.
        PerformanceError: The state folder cannot be written to.
    """
    from runner.take.keep import place

    if take and no_take:
        raise click.UsageError("--take FILE and --no-take do not go together")
    return take or (None if no_take else place(runbook))
