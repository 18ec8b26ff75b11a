"""Reading a take: whole or entry by entry, and as far as it goes where it was cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.take.format import FormatError, parse, parse_header
from runner.take.model import Begun, Done, Take, Totals

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from runner.take.model import Entry, Header

LONGEST_LINE = 128 * 1024 * 1024
"""Bytes; the longest text that a runbook has makes a line of about 100 MiB."""


class TakeError(Exception):
    """A file is not a take that can be read.

    The message is for a person: the file, the place in it, and what is wrong.

    Attributes:
        line: The line, 1-based; 0 where the file cannot be read at all.
        column: The column, 1-based, in characters.
        problem: What is wrong, without the place.
    """

    def __init__(self, path: Path, problem: str, line: int = 0, column: int = 1) -> None:
        place = f"{path}:{line}:{column}" if line else str(path)
        super().__init__(f"{place}: {problem}")
        self.line = line
        self.column = column
        self.problem = problem


class Entries:
    """A take's entries, one after the other: an iterator that holds one line at a time.

    Attributes:
        header: The first line.
        line: The number of the line that was read last.
        totals: The last line, once it is read; None before, and where there is none.
        broke_off: Once they are all read: what is wrong at the end, a sentence, or "".
    """

    def __init__(self, path: Path) -> None:
        """Open a take and read its first line.

        Raises:
            TakeError: It cannot be read, or is no take.
        """
        self.line = 0
        self.broke_off = ""
        self.totals: Totals | None = None
        self._path = path
        self._begun: Begun | None = None
        self._done = True
        self._cut = False
        self._entries = self._read()
        self.header = self._first()

    def __iter__(self) -> Iterator[Entry]:
        """Yield the entries that are left.

        Raises:
            TakeError: A line is no entry, or not one that may stand there. A last line that was
                cut off is no such thing; see `broke_off`.
        """
        try:
            for text in self._entries:
                entry = parse(text)
                self._check_order(entry)
                yield entry
        except FormatError as error:
            if not (error.cut and self._cut):
                raise TakeError(self._path, str(error), self.line, error.column) from None
            self.broke_off = self._told(f"within line {self.line}")
        else:
            if not self.totals:
                self.broke_off = self._told(f"after line {self.line}")

    def _first(self) -> Header:
        try:
            text = next(self._entries, None)
            if text is None:
                raise TakeError(self._path, "this is no take: the file is empty")
            return parse_header(text)
        except FormatError as error:
            raise TakeError(self._path, str(error), self.line, error.column) from None

    def _read(self) -> Iterator[str]:
        """Yield the lines.

        Raises:
            FormatError: One is no text.
            TakeError: The file cannot be read.
        """
        try:
            with self._path.open("rb") as file:
                while data := self._next(file):
                    yield data
        except (OSError, ValueError) as error:  # ValueError: a path with a NUL byte
            reason = getattr(error, "strerror", None) or str(error)
            raise TakeError(self._path, f"the take cannot be read: {reason}") from None

    def _next(self, file: BinaryIO) -> str:
        data = file.readline(LONGEST_LINE)
        if not data:
            return ""
        self.line += 1
        self._cut = not data.endswith(b"\n")
        if self._cut and len(data) == LONGEST_LINE:
            raise FormatError(f"the line is longer than {LONGEST_LINE >> 20} MiB")
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            column = len(data[: error.start].decode()) + 1
            begin = "this is no take: " if self.line == 1 else ""
            raise FormatError(f"{begin}not UTF-8 text", column, cut=True) from None

    def _check_order(self, entry: Entry) -> None:
        if self.totals:
            raise FormatError("nothing follows the totals, which are a take's last line")
        match entry:
            case Begun():
                self._begun, self._done = entry, False
            case Done(id=name):
                if self._done or self._begun is None or self._begun.id != name:
                    raise FormatError(f"the step `{name}` ends here, and it has not begun")
                self._done = True
            case Totals():
                self.totals = entry

    def _told(self, where: str) -> str:
        step = self._begun
        if step is None:
            return f"the take breaks off {where}, before the first step"
        when = "after" if self._done else "in"
        first = step.text.strip().split("\n")[0]
        what = f" `{first if len(first) <= 60 else first[:59] + '…'}`" if first else ""
        place = f"{step.file}:{step.line}"
        return f"the take breaks off {where}, {when} step {step.number}{what} ({place})"


def entries(path: Path) -> Entries:
    """Return a take's entries; each is read when it is asked for.

    Raises:
        TakeError: The take cannot be read, or is none.
    """
    return Entries(path)


def read(path: Path) -> Take:
    """Return a whole take, with all its output, in memory.

    Raises:
        TakeError: The take cannot be read, or something in it is wrong. One that was cut off is
            read as far as it goes.
    """
    found = entries(path)
    return Take(found.header, tuple(found), found.broke_off)
