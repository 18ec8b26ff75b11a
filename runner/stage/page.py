"""The page: what the stage writes, one thing below the other, and where that leaves the cursor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.stage.look.graphemes import rows
from runner.stage.look.paint import paint
from runner.stage.terminal.fit import fit

if TYPE_CHECKING:
    from runner.stage.look.theme import Theme
    from runner.stage.terminal.terminal import Terminal

_TAIL = 512  # bytes of output that are looked at for its end
_ALTERNATE = b"\x1b[?1049l"
_ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
_CLEAR = "\x1b[H\x1b[2J\x1b[3J"


class Page:
    """Writes on a terminal, in a theme."""

    def __init__(self, terminal: Terminal, theme: Theme) -> None:
        self._terminal = terminal
        self._theme = theme
        self._end = "\n\n"  # the last characters that were written

    @property
    def columns(self) -> int:
        """The width."""
        return self._terminal.size()[1]

    def write(self, text: str) -> None:
        """Write text as it is."""
        if text:
            self._terminal.write(text)
            self._end = (self._end + text)[-2:]

    def output(self, data: bytes) -> None:
        """Pass on what a command has printed."""
        self._terminal.write(data)
        tail = data[-_TAIL:]
        if _ALTERNATE in tail:
            # A full-screen program leaves the cursor where it began: in a row of its own.
            tail = b"\n" + tail.rpartition(_ALTERNATE)[2]
        # Line ends come as CR LF; other bytes only have to be something else than a line end.
        end = _ESCAPES.sub(b"", tail).replace(b"\r\n", b"\n").decode("latin-1")
        self._end = (self._end + end)[-2:]

    def take_back(self, text: str) -> None:
        """Take away what was written last, which began in a row of its own.

        Args:
            text: It, without escapes. On a terminal that knows none it stays, in a row of its own.
        """
        if self._terminal.plain:
            self.fresh()
        else:
            up = rows(text, self.columns) - 1
            self._terminal.write("\r" + (f"\x1b[{up}A" if up else "") + "\x1b[J")
            self._end = "\n"

    def fresh(self) -> None:
        """Bring the cursor to the beginning of a row."""
        self.write(self._fresh())

    def line(self, text: str, style: str) -> None:
        """Write a line of ours, in a row of its own."""
        self.write(f"{self._fresh()}{paint(text, style, theme=self._theme)}\n")

    def paragraph(self, text: str) -> None:
        """Write a block of text, with an empty row above it."""
        if text:
            self.write(self._fresh())
            self.write(text if self._end == "\n\n" else f"\n{text}")

    def fleeting(self, text: str) -> None:
        """Write a line that is gone as soon as anything else is written."""
        if not self._terminal.plain:
            self.write(self._fresh())
            line = paint(fit(text, self.columns), self._theme.notice, theme=self._theme)
            self._terminal.write_erasably(line, lambda: "\r\x1b[2K")

    def clear(self) -> None:
        """Clear the screen and what has scrolled away."""
        self.write("\n" if self._terminal.plain else _CLEAR)
        self._end = "\n\n"

    def _fresh(self) -> str:
        """What brings the cursor to the beginning of a row."""
        return "" if self._end.endswith("\n") else "\n"
