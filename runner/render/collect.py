"""From files to the pages that are made of them: reading, takes, links."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from runner.book.read import read
from runner.render.build import build
from runner.render.latest import Latest, latest
from runner.render.links import Links
from runner.render.looks import looks, sure
from runner.render.places import keep, real
from runner.render.recorded import recorded
from runner.take.keep import folder, kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from runner.book.model import Problem, Runbook
    from runner.render.page import Page

_SETTLED = 10**9  # nanoseconds after which a file that is written again surely looks otherwise


@dataclass(frozen=True, slots=True)
class Options:
    """How pages are made.

    Attributes:
        take: The take that outputs are from; "latest" for each runbook's last good
            rehearsal; None for no outputs.
        notes: The speaker's notes are on them, too.
        trust: A runbook's own HTML and links stay as they are.
        init: The start-up files; their macros and hooks are known, and they are on no page.
        nested: Blocks in lists stand in their items; else below the list.
    """

    take: Path | Literal["latest"] | None = None
    notes: bool = False
    trust: bool = False
    init: Sequence[Path] = ()
    nested: bool = True


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
    return Collector(options).collect(places)


class Collector:
    """Makes pages again and again; what they are made of is read again only where it changed."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._links = Links()
        self._known: dict[Path, _Made] = {}

    def collect(self, places: Mapping[Path, Path]) -> Collected:
        """Do what the function of this name does."""
        taken = real(places)
        if isinstance(self._options.take, Path):
            keep([self._options.take], taken)
        made = {place: self._made(path) for place, path in places.items()}
        for one in made.values():
            keep(one.files, taken)
        self._known = {places[place]: one for place, one in made.items()}
        pages = {place: one.page for place, one in made.items() if one.page}
        problems = tuple(problem for one in made.values() for problem in one.problems)
        without = {places[place]: one.why for place, one in made.items() if one.why}
        files = tuple(dict.fromkeys(file for one in made.values() for file in one.files))
        if problems:  # a link to a page that could not be made would be a problem that is none
            return Collected(pages, problems, without, files)
        found, wrong = self._links.linked(pages)
        return Collected(found, tuple(wrong), without, files)

    def _made(self, path: Path) -> _Made:
        """Return what is made of a runbook, or was."""
        known = self._known.get(path)
        if known and known.looks == looks(known.files):
            return known
        began = time.time_ns()
        runbook = read(path, init=self._options.init)
        files = (*runbook.files, *_takes(runbook.path, self._options))
        page, why = None, ""
        if not runbook.errors:
            page, why = page_of(runbook, self._options)
        seen = sure(files, began - _SETTLED)
        return _Made(files, seen, page, tuple(runbook.errors), why)


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made of a runbook.

    Attributes:
        files: What it was made of.
        looks: How these files looked, as `sure` has it.
        page: Its page, None where it has errors.
        problems: Its errors.
        why: Why the page lacks the output that was asked for, or "".
    """

    files: tuple[Path, ...]
    looks: Mapping[Path, tuple[int, int]]
    page: Page | None
    problems: tuple[Problem, ...]
    why: str


def _takes(runbook: Path, options: Options) -> Sequence[Path]:
    """Return the files and folders that tell which take a page is made with."""
    if options.take != "latest":
        return [options.take] if options.take else []
    return [folder(runbook), *kept(runbook)[:1]]


def page_of(runbook: Runbook, options: Options) -> tuple[Page, str]:
    """Return a runbook's page, its links as written, and why it lacks its output."""
    kept = latest(runbook.path) if options.take == "latest" else Latest(options.take or None)
    take = recorded(kept.good) if kept.good else None
    page = build(runbook, take, notes=options.notes, trust=options.trust, nested=options.nested)
    if page.about:
        about = replace(page.about, newer=kept.newer, newer_outcome=kept.newer_outcome)
        page = replace(page, about=about)
    return page, kept.why if options.take == "latest" and not take else ""
