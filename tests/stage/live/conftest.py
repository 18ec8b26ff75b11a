"""`cuebook present` on a real pty, driven by keys, its screen read by pyte.

A test reads as commands, keys, and what the screen shows:

    def test_it(present):
        show = present("echo $((1 + 1))", "echo bye")
        show.asked("echo $((1 + 1))")
        show.press(RETURN)
        show.asked("echo bye")
        assert show.lines[1] == "2"
        show.quit()

No test sleeps: `wait_for`, `asked` and `ended` read what is written until what they wait for is
there, and fail with a picture of the screen. `ended` checks that the terminal is as it was.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyte
import pytest
from wcwidth import wcwidth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

DEADLINE = 60.0  # seconds that only a failure reaches
_CUEBOOK = (sys.executable, "-P", "-m", "runner.cli.main", "present")
_ALTERNATE = (47, 1047, 1049)
_PASTE = 2004
# What must be off after the show: these, the mouse's, focus reports, the cursor's keys, paste.
_OFF = (*_ALTERNATE, 1, 5, 6, 9, 1000, 1002, 1003, 1004, 1005, 1006, 1015, _PASTE, 2026)
_SWITCH = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
_COLOURS = re.compile(rb"\x1b\[[\d;]*m")
_CANCEL = b"\x18"
_TAIL = 8192  # bytes of a flood that are drawn


class Screen(pyte.Screen):
    """pyte's screen with the alternate one, and with answers to what programs ask."""

    def __init__(self, columns: int, rows: int, answer: Callable[[str], object]) -> None:
        super().__init__(columns, rows)
        self._answer = answer
        self._main: tuple[Any, ...] | None = None

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        if set(_ALTERNATE) & set(modes) and kwargs.get("private") and not self._main:
            rows = {y: dict(row) for y, row in self.buffer.items()}
            self._main = (rows, self.cursor.x, self.cursor.y, self.cursor.attrs)
            self.erase_in_display(2)
        super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        super().reset_mode(*modes, **kwargs)
        if set(_ALTERNATE) & set(modes) and kwargs.get("private") and self._main:
            rows, self.cursor.x, self.cursor.y, self.cursor.attrs = self._main
            self.buffer.clear()
            for y, row in rows.items():
                self.buffer[y].update(row)
            self._main = None

    def resize(self, lines: int | None = None, columns: int | None = None) -> None:
        """Drop what is below the cursor before what is above, as terminals do."""
        rows = lines or self.lines
        over = max(0, self.cursor.y + 1 - rows)
        if over:
            self.buffer.update({y: self.buffer[y + over] for y in range(rows)})
            self.cursor.y -= over
        for y in range(rows, self.lines):
            self.buffer.pop(y, None)
        self.lines = rows
        super().resize(rows, columns)
        self.set_margins()

    def select_graphic_rendition(self, *attrs: int, **kwargs: Any) -> None:
        if not kwargs.get("private"):  # vim asks; pyte takes it for colours
            super().select_graphic_rendition(*attrs)

    @property
    def display(self) -> list[str]:
        """The rows, without spaces at their ends. pyte asks for the width of each cell's text."""
        return [self._row(self.buffer[y]).rstrip() for y in range(self.lines)]

    def _row(self, row: dict[int, Any]) -> str:
        end = min(self.columns, max(row, default=-1) + 1)
        cells = [row[x].data for x in range(end)]
        if (text := "".join(cells)).isascii():
            return text
        hidden = [False, *(wcwidth(cell[:1]) == 2 for cell in cells)]
        for at in range(1, end):  # what a wide character hides is not one that hides
            hidden[at + 1] = hidden[at + 1] and not hidden[at]
        return "".join(cell for cell, no in zip(cells, hidden, strict=False) if not no)

    def write_process_input(self, data: str) -> None:
        self._answer(data)


