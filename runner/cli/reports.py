"""The option `--report`, and the reports of what a command performs."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from runner.rehearsal.closing import Finished
    from runner.report.model import Refusal
    from runner.report.write import Wanted

    Decorator = Callable[[Callable[..., None]], Callable[..., None]]


class _Report(click.ParamType["Wanted"]):
    name = "report"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Wanted:
        from runner.report.write import parse

        try:
            return parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


def reports(*, required: bool = False) -> Decorator:
    """Return the option `--report`, as the parameter `wanted`."""
    return click.option(
        "--report",
        "wanted",
        type=_Report(),
        multiple=True,
        required=required,
        metavar="KIND=FILE",
        help="Write a report: junit, json, html, markdown or github; - for standard output."
        " May be given more than once.",
    )


class Recorded:
    """The takes that are written meanwhile, of which reports are made in the end.

    Attributes:
        takes: Those that were begun, in the order in which they were asked for.
        refusals: Why something was not performed.
    """

    def __init__(self, folder: Path | None) -> None:
        """Begin.

        Args:
            folder: Where a take is written that is kept nowhere; None where no report is wanted.
        """
        self._folder = folder
        self._before: dict[Path, tuple[int, int]] = {}
        self.refusals: list[Refusal] = []

    def take(self, kept: Path | None) -> Path | None:
        """Return where a take is written.

        Args:
            kept: Where it is kept; None for nowhere. If a report is wanted, there is one all the
                same, for as long as this lasts.
        """
        path = kept
        if path is None and self._folder:
            path = self._folder / f"{len(self._before)}.jsonl"
        if path:
            self._before[path] = _stamp(path)
        return path

    @property
    def takes(self) -> list[Path]:  # noqa: D102 - told above
        # An older take may be there, which is none of ours if it could not be replaced.
        return [path for path, before in self._before.items() if _stamp(path) != before]

    def settle(self, finished: Sequence[Finished]) -> None:
        """Take in what rehearsals came to, in the order of their takes: none goes without a word.

        One that was to begin and has left no take, as the disk was full, is told.
        """
        from runner.report.model import Refusal
        from runner.shell.ending import signal_of
        from runner.show.events import told_status

        takes = self.takes
        for one, take in zip(finished, self._before, strict=False):
            if one.status and take not in takes and not signal_of(one.status):
                message = f"its rehearsal left no take, and ended with {told_status(one.status)}"
                self.refusals.append(Refusal(str(one.runbook), message))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        seen = path.stat()
    except OSError:
        return (0, 0)
    return (seen.st_mtime_ns, seen.st_size)


@contextlib.contextmanager
def reporting(wanted: Sequence[Wanted], sources: Iterable[Path]) -> Iterator[Recorded]:
    """Write the reports that are wanted in the end, however it comes.

    Args:
        wanted: They.
        sources: Files that no report may replace.

    Raises:
        PerformanceError: A report cannot be written; if that is known before, nothing is begun.
    """
    if not wanted:
        yield Recorded(None)
        return
    from runner.report.write import check
    from runner.show.events import PerformanceError
    from runner.show.output import put

    check(wanted, sources)
    with _folder() as folder:
        recorded = Recorded(folder)
        try:
            with _unheard(wanted):
                yield recorded
        except BaseException as error:
            recorded.refusals += _refusals(error)
            try:
                _write(recorded, wanted)
            except PerformanceError as error:  # what ended it is to be told as well
                put(f"cuebook: {error}\n", 2)
            raise
        _write(recorded, wanted)


@contextlib.contextmanager
def _unheard(wanted: Sequence[Wanted]) -> Iterator[None]:
    """Have GitHub's runner obey nothing that is printed, where annotations are for it."""
    if all(one.kind != "github" or one.path for one in wanted):
        yield
        return
    import secrets

    from runner.report.github import obey, silence
    from runner.show.output import put

    token = secrets.token_hex(16)
    put(silence(token))
    try:
        yield
    finally:
        put(f"\n{obey(token)}")  # a line may have been begun


def _refusals(error: BaseException) -> list[Refusal]:
    """Return why something was not performed, where an error tells that."""
    from runner.cli.wanted import Refused
    from runner.report.model import Refusal
    from runner.shell.find import ShellError
    from runner.show.events import PerformanceError
    from runner.take.header import shown_path

    match error:
        case Refused(why=why):
            return [
                Refusal(shown_path(path), message, shown_path(at.file), at.line, at.column)
                for path, at, message in why
            ]
        case click.ClickException(message=message):
            return [Refusal("", message)]
        case ShellError() | PerformanceError():
            return [Refusal("", str(error))]
    return []


def _write(recorded: Recorded, wanted: Sequence[Wanted]) -> None:
    from runner.report.write import write
    from runner.show.events import PerformanceError
    from runner.take.read import TakeError

    try:
        write(recorded.takes, wanted, recorded.refusals)
    except TakeError as error:
        raise PerformanceError(f"the reports cannot be made: {error}") from error


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """A folder for takes that are not kept; one of a process that was killed is removed later."""
    from runner.shell import folder

    path = folder.create(large=True)
    held = folder.hold(path)
    try:
        yield path
    finally:
        os.close(held)
        folder.remove(path)
