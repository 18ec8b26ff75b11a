"""What a terminal is sent, made into lines for a file or a pipe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.checks.screen import Screen

LIMIT = 64 * 1024
"""Bytes of a line that are held back until it ends."""

_LINES = re.compile(rb"[^\n]*\n|[^\n]+")
_COLOURS = re.compile(rb"\x1b\[[0-9;:]*m")
_UP = re.compile(rb"\x1b(?:M|\[[0-9]*[AF])")
_SEQUENCE = 8
"""Bytes of the longest sequence that is looked for."""
_CURSOR = re.compile(rb"\x1b\[\?25([hl])")


class Log:
    """Makes of a terminal's output lines that each say what the terminal showed in the end.

    A line is handed on when it is over. One of text and colours alone stays as it is, byte for
    byte; where it is longer than `LIMIT`, it is not held back.

    A program that draws over several lines goes up to them, and most hide the cursor first. From
    either on, what is on the terminal is held back, until it scrolls out, the cursor is shown again
    to one that did not go up, or the command ends.

    Limit: what is over is not called back. What stood there before a program first went up stays,
    and it goes up to no line before that.
    """

    def __init__(self, columns: int, rows: int) -> None:
        """Begin with an empty line on a terminal of so many columns and rows."""
        self._columns = columns
        self._rows = rows
        self._up = self._hidden = False  # what the program did with the cursor
        self._rest = b""  # of a line that is not over, as it came
        self._tail = b""  # of what was noted: a sequence that may not be whole yet
        self._screen: Screen | None = None  # where such a line, or more than one, is drawn
        self._lines: list[str] = []

    def take(self, data: bytes) -> bytes:
        """Take the next bytes; return the lines that are over."""
        if self._holds():
            return self._drawn(data)
        if self._rest.endswith(b"\r"):  # the two bytes of a line's end have come apart
            data, self._rest = self._rest + data, b""
        end = data.rfind(b"\n") + 1
        if not end and not self._screen and len(self._rest) + len(data) <= LIMIT:
            self._rest += data
            return b""
        if end and not self._screen and len(data) - end <= LIMIT:
            plain = _plain(data[:end], self._rest)
            if plain is not None:
                self._rest = data[end:]
                return plain
        data, self._rest = self._rest + data, b""
        return b"".join(map(self._line, _LINES.findall(data)))

    def end(self) -> bytes:
        """Return what there is that is not over; what comes next begins another line."""
        rest, self._rest = self._rest, b""
        plain = None if self._screen else _plain(rest)
        if plain is not None:
            return plain
        screen, self._screen = self._screen or self._new_screen(), None
        screen.feed(rest)
        whole = self._holds() and screen.cut() is not None
        self._up, self._hidden, self._tail = False, False, b""
        screen.finish()
        return self._over() if whole else self._over().removesuffix(b"\n")

    def _holds(self) -> bool:
        """Whether lines are held back, since they may be drawn over."""
        return self._up or self._hidden

    def _drawn(self, data: bytes) -> bytes:
        """Take bytes that may draw over lines."""
        self._note(data)
        self._screen = self._screen or self._new_screen()
        self._screen.feed(data)
        if self._screen.cut() is not None and not self._holds():
            self._screen.finish()
            self._screen = None
        return self._over()

    def _note(self, data: bytes) -> None:
        """Note what the program does with the cursor."""
        data = self._tail + data
        start = data.rfind(b"\x1b", -_SEQUENCE)
        self._tail = data[start:] if start >= 0 else b""
        if b"\x1b" in data:
            self._up = self._up or _UP.search(data) is not None
            if cursor := _CURSOR.findall(data):
                self._hidden = cursor[-1] == b"l"

    def _line(self, line: bytes) -> bytes:
        """Take a line, or the beginning of one."""
        if self._holds():
            return self._drawn(line)
        over = line.endswith(b"\n")
        if not self._screen:
            if not over and len(line) <= LIMIT:
                self._rest = line
                return b""
            plain = _plain(line)
            if plain is not None:
                return plain
            self._note(line)
            if self._holds():
                return self._drawn(line)
            self._screen = self._new_screen()
        self._screen.feed(line)
        # None: as on the alternate screen, what comes next is no line for itself.
        if over and self._screen.cut() is not None:
            self._screen.finish()  # of what was held back before
            self._screen = None
        return self._over()

    def _new_screen(self) -> Screen:
        from runner.checks.screen import Screen

        # With one row, each line that is over has scrolled out.
        rows = self._rows if self._holds() else 1
        return Screen(self._lines.extend, rows=rows, columns=self._columns, coloured=True)

    def _over(self) -> bytes:
        made = "".join(f"{line}\n" for line in self._lines)
        self._lines.clear()
        return made.encode("utf-8", "replace")


def _plain(data: bytes, before: bytes = b"") -> bytes | None:
    """Return lines as a file has them; None where there is more in them than text and colours.

    Args:
        data: They.
        before: What came before, of the first one. It is put to it here, where all is copied.
    """
    lines = data.split(b"\r\n")
    lines[0] = before + lines[0]
    plain = b"\n".join(lines)  # faster than to replace
    if b"\r" in plain or b"\b" in plain:
        return None
    if b"\x1b" not in plain:
        return plain
    plain = plain.replace(b"\x1b[K", b"")  # at a line's end there is nothing to erase
    return None if b"\x1b" in _COLOURS.sub(b"", plain) else plain
