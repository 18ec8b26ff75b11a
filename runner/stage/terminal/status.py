"""An unobtrusive last line while the show waits: where it is, and what comes next.

Limits: nothing can tell what stands below the cursor. What a command drew there, having moved the
cursor up, is overwritten in the last row.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from runner.stage.terminal.fit import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.stage.terminal.terminal import Terminal

# Down and up: in the last row this scrolls by a line and elsewhere it does nothing.
_ROOM = "\x1bD\x1b[A"


def status(*, step: int, steps: int, seconds: float, command: str, columns: int) -> str:
    """Return the line: `step 3 of 17 · 4:05 · kubectl get pods`, cut to the columns."""
    minutes, rest = divmod(int(seconds), 60)
    clock = (
        f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
    )
    first = next((line.strip() for line in command.splitlines() if line.strip()), "")
    parts = [f"step {step} of {steps}", clock, first]
    return fit(" · ".join(part for part in parts if part), columns)


class Status:
    """The line on the screen. It is gone before anything else is written, whoever writes it."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def show(self, text: str) -> None:
        """Draw the line, in place of the one before. Where it would stand, the screen scrolls."""
        if self._terminal.plain:
            return
        rows, columns = size = self._terminal.size()
        if rows < 2:
            return

        def erase() -> str:
            # After a resize the line may be anywhere, but not above the cursor.
            same = self._terminal.size() == size
            return f"\x1b7\x1b[{rows};1H\x1b[2K\x1b8" if same else "\x1b[J"

        drawn = (
            f"\x1b7\x1b[{rows};1H\x1b[?7l\x1b[0;2m\x1b[2K{fit(text, columns)}\x1b[0m\x1b[?7h\x1b8"
        )
        self._terminal.write_erasably(_ROOM + drawn, erase)

    def clear(self) -> None:
        """Erase the line."""
        self._terminal.write("")

    @contextlib.contextmanager
    def shown(self, text: Callable[[int], str]) -> Iterator[Callable[[], None]]:
        """Show the line while this lasts, also after a change of the window's size.

        Args:
            text: Returns the line for so many columns.

        Yields:
            A function that draws it anew: call it every second, for the clock's sake, and after
            anything else was written.
        """

        def draw() -> None:
            self.show(text(self._terminal.size()[1]))

        with self._terminal.on_resize(draw):
            try:
                draw()
                yield draw
            finally:
                self.clear()
