"""The cells of a terminal: drawing, erasing, scrolling, the cursor.

After ECMA-48 (https://ecma-international.org/publications-and-standards/standards/ecma-48/) and,
where that leaves it open, xterm (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wcwidth import wcwidth

from runner.checks.row import Row

if TYPE_CHECKING:
    from collections.abc import Callable

_TAB = 8
_NARROW = (
    " -~\xa0-\xac\xae-\u02ff\u0391-\u0482\u048a-\u052f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e"
    "\u2190-\u2319\u2500-\u25fc\ufffd"
)
RUNS = re.compile(f"([{_NARROW}]+)|[^{_NARROW}]+")
"""Runs of what surely has one cell a character, which go fast; and of anything else."""
_MOST_MARKS = 16  # combining characters that a cell takes; the rest of a flood of them is dropped


class Grid:
    """A screen with a cursor; what scrolls out at its top is handed on.

    `look` is put before each character that is drawn.

    The cursor's column `x` is `columns` when the next character would go to the next row.
    """

    def __init__(self, height: int, columns: int, scrolled: Callable[[Row], None] | None) -> None:
        self.height = height
        self.columns = columns
        self.scrolled = scrolled
        self.reset()

    def reset(self) -> None:
        """Blank everything and forget every mode."""
        self.clear()
        self.saved = (0, 0)
        self.top, self.bottom = 0, self.height - 1
        self.wrapping = True
        self.last = ""
        self.look = ""

    def clear(self) -> None:
        """Blank everything, with the cursor in the first row."""
        self.rows = [Row() for _ in range(self.height)]
        self.x = self.y = 0

    @property
    def fresh(self) -> bool:
        """Whether plain lines would go on from here as they do on an empty screen."""
        return (
            self.x == 0
            and self.wrapping
            and self.bottom - self.top == self.height - 1
            and not any(row.cells for row in self.rows[self.y :])
            and not (self.y and self.rows[self.y - 1].wraps)
        )

    @property
    def used(self) -> int:
        """How many rows, from the first, are lines: to the cursor's, or to the last with text."""
        last = self.y - 1
        for number, row in enumerate(self.rows):
            if number == self.y and row.cells:
                last = number
            if number > self.y and "".join(row.cells).strip(" "):
                last = number
        return last + 1

    # Drawing

    def draw(self, text: str) -> None:
        """Draw printable text, going on in the next row where this one ends."""
        self.last = text[-1]
        for run in RUNS.finditer(text):
            if run[1]:
                self._draw_narrow(run[1])
                continue
            for character in run[0]:
                width = wcwidth(character)
                if width == 1 or self.columns < 2:
                    self._draw_narrow(character)
                elif width == 2:
                    self._draw_wide(character)
                else:
                    self._combine(character)

    def _draw_narrow(self, text: str) -> None:
        at = 0
        while at < len(text):
            if self.x >= self.columns:
                self._wrap()
            room = self.columns - self.x
            piece = text[at : at + room]
            at += room
            if at < len(text) and not self.wrapping:
                # All that does not fit goes over the last column, and only its end stays.
                piece, at = piece[:-1] + text[-1], len(text)
            look = self.look
            self.row.write(self.x, [look + one for one in piece] if look else list(piece))
            self.x += len(piece)

    def _draw_wide(self, character: str) -> None:
        if self.x >= self.columns - 1:
            self._wrap()
        self.x = min(self.x, self.columns - 2)
        self.row.write(self.x, [self.look + character, ""])
        self.x += 2

    def _wrap(self) -> None:
        if not self.wrapping:
            self.x = self.columns - 1
            return
        self.row.wraps = True
        self.index()
        self.x = 0

    def _combine(self, mark: str) -> None:
        """Add a character without a width to the one before it; without one it is dropped."""
        row, x = self.rows[self.y], min(self.x, self.columns)
        if x == 0 and self.y and self.rows[self.y - 1].wraps:
            row = self.rows[self.y - 1]
            x = len(row.cells)
        cells = row.cells
        x -= 1
        if 0 < x < len(cells) and not cells[x]:
            x -= 1
        if 0 <= x < len(cells) and len(cells[x]) <= _MOST_MARKS + len(self.look):
            cells[x] += mark

    def repeat(self, count: int) -> None:
        """Draw the last character again (REP), at most a screenful of it."""
        if self.last:
            self.draw(self.last * min(count, self.columns * self.height))

    # Scrolling

    def index(self) -> None:
        """Move down a row, scrolling at the bottom margin."""
        if self.y == self.bottom:
            self.scroll_up(1)
        elif self.y < self.height - 1:
            self.y += 1

    def reverse_index(self) -> None:
        """Move up a row, scrolling at the top margin."""
        if self.y == self.top:
            self.scroll_down(1)
        elif self.y:
            self.y -= 1

    def scroll_up(self, count: int) -> None:
        """Move what is between the margins up; from the top of the screen it is handed on."""
        self._loosen(self.top - 1)
        for _ in range(min(count, self.bottom - self.top + 1)):
            row = self.rows.pop(self.top)
            if self.top == 0 and self.scrolled:
                self.scrolled(row)
            self.rows.insert(self.bottom, Row())

    def scroll_down(self, count: int) -> None:
        """Move what is between the margins down; what leaves there is lost."""
        self._push_down(self.top, count)

    def insert_lines(self, count: int) -> None:
        """Put blank rows before the cursor's."""
        if self.top <= self.y <= self.bottom:
            self._push_down(self.y, count)
            self.x = 0

    def delete_lines(self, count: int) -> None:
        """Remove rows from the cursor's on."""
        if self.top <= self.y <= self.bottom:
            self._loosen(self.y - 1)
            self._loosen(self.bottom)
            for _ in range(min(count, self.bottom - self.y + 1)):
                del self.rows[self.y]
                self.rows.insert(self.bottom, Row())
            self.x = 0

    def _push_down(self, start: int, count: int) -> None:
        self._loosen(start - 1)
        for _ in range(min(count, self.bottom - start + 1)):
            del self.rows[self.bottom]
            self.rows.insert(start, Row())
        self._loosen(self.bottom)

    def _loosen(self, y: int) -> None:
        """Let a row's text end there, as another row comes behind it."""
        if y >= 0:
            self.rows[y].wraps = False

    # Erasing

    def erase_display(self, how: int) -> None:
        """Blank from the cursor on (0), up to it (1), or all (2)."""
        self.erase_line(how)
        for y, row in enumerate(self.rows):
            if (how == 0 and y > self.y) or (how == 1 and y < self.y) or how == 2:
                row.erase(0, self.columns, self.columns)

    def erase_line(self, how: int) -> None:
        """Blank the cursor's row from the cursor on (0), up to it (1), or all (2)."""
        start, end = (self.column if how == 0 else 0), self.columns
        if how == 1:
            end = self.column + 1
        if how in (0, 1, 2):
            self.row.erase(start, end, self.columns)

    # The cursor

    @property
    def row(self) -> Row:
        """The cursor's row."""
        return self.rows[self.y]

    @property
    def column(self) -> int:
        """The cursor's column, on the screen even where the next character would wrap."""
        return min(self.x, self.columns - 1)

    def to(self, x: int | None = None, y: int | None = None) -> None:
        """Move the cursor, 0-based, kept on the screen."""
        self.x = max(0, min(self.column if x is None else x, self.columns - 1))
        self.y = max(0, min(self.y if y is None else y, self.height - 1))

    def up(self, count: int) -> None:
        """Move up, not over the top margin."""
        self.to(y=max(self.y - count, self.top if self.y >= self.top else 0))

    def down(self, count: int) -> None:
        """Move down, not over the bottom margin."""
        self.to(y=min(self.y + count, self.bottom if self.y <= self.bottom else self.height - 1))

    def tab(self) -> None:
        """Move to the next column that is a multiple of eight, or to the last one."""
        self.to((self.x // _TAB + 1) * _TAB)

    def set_margins(self, top: int, bottom: int) -> None:
        """Let only the rows from `top` to `bottom`, 0-based, scroll."""
        bottom = min(bottom, self.height - 1)
        if top < bottom:
            self.top, self.bottom = top, bottom
            self.to(0, 0)