class Show:
    """A presentation: its process, its terminal, and what the terminal shows."""

    def __init__(
        self, folder: Path, rows: int, columns: int, settings: list[Any] | None = None
    ) -> None:
        """Open the terminal; `folder` is the working directory of the presentation."""
        self.folder = folder
        self.written = bytearray()
        self.master, self.slave = os.openpty()
        self._answers: list[str] = []
        self._lines: list[str] | None = None  # until something is drawn: tests ask many times
        self.screen = Screen(columns, rows, self._answers.append)
        self._stream = pyte.ByteStream(self.screen)
        self._set_size(rows, columns)
        if settings is not None:
            termios.tcsetattr(self.slave, termios.TCSANOW, settings)
        self._before = self.settings()
        self._mark = f"CUE_LIVE_TEST={uuid.uuid4()}"

    def start(self, arguments: Sequence[str], env: Mapping[str, str]) -> None:
        """Run `cuebook present` as the leader of the terminal's session."""
        home = self.folder.parent / "home"
        home.mkdir(exist_ok=True)
        usual = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
            **{f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "STATE")},
            **{f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("DATA", "CACHE")},
            **dict([self._mark.split("=")]),
        }
        self.process = subprocess.Popen(
            [*_CUEBOOK, *arguments],
            cwd=self.folder,
            env=usual | dict(env),
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - no test starts a thread
        )

    # What the speaker does

    def press(self, keys: str | bytes) -> None:
        """Type, all in one go; first take in what has come, so that nothing blocks."""
        rest = keys.encode() if isinstance(keys, str) else keys
        while rest:
            self.look(0)
            if select.select([], [self.master], [], 0.1)[1]:
                rest = rest[os.write(self.master, rest[:512]) :]

    def resize(self, rows: int, columns: int) -> None:
        """Change the window's size."""
        self.screen.resize(rows, columns)
        self._lines = None
        self._set_size(rows, columns)

    def signal(self, number: int) -> None:
        """Send a signal to cuebook alone."""
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """Drop the terminal, as a broken connection does."""
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    # What is seen

    @property
    def lines(self) -> list[str]:
        """The screen's lines, without spaces at their ends."""
        if self._lines is None:
            self._lines = self.screen.display
        return self._lines.copy()

    @property
    def line(self) -> str:
        """The line that the cursor is on."""
        return self.lines[self.screen.cursor.y]

    @property
    def text(self) -> str:
        """The screen, without empty lines at its end."""
        return "\n".join(self.lines).rstrip()

    @property
    def alternate(self) -> bool:
        """Whether the alternate screen is on."""
        return any(mode in self._modes_on() for mode in _ALTERNATE)

    def mode(self, number: int) -> bool:
        """Whether a private mode is on now."""
        return number in self._modes_on()

    @property
    def listening(self) -> bool:
        """Whether keys come to the stage now, rather than to a command."""
        _, output, _, local, *_ = self.settings()
        return bool(output & termios.OPOST and not local & termios.ICANON)

    @property
    def utf8(self) -> bool:
        """Whether the terminal still takes what is written for UTF-8."""
        return bool(self._stream.use_utf8)

    def look(self, timeout: float, *, draw: bool = True) -> bool:
        """Take in what was written. Returns whether there was anything."""
        if self.master < 0 or not select.select([self.master], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:  # EIO: nobody has the terminal open
            return False
        self.written += data
        if draw:
            self._draw(data)
            answers, self._answers[:] = "".join(self._answers), []
            self.press(answers)
        return bool(data)

    def wait_for(self, wanted: str | Callable[[], object], timeout: float = DEADLINE) -> None:
        """Wait until the text is on the screen, or the condition holds."""
        condition = (lambda: wanted in self.text) if isinstance(wanted, str) else wanted
        end = time.monotonic() + timeout
        while not condition():
            self.look(0.02)
            ended = self.process.poll() is not None and not self.look(0)
            if time.monotonic() > end or (ended and not condition()):
                pytest.fail(f"waited in vain for {wanted!r} (ended: {ended}){self._picture()}")

    def asked(self, command: str) -> None:
        """Wait until the command stands at the end of the screen, whole, and is waited at."""
        self.wait_for(lambda: self.text.endswith(f"$ {command}"))

    def run(self, command: str) -> None:
        """Run the command that is waited at."""
        self.asked(command)
        self.press("\r")

    def begin(self, command: str) -> None:
        """Run the command that is waited at; from here on keys are the command's."""
        self.run(command)
        self.wait_for(lambda: not self.listening)

    def flood(self, upto: str, timeout: float = 30.0) -> bytes:
        """Read, without drawing, until the text was written; draw the last of it."""
        start, end = len(self.written), time.monotonic() + timeout
        while upto.encode() not in _COLOURS.sub(b"", bytes(self.written[start:][-_TAIL:])):
            self.look(0.02, draw=False)
            if time.monotonic() > end:
                pytest.fail(f"waited in vain for {upto!r}; {len(self.written)} bytes came")
        data = bytes(self.written[start:])
        self._draw(data[-_TAIL:])
        return data

    # How it ends

    def quit(self) -> None:
        """Quit by key, once keys come to the stage; see `ended`."""
        self.wait_for(lambda: self.listening)
        self.press("Q")
        self.ended(0)

    def exit_status(self) -> int:
        """Wait until cuebook has ended; a signal's number is negative."""
        end = time.monotonic() + DEADLINE
        while self.process.poll() is None:
            self.look(0.02)
            if time.monotonic() > end:
                pytest.fail(f"it does not end{self._picture()}")
        while self.look(0):
            pass
        return self.process.returncode

    def ended(self, status: int) -> None:
        """Wait for the end; nothing is left of it, and the terminal is as it was before."""
        assert self.exit_status() == status, self._picture()
        self.nothing_runs()
        assert self.settings() == self._before, f"other settings{self._picture()}"
        left_on = [mode for mode in _OFF if self.mode(mode)]
        assert not left_on, f"left on: {left_on}"
        assert not self.screen.cursor.hidden, "the cursor is hidden"
        assert self.screen.cursor.attrs == pyte.screens.Char(" "), "a colour is left on"

    def nothing_runs(self, timeout: float = DEADLINE) -> None:
        """Wait until no process of the show runs any more."""
        end = time.monotonic() + timeout
        while found := self.processes():
            self.look(0.02)
            if time.monotonic() > end:
                pytest.fail(f"left over: {found}{self._picture()}")

    def processes(self) -> dict[int, str]:
        """The processes of the show that run now, with their command lines."""
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if self._mark.encode() in (path / "environ").read_bytes():
                    line = (path / "cmdline").read_bytes().replace(b"\0", b" ")
                    found[int(path.name)] = line.decode(errors="replace")
        return found

    def inner_size(self) -> tuple[int, ...]:
        """Rows and columns of the terminal that commands see."""
        bash = next(pid for pid, line in self.processes().items() if " --norc " in line)
        with open(f"/proc/{bash}/fd/1") as terminal:
            return struct.unpack("HHHH", fcntl.ioctl(terminal, termios.TIOCGWINSZ, b" " * 8))[:2]

    def settings(self) -> list[Any]:
        """The terminal's settings now."""
        return termios.tcgetattr(self.slave)

    def close(self) -> None:
        """End whatever is left."""
        for pid in self.processes():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        for fd in (self.master, self.slave):
            with contextlib.suppress(OSError):
                os.close(fd)

    # Within

    def _draw(self, data: bytes) -> None:
        self._lines = None
        for at, piece in enumerate(data.split(_CANCEL)):
            if at:  # it ends what has begun; pyte does not know that within strings
                self._new_stream()
            try:
                self._stream.feed(piece)
            except (TypeError, ValueError, IndexError):  # pyte's limits, with garbage
                self._new_stream()

    def _new_stream(self) -> None:
        utf8 = self._stream.use_utf8
        self._stream = pyte.ByteStream(self.screen)
        self._stream.use_utf8 = utf8

    def _modes_on(self) -> set[int]:
        on: set[int] = set()
        for numbers, switch in _SWITCH.findall(self.written):
            modes = {int(number) for number in numbers.split(b";") if number}
            on = on | modes if switch == b"h" else on - modes
        return on

    def _picture(self) -> str:
        edge = "─" * self.screen.columns
        return f"; the screen shows\n{edge}\n" + "\n".join(self.lines) + f"\n{edge}"

    def _set_size(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def present(tmp_path: Path) -> Iterator[Callable[..., Show]]:
    """Return a function that presents commands, each in a block, or a whole runbook as `text`.

    `typing` is the speed at which commands are typed; by default they are shown at once. `files`
    are put into the working directory.
    """
    work = tmp_path / "work"
    shows: list[Show] = []

    def present(
        *commands: str,
        text: str | None = None,
        typing: float | None = None,
        options: Sequence[str] = (),
        files: Mapping[str, str | bytes] | None = None,
        env: Mapping[str, str] | None = None,
        rows: int = 24,
        columns: int = 80,
        termios_settings: list[Any] | None = None,
    ) -> Show:
        work.mkdir(exist_ok=True)
        blocks = "".join(f"```bash\n{command}\n```\n\n" for command in commands)
        book = f"<!-- @SHOW -->\n\n{blocks}" if text is None else text
        for name, content in {"book.md": book, **(files or {})}.items():
            data = content.encode() if isinstance(content, str) else content
            (work / name).write_bytes(data)
        show = Show(work, rows, columns, termios_settings)
        shows.append(show)
        pace = ["--no-typing"] if typing is None else ["--speed", str(typing)]
        show.start([*pace, *options, "book.md"], env or {})
        return show

    yield present
    for show in shows:
        show.close()
