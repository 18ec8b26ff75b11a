"""One row of a terminal's screen: cells that are written, erased, inserted and deleted."""

from __future__ import annotations

from runner.checks.sgr import written


class Row:
    """One row: its cells, and whether its text goes on in the next row.

    A cell is a character with what combines with it, behind the sequence that it looks like, if it
    does not look plain; behind a wide one stands an empty cell.
    """

    __slots__ = ("cells", "wraps")

    def __init__(self) -> None:
        self.cells: list[str] = []
        self.wraps = False

    @property
    def text(self) -> str:
        """What stands in it; where that is not all plain, with sequences that say how it looks."""
        joined = "".join(self.cells)
        if "\x1b" not in joined:
            return joined
        parts = []
        for cell in self.cells:
            how, end, character = cell.partition("m") if cell[:1] == "\x1b" else ("", "", cell)
            parts.append((character, how + end))
        return written(parts)

    def write(self, x: int, new: list[str]) -> None:
        """Put cells at column `x`, over what is there."""
        cells = self.cells
        if x < len(cells):
            self._part(x)
            self._part(x + len(new))
        else:
            cells.extend(" " * (x - len(cells)))
        cells[x : x + len(new)] = new

    def erase(self, start: int, end: int, columns: int) -> None:
        """Blank the columns from `start` up to but not including `end`."""
        if end >= columns:
            self.wraps = False
        if end < len(self.cells):
            self.write(start, [" "] * (end - start))
        else:
            self._part(start)
            del self.cells[start:]

    def insert(self, x: int, count: int, columns: int) -> None:
        """Move what is at and after `x` to the right; what leaves the row is lost."""
        if x < len(self.cells):
            self._part(x)
            self.cells[x:x] = [" "] * min(count, columns)
            self._part(columns)
            del self.cells[columns:]

    def delete(self, x: int, count: int) -> None:
        """Remove `count` cells at `x`; what is behind them moves to the left."""
        self.wraps = False
        self._part(x)
        self._part(x + count)
        del self.cells[x : x + count]

    def _part(self, x: int) -> None:
        """Make two blanks of a wide character that stands across column `x`."""
        if 0 < x < len(self.cells) and not self.cells[x]:
            self.cells[x - 1 : x + 1] = "  "
