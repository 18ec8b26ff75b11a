"""Rehearsals as text -> what the terminal shows and the exit status.

    def test_variables_live_on(run):
        assert run("x=1\necho $x").printed == ["1"]

The real `cuebook` runs in a process of its own, with a home that is empty, a folder of its own and
nothing on standard input. Whatever it leaves running is found by a mark in its environment, and
ended.
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
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CUEBOOK = (sys.executable, "-P", "-m", "runner.cli.main")
DEADLINE = 45.0  # seconds that only a failure takes
_MARK = "CUEBOOK_TEST"
_COMMAND = re.compile(r" *\d+ \$ (.*)")


@dataclass(frozen=True)
class Run:
    """What came of one call of `cuebook`."""

    status: int
    stdout: str
    stderr: str

    def __repr__(self) -> str:
        return f"status {self.status}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"

    @property
    def lines(self) -> list[str]:
        """What was shown while it ran; blank lines left out."""
        return [line for line in self._parts[0].splitlines() if line.strip()]

    @property
    def commands(self) -> list[str]:
        """The commands that were shown, as they were shown; of each the first line."""
        return [found[1] for line in self.lines if (found := _COMMAND.fullmatch(line))]

    @property
    def printed(self) -> list[str]:
        """What was shown without the commands."""
        return [line for line in self.lines if not _COMMAND.fullmatch(line)]

    @property
    def summary(self) -> list[str]:
        """The lines that close it; the seconds are left out."""
        return [re.sub(r", \d+\.\d s$", "", line) for line in self._parts[1].splitlines()]

    @property
    def _parts(self) -> tuple[str, str]:
        shown, _, summary = self.stdout.replace("\r\n", "\n").rpartition("\n\n")
        return f"{shown}\n", summary


def fence(*commands: str) -> str:
    """A shell block of these commands."""
    return "```bash\n" + "\n".join(commands) + "\n```\n"


class Live:
    """A `cuebook` that runs; what it has printed so far."""

    def __init__(self, process: subprocess.Popen[bytes], output: int) -> None:
        self.process = process
        self.pid = process.pid
        self.printed = ""
        self._output = output

    def until(self, line: str, *, seconds: float = DEADLINE) -> str:
        """Read until a whole line `line` has come; return everything that came so far."""
        wanted = f"\n{line}\n"
        self._read(lambda: wanted in self._lines(), f"the line {line!r}", seconds)
        return self._lines()

    def _lines(self) -> str:
        return self.printed.replace("\r", "")

    def close(self) -> None:
        """Read no more: the other side finds its pipe broken."""
        os.close(self._output)

    def wait(self, *, seconds: float = DEADLINE) -> Run:
        """Read to the end and return what came of it."""
        self._read(lambda: False, "the end", seconds)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            pytest.fail(f"it closed its output and did not end; it printed {self.printed!r}")
        return Run(status, self.printed, "")

    def _read(self, enough: Callable[[], bool], what: str, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not enough():
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._output], [], [], left)[0]:
                pytest.fail(f"waited {seconds:g} s in vain for {what}; it printed {self.printed!r}")
            try:
                data = os.read(self._output, 65536)
            except OSError:  # EIO: a pty that nobody has open any more
                data = b""
            if not data:
                if what == "the end":
                    return
                pytest.fail(f"it ended before {what}; it printed {self.printed!r}")
            self.printed += data.decode("utf-8", "backslashreplace")


class Stage:
    """A folder with a home, and `cuebook` in it."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.work = folder / "work"
        self.home.mkdir()
        self.work.mkdir()
        self._mark = f"{os.getpid()}-{folder}"
        self.env = {
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "PATH": os.environ.get("PATH", os.defpath),
            "TERM": "xterm",
            "TMPDIR": str(folder),
            _MARK: self._mark,
        }

    def write(self, files: dict[str, str | bytes]) -> None:
        """Write files, named from the folder; `~/` stands for the home."""
        for name, text in files.items():
            path = self.home / name[2:] if name.startswith("~/") else self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)

    def gate(self) -> Callable[[str], None]:
        """Make a FIFO `gate` to read from; return a function that writes into it once it is."""
        path = self.work / "gate"
        os.mkfifo(path)

        def write(text: str) -> None:
            end = time.monotonic() + DEADLINE
            while True:
                try:
                    gate = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
                    break
                except OSError:  # ENXIO: nobody reads
                    if time.monotonic() > end:
                        pytest.fail(f"nobody read from `gate` in {DEADLINE:g} s")
                    time.sleep(0.01)
            os.write(gate, text.encode())
            os.close(gate)

        return write

    def cuebook(self, *args: str | Path, env: dict[str, str] | None = None, **options) -> Run:
        """Call `cuebook`; options are `subprocess.Popen`'s."""
        return self.call(*self.argv(*args), env=env, **options)

    def argv(self, *args: str | Path) -> list[str]:
        """What a call of `cuebook` with these arguments runs."""
        return [*CUEBOOK, *map(str, args)]

    def call(
        self, *argv: str, env: dict[str, str] | None = None, seconds: float = DEADLINE, **options
    ) -> Run:
        """Call a program and wait for its end."""
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        process = self.popen(argv, env, **options)
        try:
            stdout, stderr = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            self.kill()
            stdout, stderr = process.communicate()
            pytest.fail(f"no end after {seconds:g} s; stdout: {stdout!r}, stderr: {stderr!r}")
        return Run(process.returncode, _text(stdout), _text(stderr))

    def start(self, *args: str | Path, env: dict[str, str] | None = None, **options) -> Live:
        """Start `cuebook` and do not wait for it; both its outputs are one, unless told."""
        reading, writing = os.pipe()
        options = {"stdout": writing, "stderr": subprocess.STDOUT} | options
        process = self.popen(self.argv(*args), env, **options)
        os.close(writing)
        return Live(process, reading)

    def on_terminal(
        self, *args: str | Path, size: tuple[int, int] = (24, 80), env: dict[str, str] | None = None
    ) -> Run:
        """Call `cuebook` on a terminal of its own, of so many rows and columns."""
        ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        process = self.popen(self.argv(*args), env, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        try:
            return Live(process, ours).wait()
        finally:
            os.close(ours)

    def left(self) -> list[str]:
        """The processes that are left of all calls."""
        mark = f"{_MARK}={self._mark}".encode()
        return [_told(pid) for pid in _processes() if mark in _environ(pid).split(b"\0")]

    def kill(self) -> None:
        for told in self.left():
            with contextlib.suppress(OSError):
                os.kill(int(told.split()[0]), signal.SIGKILL)

    def popen(self, argv, env=None, **options) -> subprocess.Popen[bytes]:
        """Start a program with all that a test wants of its surroundings."""
        usual = {
            "cwd": self.work,
            "env": self.env | (env or {}),
            "stdin": subprocess.DEVNULL,
            "start_new_session": True,
        }
        return subprocess.Popen(argv, **usual | options)


def _text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "backslashreplace")


