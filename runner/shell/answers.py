"""Types to a command where nobody is at the keys, each time that it waits for the terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runner.shell.process import Process

_QUIET = 0.2  # seconds without output, before a look costs anything
_SETTLED = 0.5  # seconds in which a program that is not seen to read has surely drawn its screen
_SIGNALS = (b"\x03", b"\x1a", b"\x1c")  # CTRL-C, CTRL-Z, CTRL-\ (termios(3): ISIG)
_CERTAIN = 3  # looks in a row at a program that reads, before it is told that nobody answers


class Answers:
    """What one command is typed.

    A program that reads a line is seen to do so in /proc (Linux). One that reads keys, or any
    where there is no /proc, is taken to wait once it has been quiet for half a second. So is any
    program for what the terminal makes a signal of, such as CTRL-C: nobody has to read that.
    """

    def __init__(
        self, process: Process, answers: Sequence[bytes], type_: Callable[[bytes], None]
    ) -> None:
        """Type `answers`, one each time, by `type_`."""
        self._process = process
        self._left = list(answers)
        self._type = type_
        self._heard = time.monotonic()
        self._reading = 0

    @property
    def left(self) -> int:
        """How many have not been typed."""
        return len(self._left)

    def heard(self) -> None:
        """Take note that the command has printed something."""
        self._heard = time.monotonic()
        self._reading = 0

    def look(self, now: float) -> bool:
        """Type what is due. Returns whether the command waits and there is nothing to type."""
        quiet = now - self._heard
        if quiet < _QUIET:
            return False
        if self._process.reads_a_line():
            self._reading += 1
            if not self._left:
                return self._reading >= _CERTAIN
            if self._reading == 1:
                return False  # it may just be about to take the last answer
        elif not self._left or quiet < _SETTLED or not self._may_take(self._left[0]):
            self._reading = 0
            return False
        self._type(self._left.pop(0))
        self.heard()
        return False

    def _may_take(self, answer: bytes) -> bool:
        return answer[:1] in _SIGNALS or self._process.may_read_keys()
