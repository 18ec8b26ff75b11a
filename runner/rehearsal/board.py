"""The lines at a terminal's end that tell how far rehearsals are which run at the same time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from runner.book.text import printable
from runner.rehearsal.progress import clock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from runner.rehearsal.child import Child


class Board:
    """A line for each rehearsal that runs, and one for those that have ended."""

    def __init__(self, total: int, *, colour: bool) -> None:
        """Begin; nothing is drawn yet.

        Args:
            total: How many rehearsals are wanted.
            colour: Use colour.
        """
        self._total = total
        self._console = Console(no_color=not colour, highlight=False)
        self._live: Live | None = None
        self._began = time.monotonic()

    def draw(self, running: Iterable[tuple[Path, Child]], *, ended: int, failed: int) -> None:
        """Draw the lines, or draw them anew where they are."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True, overflow="ellipsis")
        grid.add_column(no_wrap=True, justify="right")
        grid.add_column(no_wrap=True, justify="right")
        grid.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        now = time.monotonic()
        for path, child in running:
            at = child.at
            step = f"step {at.step} of {at.total}" if at else "starts"
            heading = printable(at.heading) if at else ""
            cells = (printable(str(path)), step, clock(now - child.began), heading)
            grid.add_row(*map(Text, cells), style="dim")
        state = f"{ended} of {self._total} done" + (f", {failed} failed" if failed else "")
        grid.add_row(Text(state), "", Text(clock(now - self._began)), "")
        if self._live is None:
            # No thread: whoever draws knows when.
            self._live = Live(
                console=self._console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        self._live.update(grid, refresh=True)

    def erase(self) -> None:
        """Remove the lines, where they are drawn."""
        live, self._live = self._live, None
        if live:
            live.stop()
