"""The takes that a command is given: which are meant, and what is told of one that is none."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class _Unreadable(click.ClickException):
    """A take that is none, or none that is found; the exit status is 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        from runner.book.text import printable
        from runner.show.output import put

        put(f"cuebook: {printable(self.message)}\n", 2)


def named(file: Path | None) -> Path:
    """Return the take that is meant: a take, a runbook's newest one, or the newest of all.

    Raises:
        click.ClickException: None is kept; the exit status is 2.
    """
    from runner.book.source import is_folder, is_markdown
    from runner.take.keep import newest

    found = newest(file)
    if found:
        return found
    if file is None:
        raise _Unreadable("no take is kept; name one, or perform a runbook")
    if is_folder(file):
        raise _Unreadable(
            f"{file} is a folder: name a runbook, whose newest take is meant, or a take"
        )
    if is_markdown(file) or file.suffix == ".sh":
        raise _Unreadable(f"no take of {file} is kept; perform it, or name a take")
    return file


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """End with 2, and with what is wrong, where a take cannot be read."""
    from runner.take.read import TakeError

    try:
        yield
    except TakeError as error:
        raise _Unreadable(str(error)) from None
