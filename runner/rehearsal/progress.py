"""The last line of a rehearsal on a terminal: how far it is, and for how long it has been there.

It stands in the line that the cursor is in, and only where that line is empty; it is erased before
anything else is written. So output stays what it is, and nothing has to be known of it.

rich has progress bars too, but draws them from a thread and around output that it writes itself.
"""

from __future__ import annotations

import os
import time

from runner.show.output import put

_QUIET = 0.5
"""Seconds without output after which the line appears: what is quick needs none."""
_PAUSE = 0.2
"""Seconds between two drawings."""
_BAR = 20  # columns
_NARROW = 50  # columns below which there is no bar

ERASE = b"\x1b[2K"


class Progress:
    """The line, on a terminal."""

    def __init__(self, fd: int, *, total: int, colour: bool) -> None:
        """Draw on `fd`; `total` is the number of the runbook's last step."""
        self._fd = fd
        self._total = total
        self._colour = colour
        self._began = self._drawn_at = self._written_at = time.monotonic()
        self._step_began = self._began
        self._number = 0
        self._heading = ""
        self._tried = ""
        self._drawn = False

    def step(self, number: int, heading: str) -> None:
        """Say which step begins."""
        self._number, self._heading, self._tried = number, heading, ""
        self._step_began = time.monotonic()

    def waiting(self, attempts: int, left: float) -> None:
        """Say that a command has failed so far; `left` are the seconds until it has for good."""
        times = "once" if attempts == 1 else f"{attempts} times"
        self._tried = f"tried {times}, {clock(left)} left"

    def erase(self) -> bytes:
        """Return what erases the line, to be written before what follows; empty where none is."""
        self._written_at = time.monotonic()
        drawn, self._drawn = self._drawn, False
        return ERASE if drawn else b""

    def draw(self) -> None:
        """Draw the line, where it is time for that. The cursor must be in the first column."""
        now = time.monotonic()
        if now - self._written_at < _QUIET or now - self._drawn_at < _PAUSE:
            return
        self._drawn, self._drawn_at = True, now
        line = self._line(now, os.get_terminal_size(self._fd).columns)
        put(ERASE + line.encode("utf-8", "replace") + b"\r", self._fd)

    def _line(self, now: float, columns: int) -> str:
        from runner.stage.terminal.fit import fit

        # A line as wide as the terminal would leave the cursor where some terminals wrap.
        bar = "" if columns < _NARROW else self._bar()
        room = columns - 1 - (_BAR + 2 if bar else 0)
        parts = (
            f"step {self._number} of {self._total}",
            self._tried or clock(now - self._step_began),
            self._heading,
            f"{clock(now - self._began)} in all",
        )
        text = fit(" · ".join(part for part in parts if part), room)
        return f"\x1b[2m{bar}{text}\x1b[0m" if self._colour else f"{bar}{text}"

    def _bar(self) -> str:
        done = _BAR * max(self._number - 1, 0) // max(self._total, 1)
        return f"{'━' * done}{'╌' * (_BAR - done)}  "


def clock(seconds: float) -> str:
    """Return a time as a clock shows it: `1:05`, `1:00:05`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
