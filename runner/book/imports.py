"""Which file an `@import` means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runner.book import arguments
from runner.book.source import UnreadableError, exists

if TYPE_CHECKING:
    from runner.book.library import Library
    from runner.book.model import Directive
    from runner.book.parse import Parsed
    from runner.book.scope import Scope


class NoImportError(Exception):
    """Nothing can be imported; its text says why."""


def target(directive: Directive) -> Path | None:
    """Return the file that an `@import` names, None where there is none.

    It is looked for beside the importing file, then in the working directory.

    Args:
        directive: The `@import`; its argument is one word.
    """
    name = arguments.words(directive.argument)[0]
    return next((p for p in (directive.place.file.parent / name, Path(name)) if exists(p)), None)


def imported(directive: Directive, scope: Scope, library: Library) -> Parsed:
    """Return the contents of the file that an `@import` puts in its place.

    Args:
        directive: The `@import`; its argument is one word.
        scope: Where it stands.
        library: Where files come from.

    Raises:
        NoImportError: The file does not exist, cannot be read, or is being imported already.
    """
    name = arguments.words(directive.argument)[0]
    path = target(directive)
    if path is None:
        raise NoImportError(f"`{name}` does not exist: {_why(name, directive.place.file)}")
    if path.resolve() in scope.files:
        start = scope.files.index(path.resolve())
        chain = " → ".join([*(f.name for f in scope.files[start:]), path.name])
        raise NoImportError(f"`{name}` would import itself without end: {chain}")
    try:
        return library.parsed(path)
    except UnreadableError as error:
        raise NoImportError(f"`{name}` {error}") from None


def _why(name: str, here: Path) -> str:
    """Say why a file may not be there, and what to do."""
    if "$" in name or name.startswith("~"):
        return (
            "imports are read before there is a shell, so no variable and no `~` is filled in: "
            "write the path as it is, from this file's folder or from /"
        )
    return f"looked for beside {here.name} and in the working directory"
