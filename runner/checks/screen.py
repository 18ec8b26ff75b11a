r"""What a terminal would have shown at the end: bytes in, lines out.

Colours are off, unless they are asked for; carriage returns, backspaces, tabs (as spaces) and
cursor moves are resolved; what stood on the alternate screen is gone; trailing spaces are dropped.
A row that is full goes on in the next one, as on the terminal, and both are one line here, however
wide the terminal is.

Limits. A line that has scrolled out at the top is final: nothing reaches it any more, not even a
`clear` that would empty the scrollback. Line-drawing character sets are not translated. Whoever
asks the terminal where the cursor is gets no answer here. The screen begins empty, though the
command's may have begun with what others had printed.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from runner.checks.sgr import Look, pieces, sequence, written
from runner.checks.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.checks.row import Row

LIMIT = 64 * 1024
"""Characters of a line; a longer one is handed on as several."""

BATCH = 64 * 1024
"""Bytes that are taken at once; fewer wait for more."""

_SGR = re.compile(r"\x1b\[[0-9;:]*m")
_PRINTABLE = b"\t" + bytes(range(0x20, 0x7F))
NOT_PLAIN = re.compile(
    "[^\t -~\xa0-\xac\xae-\u02ff\u0391-\u0482\u048a-\u052f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e"
    "\u2070-\u20cf\u2100-\u2bff\u3041-\u3096\u30a0-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e"
    "\ufffd\U0001f300-\U0001f3fa\U0001f400-\U0001f64f\U0001f680-\U0001f6c5\U0001f900-\U0001f9ff]"
)
"""What is not surely a character with a cell or two of its own, so that a line reads as written."""


class Screen:
    """Takes a command's output in any pieces and hands its lines on once they are final.

    Memory stays flat, and time grows in proportion to the output.
    """

    def __init__(
        self,
        consumer: Callable[[list[str]], None],
        *,
        rows: int = 24,
        columns: int = 80,
        limit: int = LIMIT,
        coloured: bool = False,
    ) -> None:
        """Hand lines to `consumer`, some at a time.

        Args:
            consumer: Who takes them, in order.
            rows: The terminal's height.
            columns: Its width.
            limit: Characters of a line; a longer one is handed on as several of about that many.
            coloured: Lines have SGR sequences where they do not look plain. Each line says for
                itself how it looks, and is plain in the end.
        """
        self._coloured = coloured
        self._consumer = consumer
        self._columns, self._rows = max(columns, 1), max(rows, 1)
        self._limit = limit
        self._terminal = Terminal(self._rows, self._columns, self._scrolled, coloured=coloured)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting: list[bytes] = []
        self._size = 0
        self._lines: list[str] = []
        self._line: list[str] = []  # what has scrolled out of the line that is not whole yet
        self._line_size = 0
        self._above: list[tuple[Row, str]] = []

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self._waiting.append(data)
        self._size += len(data)
        if self._size >= BATCH:
            joined = b"".join(self._waiting)
            # Whole lines are what goes fast.
            end = joined.rfind(b"\n") + 1 or len(joined)
            self._waiting = [joined[end:]]
            self._size = len(joined) - end
            self._take(self._decoder.decode(joined[:end]))

    def cut(self) -> int | None:
        """Return how many lines there are that are not handed on yet.

        Returns:
            None where what comes next would not begin a line of its own.
        """
        self._take_waiting()
        main = self._terminal.main
        self._above = [(row, row.text) for row in main.rows[: main.y]]
        if not self._terminal.fresh or (self._line and not self._above):
            return None
        return sum(not row.wraps for row, _ in self._above)

    def stayed(self) -> bool:
        """Whether the lines before the last cut are as they were: nothing was drawn over them."""
        self._take_waiting()
        return all(row.text == text for row, text in self._above)

    def finish(self) -> None:
        """Hand on what is on the screen. Nothing may be fed after this."""
        self._take_waiting(final=True)
        main = self._terminal.main
        for row in main.rows[: main.used]:
            self._scrolled(row)
        self._end_line()
        self._hand_on()

    def _take_waiting(self, *, final: bool = False) -> None:
        joined, self._waiting, self._size = b"".join(self._waiting), [], 0
        self._take(self._decoder.decode(joined, final=final))

    def _take(self, text: str) -> None:
        plain = self._plain(text) if self._terminal.fresh else None
        *lines, last = (text if plain is None else plain).split("\r\n")
        if plain is None:
            self._any_lines(lines)
        else:
            self._plain_lines(lines)
        self._terminal.take(last)
        self._hand_on()

    def _plain(self, text: str) -> str | None:
        """Return text, without colours if they are off; None where it is more than plain lines."""
        flat = _SGR.sub("", text) if "\x1b" in text else text
        if not self._coloured:
            text = flat
        flat = flat.replace("\r\n", "")
        if flat.isascii():  # five times as fast as the pattern
            return None if flat.encode().translate(None, _PRINTABLE) else text
        return None if NOT_PLAIN.search(flat) else text

    def _any_lines(self, lines: list[str]) -> None:
        """Take lines of which some are plain."""
        plain_lines: list[str] = []
        for line in lines:
            plain = self._plain(line.rstrip("\r"))
            if plain is not None and (plain_lines or self._terminal.fresh):
                plain_lines.append(plain)
                continue
            self._plain_lines(plain_lines)
            plain_lines = []
            self._terminal.take(f"{line}\r\n")
        self._plain_lines(plain_lines)

    def _plain_lines(self, lines: list[str]) -> None:
        """Take lines without controls but tabs; all that leave the screen at once go past it."""
        begin = 0
        for end in [*self._long(lines), len(lines)]:
            through = end - self._rows
            if through > begin and self._terminal.fresh and not self._line:
                grid = self._terminal.main
                for row in grid.rows[: grid.y]:
                    self._scrolled(row)
                grid.clear()
                self._lines += self._as_shown(lines[begin:through])
                begin = through
            for line in lines[begin : end + 1]:
                self._terminal.take(f"{line}\r\n")
            begin = end + 1

    def _long(self, lines: list[str]) -> list[int]:
        """Return the indexes of lines that must be drawn to know what is shown of them."""
        joined = "".join(lines)
        if "\t" not in joined and max(map(len, lines), default=0) <= self._limit:
            return []
        # What a tab jumps over has no colour.
        simple = "\x1b" not in joined and self._terminal.look == Look()
        return [
            index
            for index, line in enumerate(lines)
            if len(line) > self._limit or ("\t" in line and not (simple and self._fits(line)))
        ]

    def _fits(self, line: str) -> bool:
        return line.isascii() and len(line.expandtabs()) <= self._columns

    def _scrolled(self, row: Row) -> None:
        text = row.text
        self._line.append(text)
        self._line_size += len(text)
        if not row.wraps or self._line_size >= self._limit:
            self._end_line(also_empty=True)

    def _end_line(self, *, also_empty: bool = False) -> None:
        if self._line or also_empty:
            self._lines.append("".join(self._line).rstrip(" "))
        self._line = []
        self._line_size = 0

    def _as_shown(self, lines: list[str]) -> list[str]:
        """Return plain lines as they are shown, with how the last of them left the terminal."""
        look = self._terminal.look
        if not self._coloured or (look == Look() and "\x1b" not in "".join(lines)):
            return _as_shown(lines)
        found = []
        for line in lines:
            parts = list(pieces(line, look))
            look = parts[-1][1]
            found.append(written((text, sequence(how)) for text, how in parts).rstrip(" "))
        self._terminal.turn(look)
        return found

    def _hand_on(self) -> None:
        if self._lines:
            lines, self._lines = self._lines, []
            self._consumer(lines)


def _as_shown(lines: list[str]) -> list[str]:
    joined = "\n".join(lines)
    if "\t" in joined:
        return [line.expandtabs().rstrip(" ") for line in lines]
    return [line.rstrip(" ") for line in lines] if " \n" in joined + "\n" else lines


def shown(data: bytes, *, rows: int = 24, columns: int = 80, coloured: bool = False) -> list[str]:
    """Return the lines that a terminal shows after `data`; `coloured` is as `Screen` has it."""
    lines: list[str] = []
    screen = Screen(lines.extend, rows=rows, columns=columns, coloured=coloured)
    screen.feed(data)
    screen.finish()
    return lines
