"""Where pages go: a file each, beside each other as the runbooks are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence


STARTS = ("index.html", "start.html")
"""The names that a site's start page can have: the first that no runbook's page has."""

_FILES = (".htm", ".html", ".markdown", ".md")


class NoPlaceError(Exception):
    """A page cannot go where it should; the text is for a person."""


def places(
    runbooks: Sequence[Path], names: Sequence[Path], out: Path, ending: str
) -> Mapping[Path, Path]:
    """Return the runbooks, by the files that their pages go to.

    Args:
        runbooks: The runbooks, in their order.
        names: The files and folders that the user named; below what they have in common, folders
            stay as they are.
        out: A file, for a runbook that was named itself and alone; otherwise a folder.
        ending: What a page's name ends in, such as `.html`.

    Raises:
        NoPlaceError: Two runbooks have the same place, or OUT is a file's name and must be a
            folder's.
    """
    roots = [name if name.is_dir() else name.parent for name in names]
    base = Path(os.path.commonpath([os.path.abspath(root) for root in roots]))  # noqa: PTH100
    alone = len(roots) == 1 and list(runbooks) == list(names) and not _is_folder(out)
    if not alone and out.suffix.lower() in _FILES and not out.is_dir():
        raise NoPlaceError(
            f"{out}: the pages of a folder, or of several runbooks, go to a folder, and this is a"
            f" file's name: name one, such as {out.with_suffix('')}, or one runbook alone"
        )
    found: dict[Path, Path] = {}
    for runbook in runbooks:
        inner = Path(os.path.relpath(runbook, base)).with_suffix(ending)
        place = out if alone else out / inner
        if place in found:
            raise NoPlaceError(f"{found[place]} and {runbook} would both become {place}")
        found[place] = runbook
    return found


def start(root: Path, places: Container[Path]) -> Path:
    """Return where the start page of a site goes.

    Args:
        root: The site's folder.
        places: The files that its pages go to.

    Raises:
        NoPlaceError: They have all names that it could have.
    """
    for name in STARTS:
        if root / name not in places:
            return root / name
    taken = " and ".join(STARTS)
    raise NoPlaceError(f"the start page has no place: runbooks become {taken}; rename one of them")


def real(places: Iterable[Path]) -> dict[str, Path]:
    """Return files by their real paths."""
    return {os.path.realpath(place): place for place in places}


def keep(sources: Iterable[Path], places: Mapping[str, Path]) -> None:
    """Make sure that no page replaces a file that pages are made of.

    Args:
        sources: Runbooks, what they import, takes.
        places: The files that pages go to; see `real`.

    Raises:
        NoPlaceError: One would.
    """
    for source in sources:
        if place := places.get(os.path.realpath(source)):
            raise NoPlaceError(f"{place} is what pages are made of, and kept: name another -o")


def _is_folder(out: Path) -> bool:
    return out.is_dir() or not out.suffix