def _processes() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def _environ(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def _told(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        words = []
    doing = []
    for name in ("wchan", "syscall", "stat"):
        with contextlib.suppress(OSError):
            doing.append(Path(f"/proc/{pid}/{name}").read_text().strip()[:80])
    return f"{pid} {b' '.join(words).decode(errors='replace')} ({'; '.join(doing)})".strip()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.kill()


@pytest.fixture
def rehearse(stage: Stage) -> Callable[..., Run]:
    """Return a function that rehearses a Markdown runbook's text; `files` are put beside it."""

    def rehearse(text: str, *args: str, files=None, env=None, name: str = "demo.md") -> Run:
        stage.write({name: text, **(files or {})})
        return stage.cuebook("rehearse", name, *args, env=env)

    return rehearse


@pytest.fixture
def run(rehearse: Callable[..., Run]) -> Callable[..., Run]:
    """Return a function that rehearses a shell runbook's text: each command a step."""

    def run(text: str, *args: str, **options) -> Run:
        return rehearse(text, *args, name="demo.sh", **options)

    return run


@pytest.fixture
def until() -> Callable[..., None]:
    """Return a function that waits for a condition, and fails with words if it stays away."""

    def until(
        condition: Callable[[], object], what: Callable[[], str], *, seconds=DEADLINE
    ) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                pytest.fail(f"waited {seconds:g} s in vain; {what()}")
            time.sleep(0.01)

    return until


@pytest.fixture(name="fence")
def _fence() -> Callable[..., str]:
    return fence
