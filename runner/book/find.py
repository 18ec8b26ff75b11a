"""Finding the runbooks in a folder."""

from __future__ import annotations

import os
import re
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from runner.book import blocks, front
from runner.book.directives import DIRECTIVES
from runner.book.elements import Block
from runner.book.imports import target
from runner.book.model import Directive
from runner.book.parse import contents
from runner.book.source import MAX_BYTES, UnreadableError, is_markdown, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.book.source import Source

# Every directive and all front matter has one of these before it. A file without is not parsed.
_SIGN = re.compile(r"\A\ufeff?---|<!--[\s>]*@|#@")

# Other tools' front matter has the other two as well.
_OURS = front.KEYS - {"title", "description"}


class FindError(Exception):
    """A folder cannot be looked through; its text is for a person."""


class NoRunbookError(FindError):
    """A folder has no runbook."""


def find(folder: Path) -> list[Path]:
    """Return the runbooks in a folder and in all folders below it, sorted by their paths.

    A runbook is a Markdown file with a directive of docs/directives.md, or with front matter that
    has a key of ours (`title` and `description` alone are everybody's). A file that cannot be read,
    and might be one, is returned too: the reader says what is wrong with it. Left out are hidden
    files and folders, `node_modules`, what git ignores, and what another file that is found here
    imports, since that is a part of a runbook. Links to folders are not followed.

    Args:
        folder: The folder. Where git ignores all of it, nothing is left out for that.

    Raises:
        NoRunbookError: There is none.
        FindError: A folder may not be looked into.
    """
    found = [path for path in sorted(_markdown_files(folder)) if _glance(path).runbook]
    if not found:
        raise NoRunbookError(
            f"there is no runbook in {folder}: a Markdown file (.md or .markdown) is one if it has "
            "a directive, such as <!-- @SHOW -->, or front matter of cuebook's"
        )
    imported = {path.resolve(): _all_imports(path) for path in found}
    importing = {at: theirs for at, theirs in imported.items() if theirs}

    def is_part(path: Path) -> bool:
        own = path.resolve()
        # Two files that import each other are a mistake, and an error once they are read.
        return any(own in theirs and at not in imported[own] for at, theirs in importing.items())

    return [path for path in found if not importing or not is_part(path)]


def said(source: Source) -> Iterator[Directive]:
    """Yield the directives of docs/directives.md that a file has.

    Bash is not asked about its blocks; where it would cut one differently than the grammar does,
    as in one that is not valid, there may be a directive more or less.

    Args:
        source: The file.
    """
    if not _SIGN.search(source.text):
        return
    for part in contents(source)[1]:
        if not isinstance(part, Block):
            elements = iter([part])
        elif "#@" in part.text:
            elements = blocks.elements(blocks.draft(part))
        else:
            continue
        for element in elements:
            if isinstance(element, Directive) and element.name in DIRECTIVES:
                yield element


class _Glance(NamedTuple):
    """What finding runbooks asks of a file: whether it is one, and its `@import`s."""

    runbook: bool
    imports: tuple[Directive, ...] = ()


def _glance(path: Path) -> _Glance:
    try:
        found = path.stat()
    except OSError:
        return _Glance(_may_be_runbook(path))
    return _glanced(path, (found.st_mtime_ns, found.st_size, found.st_ino))


@lru_cache(maxsize=8192)
def _glanced(path: Path, _look: tuple[int, int, int]) -> _Glance:
    """Glance at a file; `cuebook render --watch` does so again and again, mostly in vain."""
    try:
        source = load(path)
    except UnreadableError:
        return _Glance(_may_be_runbook(path))
    found = tuple(said(source))
    imports = tuple(directive for directive in found if directive.name == "import")
    return _Glance(bool(found or _OURS & front.read(source).places.keys()), imports)


def _may_be_runbook(path: Path) -> bool:
    """Whether a file that cannot be read as text might be meant as a runbook."""
    try:
        with path.open("rb") as file:
            return bool(_SIGN.search(file.read(MAX_BYTES).decode("latin-1")))
    except OSError:
        return True


def _all_imports(path: Path) -> set[Path]:
    """Return the files that a file imports, and that those import, by their real paths."""
    imports: set[Path] = set()
    left = [path]
    while left:
        new = {file.resolve() for file in _imports(left.pop())} - imports
        imports |= new
        left += new
    return imports


def _imports(path: Path) -> Sequence[Path]:
    named = [d for d in _glance(path).imports if DIRECTIVES["import"].check(d.argument) is None]
    return [file for directive in named if (file := target(directive))]


def _markdown_files(folder: Path) -> Iterator[Path]:
    ignored = _ignored(folder)

    def fail(error: OSError) -> None:
        raise FindError(f"{error.filename}: {error.strerror}") from error

    for name, folders, files in os.walk(folder, onerror=fail):
        here = Path(name)
        folders[:] = [n for n in folders if not _passed_over(n) and here / n not in ignored]
        for file in files:
            path = here / file
            # Not a pipe, whose reading waits for a writer, nor a link to nothing.
            regular = is_markdown(path) and path.is_file()
            if regular and not _passed_over(file) and path not in ignored:
                yield path


def _passed_over(name: str) -> bool:
    return name.startswith(".") or name == "node_modules"


def _ignored(folder: Path) -> set[Path]:
    """Return the files and folders in a folder that git ignores; empty where there is no git.

    git fails, or names the folder itself, where it ignores the folder as a whole.
    """
    listing = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
    try:
        git = subprocess.run(
            ["git", "-C", folder, *listing],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return set()
    names = os.fsdecode(git.stdout).split("\0")[:-1] if git.returncode == 0 else []
    return {folder / name for name in names}
