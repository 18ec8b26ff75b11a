"""From files to the pages that are made of them: reading, takes, links."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from runner.book.read import read
from runner.render.build import build
from runner.render.latest import Latest, latest
from runner.render.links import linked
from runner.render.places import keep, real
from runner.render.recorded import recorded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from runner.book.model import Problem, Runbook
    from runner.render.page import Page


@dataclass(frozen=True, slots=True)
class Options:
    """How pages are made.

    Attributes:
        take: The take that outputs are from; "latest" for each runbook's last good
            rehearsal; None for no outputs.
        notes: The speaker's notes are on them, too.
        trust: A runbook's own HTML and links stay as they are.
        init: The start-up files; their macros and hooks are known, and they are on no page.
    """

    take: Path | Literal["latest"] | None = None
    notes: bool = False
    trust: bool = False
    init: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Collected:
    """Pages that were made.

    Attributes:
        pages: They, by the files that they are to be written to; those of runbooks with errors
            are not there.
        problems: The errors in runbooks, then those in links. Where there is one, nothing should
            be written.
        without: Where the last good rehearsal was asked for: the runbooks of which none is kept,
            and why.
        files: All files that were read for them, and those that could not be.
    """

    pages: Mapping[Path, Page] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    without: Mapping[Path, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()


def collect(places: Mapping[Path, Path], options: Options) -> Collected:
    """Make pages.

    Args:
        places: The runbooks, by the files that their pages are to be written to.
        options: How.

    Raises:
        NoPlaceError: A page would replace a file that it is made of.
        OSError: Bash, or the folder with the takes, cannot be used.
        OtherTakeError: The take is one of another runbook.
        TakeError: The take cannot be read.
    """
    taken = real(places)
    if isinstance(options.take, Path):
        keep([options.take], taken)
    pages: dict[Path, Page] = {}
    problems: list[Problem] = []
    without: dict[Path, str] = {}
    files: list[Path] = []
    for place, path in places.items():
        runbook = read(path, init=options.init)
        files += runbook.files
        if runbook.errors:
            problems += runbook.errors
            continue
        keep(runbook.files, taken)
        page, why = page_of(runbook, options)
        pages[place] = page
        if why:
            without[path] = why
    if problems:  # a link to a page that could not be made would be a problem that is none
        return Collected(pages, tuple(problems), without, tuple(files))
    found, wrong = linked(pages)
    return Collected(found, tuple(wrong), without, tuple(files))


def page_of(runbook: Runbook, options: Options) -> tuple[Page, str]:
    """Return a runbook's page, its links as written, and why it lacks its output."""
    kept = latest(runbook.path) if options.take == "latest" else Latest(options.take or None)
    take = recorded(kept.good) if kept.good else None
    page = build(runbook, take, notes=options.notes, trust=options.trust)
    if page.about:
        about = replace(page.about, newer=kept.newer, newer_outcome=kept.newer_outcome)
        page = replace(page, about=about)
    return page, kept.why if options.take == "latest" and not take else ""
