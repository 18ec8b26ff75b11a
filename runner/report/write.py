"""Writing reports: which are wanted, whether they can be written, and doing it.

wanted = [parse("junit=report.xml"), parse("github")]
check(wanted)             # before anything runs
write(takes, wanted)      # afterwards
"""

from __future__ import annotations

import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner.report import github, markdown
from runner.report.gather import gather
from runner.report.kinds import KINDS, kind
from runner.show.events import PerformanceError
from runner.show.files import usual_mode, write_whole
from runner.show.output import put

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.report.model import Performance, Refusal

_ALONE = "github"  # needs no file: its annotations are for the log of the job


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that is wanted.

    Attributes:
        kind: One of `KINDS`.
        path: Where it is written; None for standard output.
    """

    kind: str
    path: Path | None


def parse(text: str) -> Wanted:
    """Return what a `--report` asks for: `KIND=FILE`, `KIND=-` for standard output, or `github`.

    Raises:
        ValueError: It asks for nothing that there is; the message is for a person.
    """
    name, _, file = text.partition("=")
    if name not in KINDS:
        *others, last = KINDS
        raise ValueError(f"there is no report {name!r}; there are {', '.join(others)} and {last}")
    if not file and name != _ALONE:
        raise ValueError(f"{name!r} needs a file: {name}=FILE, or {name}=- for standard output")
    return Wanted(name, None if file in ("", "-") else Path(file))


def check(wanted: Sequence[Wanted], sources: Iterable[Path] = ()) -> None:
    """Make sure that reports can be written, as far as that can be known before.

    Args:
        wanted: They.
        sources: Files that no report may replace: runbooks, and what they import; takes.

    Raises:
        PerformanceError: One cannot; the message names it and says why.
    """
    kept = {os.path.realpath(source) for source in sources}
    seen: set[str] = set()
    for path in (one.path for one in wanted if one.path):
        real = os.path.realpath(path)
        if real in kept:
            raise _failure(path, "that is a file which is read; name another one")
        if real in seen:
            raise _failure(path, "two reports cannot be in one file; name another one")
        seen.add(real)
        _try(path, Path(real))
    if summary := _summary(wanted):
        _append(summary, "")


def write(
    takes: Sequence[Path], wanted: Sequence[Wanted], refusals: Sequence[Refusal] = ()
) -> None:
    """Write reports of performances, each whole or not at all; all that can be written are.

    Args:
        takes: Their takes, those that broke off included.
        wanted: The reports; each is of all performances, in the order of their takes.
        refusals: Why something was not performed.

    Raises:
        TakeError: A take cannot be read; then no report is written.
        PerformanceError: A report cannot be written.
    """
    performances = [gather(take) for take in takes]
    problem: PerformanceError | None = None
    for one in wanted:
        try:
            _write(performances, one, refusals)
        except PerformanceError as error:
            problem = problem or error
    if summary := _summary(wanted):
        _append(summary, markdown.render(performances, refusals))
    if problem:
        raise problem


def _write(performances: Sequence[Performance], one: Wanted, refusals: Sequence[Refusal]) -> None:
    text = kind(one.kind).render(performances, refusals)
    if one.path is None:
        put(text)
    else:
        try:
            write_whole(one.path, text, mode=usual_mode(one.path))
        except OSError as error:
            raise _failure(one.path, error) from error


def _try(path: Path, real: Path) -> None:
    """Find out whether a file can be replaced: in its folder, another one can be made."""
    try:
        if real.exists() and not stat.S_ISREG(real.stat().st_mode):
            what = "it is a folder" if real.is_dir() else "it is no regular file"
            raise _failure(path, f"{what}; name a file, or - for standard output")
        with tempfile.NamedTemporaryFile(prefix=f".{real.name}.", dir=real.parent):
            pass
    except OSError as error:
        raise _failure(path, error) from error


def _summary(wanted: Sequence[Wanted]) -> Path | None:
    """Return the file of the job summary, which goes with `github`, where there is one."""
    return github.summary() if any(one.kind == "github" for one in wanted) else None


def _append(path: Path, text: str) -> None:
    """Append to the file of the job summary, which other steps of the job may have written to."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise _failure(path, error) from error


def _failure(path: Path, why: str | Exception) -> PerformanceError:
    reason = why if isinstance(why, str) else getattr(why, "strerror", None) or str(why)
    return PerformanceError(f"the report cannot be written: {path}: {reason}")
