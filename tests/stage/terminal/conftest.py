"""A real terminal with a program on it: a child process leads the session of a real pty.

A test reads as what the program does, what is typed, and what the screen shows:

    def test_it(stage):
        stage.play(lambda terminal, keyboard: choose(ENTRIES, terminal=terminal, keyboard=keyboard))
        stage.until("first")
        stage.type("\r")
        assert stage.result() == 0

No test sleeps: `until` and `result` read what the program writes until what they wait for is there.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pickle
import select
import signal
import struct
import termios
import time
import traceback
from typing import TYPE_CHECKING

import pyte
import pytest

from runner.stage.terminal.keyboard import Keyboard
from runner.stage.terminal.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEADLINE = 60.0  # seconds that only a failure reaches
ALTERNATE = 1049


class Screen(pyte.Screen):
    """pyte's screen, with the alternate one that it lacks."""

    main: tuple | None = None

    def set_mode(self, *modes, **kwargs):
        if ALTERNATE in modes and kwargs.get("private") and not self.main:
            rows = {y: dict(row) for y, row in self.buffer.items()}
            self.main = (rows, self.cursor.x, self.cursor.y, self.cursor.attrs)
            self.erase_in_display(2)
        super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes, **kwargs):
        super().reset_mode(*modes, **kwargs)
        if ALTERNATE in modes and kwargs.get("private") and self.main:
            rows, self.cursor.x, self.cursor.y, self.cursor.attrs = self.main
            self.buffer.clear()
            for y, row in rows.items():
                self.buffer[y].update(row)
            self.main = None


class Stage:
    """The terminal, its screen, and the child that has it."""

    def __init__(self) -> None:
        self.written = b""
        self.pid = 0

    def play(
        self,
        program: Callable[[Terminal, Keyboard], object],
        *,
        rows: int = 24,
        columns: int = 80,
        plain: bool = False,
        entered: bool = True,
    ) -> None:
        """Run the program on a new terminal; it is in a `Terminal` unless `entered` is False."""
        self.screen = Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.master, self.slave = os.openpty()
        self._set_size(rows, columns)
        self.usual = self.settings()
        self._answer, answer = os.pipe()
        self.pid = os.fork()
        if self.pid:
            os.close(answer)
            return
        try:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            os.dup2(self.slave, 0)
            os.dup2(self.slave, 1)
            os.close(self.slave)
            os.close(self.master)
            os.write(answer, pickle.dumps(_run(program, plain=plain, entered=entered)))
        finally:
            os._exit(0)

    def type(self, keys: str | bytes) -> None:
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)

    def resize(self, rows: int, columns: int) -> None:
        self.screen.resize(rows, columns)
        self._set_size(rows, columns)

    def settings(self) -> list:
        """The terminal's settings, as anybody sees them."""
        return termios.tcgetattr(self.slave)

    def until(self, wanted: str | Callable[[], object]) -> None:
        """Wait until the text is on the screen, or the condition holds."""
        condition = (lambda: wanted in self.text) if isinstance(wanted, str) else wanted
        end = time.monotonic() + DEADLINE
        while not condition():
            self.look(0.02)
            if time.monotonic() > end:
                pytest.fail(f"waited in vain for {wanted!r}; the screen shows\n{self.text}")

    def result(self) -> object:
        """Wait until the program has ended; return its result, or raise what it raised."""
        end = time.monotonic() + DEADLINE
        data = b""
        while True:
            ready = self.look(0.02, self._answer)
            if self._answer in ready:
                piece = os.read(self._answer, 65536)
                if not piece:
                    break
                data += piece
            if time.monotonic() > end:
                pytest.fail(f"the program did not end; the screen shows\n{self.text}")
        os.waitpid(self.pid, 0)
        self.pid = 0
        while self.look(0):
            pass
        kind, value = pickle.loads(data) if data else ("died", None)
        assert kind == "returned", f"{kind}: {value}"
        return value

    def look(self, timeout: float, *more: int) -> list[int]:
        """Take in what was written since; return what was readable."""
        ready, _, _ = select.select([self.master, *more], [], [], timeout)
        if self.master in ready:
            data = os.read(self.master, 65536)
            self.written += data
            self._stream.feed(data)
        return ready

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).rstrip()

    def hang_up(self) -> None:
        """Drop the terminal, as a broken connection does."""
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def close(self) -> None:
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        for fd in (self.master, self.slave, self._answer):
            with contextlib.suppress(OSError):
                os.close(fd)

    def _set_size(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _run(program: Callable, *, plain: bool, entered: bool) -> tuple[str, object]:
    try:
        terminal = Terminal(0, 1, plain=plain)
        with terminal if entered else contextlib.nullcontext():
            return "returned", program(terminal, Keyboard(terminal))
    except BaseException:
        return "raised", traceback.format_exc()


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.close()


@pytest.fixture
def pipes() -> Iterator[Callable[[], tuple[Keyboard, int]]]:
    """Make a keyboard on a pipe: decoding needs no terminal."""
    fds: list[int] = []

    def make() -> tuple[Keyboard, int]:
        out, into = os.pipe()
        fds.extend((out, into))
        return Keyboard(Terminal(out, into)), into

    yield make
    for fd in fds:
        with contextlib.suppress(OSError):
            os.close(fd)
