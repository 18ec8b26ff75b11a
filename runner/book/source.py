"""Reading a file to text, and pointing at places in it."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from runner.book.model import Place, Problem, Severity

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 16 * 1024 * 1024


class UnreadableError(Exception):
    """A file that cannot be a runbook; its text ends the sentence "NAME …"."""


class MissingError(UnreadableError):
    """There is no such file."""


@dataclass(frozen=True)
class Source:
    r"""A file's text.

    Attributes:
        path: The file, as it was asked for.
        text: What it says, with `\n` line ends and one at the end, without a byte order mark.
    """

    path: Path
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """Its lines without their ends; the last one is not the empty rest after the last end."""
        return self.text.split("\n")[:-1]

    @property
    def markdown(self) -> bool:
        """Whether it is Markdown; else it is a shell runbook."""
        return is_markdown(self.path)

    def line(self, number: int) -> str:
        """Return the text of line `number` (1-based), "" where there is none."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def place(self, line: int, column: int = 1) -> Place:
        """Return the place at `line` and `column`, both 1-based."""
        return Place(self.path, line, column)

    def problem(self, severity: Severity, place: Place, message: str) -> Problem:
        """Return a problem at `place` in this file, with its line."""
        return Problem(place, severity, message, self.line(place.line))


def is_markdown(path: Path) -> bool:
    """Return whether a file is Markdown, which its name's ending tells (docs/directives.md)."""
    return path.suffix.lower() in {".md", ".markdown"}


def load(path: Path) -> Source:
    """Read a file.

    Args:
        path: A regular file or a pipe, in UTF-8.

    Returns:
        Its text.

    Raises:
        UnreadableError: It is missing, a directory, a device, not permitted, larger than
            `MAX_BYTES`, binary (it holds a NUL byte) or not UTF-8.
    """
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or stat.S_ISDIR(mode)):
            raise UnreadableError("is not a file with text in it")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except IsADirectoryError:
        raise UnreadableError("is a directory, not a runbook") from None
    except FileNotFoundError:
        raise MissingError("does not exist") from None
    except PermissionError:
        raise UnreadableError("may not be read: permission denied") from None
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise UnreadableError(f"cannot be read: {error}") from None
    return Source(path, _text(data))


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise UnreadableError(
            f"is larger than {MAX_BYTES // 1024 // 1024} MiB, too much for a runbook"
        )
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise UnreadableError(f"is a binary file: line {line} has a NUL byte")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UnreadableError(f"is not UTF-8 text: see line {line}") from None
    text = text.replace("\r\n", "\n")
    return text if text.endswith("\n") or not text else text + "\n"


def nearest(path: Path) -> Path | None:
    """Return what is in the folder where `path` would be, and was perhaps meant."""
    import difflib

    try:
        names = [file.name for file in path.parent.iterdir()]
    except (OSError, ValueError):
        return None
    close = difflib.get_close_matches(path.name, names, n=1, cutoff=0.75)
    return path.with_name(close[0]) if close else None


def exists(path: Path) -> bool:
    """Return whether there is anything at `path`; a name that no file can have is no error."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Return whether `path` is a directory; one that cannot be looked at is none."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where that may not be known
