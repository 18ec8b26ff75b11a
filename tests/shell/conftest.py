"""What the shell's conformance tests share: a real bash on a real pty, and a deadline.

A test reads as input -> output:

    def test_interrupt(session):
        session.on("READY", CTRL_C)                 # when READY comes, type CTRL-C
        assert session.run("sh -c 'echo READY; exec sleep 30'") == ("READY\n^C", 130)

Nothing is mocked and no test sleeps to be in time: what a test types is typed when the text that it
waits for has come. Each test runs twice: with what the platform offers (pidfd, /proc, ...) and
with the portable second ways.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import signal
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.shell.shell import End, Ending, Shell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
DEADLINE = 60.0  # seconds a test may take before it is ended with an explanation


class Stuck(Exception):  # noqa: N818 - it reads better in a report than StuckError
    """A test did not end by its deadline."""


def plain_text(data: bytes) -> str:
    """What a person would read: UTF-8, with the terminal's line ends turned back."""
    return data.decode("utf-8", "backslashreplace").replace("\r\n", "\n")


def without_places(text: str) -> str:
    """Bash's messages without their `NAME: line N: `, which a live shell words differently."""
    text = re.sub(r"^[\w./-]+: (line \d+: )?", "", text, flags=re.MULTILINE)
    return re.sub(r"here-document at line \d+", "here-document", text)


def until(condition: Callable[[], object], what: str, *, seconds: float = 30.0) -> None:
    """Wait until the condition holds; fail with `what` if it does not within the time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds:g} s in vain: {what}")
        time.sleep(0.01)


def processes() -> list[int]:
    """All process numbers of the machine."""
    if Path("/proc/self/stat").exists():
        return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]
    with os.popen("ps -A -o pid=") as listing:
        return [int(word) for word in listing.read().split()]


def members(session: int) -> list[int]:
    """The processes of a terminal session that are alive, leader included."""
    found = []
    for pid in processes():
        with contextlib.suppress(OSError):
            if os.getsid(pid) == session:
                found.append(pid)
    return found


def states(session: int) -> str:
    """The session's processes with their states, for an explanation."""
    pids = ",".join(map(str, members(session))) or "0"
    with os.popen(f"ps -o pid=,ppid=,pgid=,tpgid=,stat=,wchan=,args= -p {pids}") as listing:
        return listing.read()


class Session:
    """A Shell, all that it printed, and what is to be typed when something is printed."""

    def __init__(self, **options) -> None:
        self.printed = bytearray()  # all output since the start
        self.tap: Callable[[bytes], object] | None = None  # gets the output instead
        self.last = b""  # the last command's output, byte for byte
        self._waiting: deque[tuple[bytes, tuple]] = deque()
        self._from = 0
        self._leaders: list[int] = []
        self.shell = Shell(output=self._receive, **options)

    def __enter__(self) -> Session:
        self.shell.__enter__()
        self._leaders.append(self.shell.pid)
        return self

    def __exit__(self, *exception) -> None:
        try:
            self.shell.__exit__(*exception)
        finally:
            self.kill()

    @property
    def leader(self) -> int:
        """The process ID of the shell that was started last."""
        return self._leaders[-1]

    def kill(self) -> None:
        """Kill what this session's shells left behind; only processes of their own sessions."""
        for pid in self._leaders:
            for member in members(pid):
                with contextlib.suppress(OSError):
                    os.kill(member, signal.SIGKILL)

    # What is typed when

    def on(self, text: str | bytes, *actions: bytes | Callable[[], object]) -> None:
        """When the text is printed: type the bytes, or call the function. In order, each once."""
        if not self._waiting:
            self._from = len(self.printed)
        self._waiting.append((text.encode() if isinstance(text, str) else text, actions))

    def _receive(self, data: bytes) -> None:
        if self.tap:
            self.tap(data)
            return
        self.printed += data
        while self._waiting:
            text, actions = self._waiting[0]
            at = self.printed.find(text, self._from)
            if at < 0:
                self._from = max(self._from, len(self.printed) - len(text) + 1)
                return
            self._from = at + len(text)
            self._waiting.popleft()
            for action in actions:
                if callable(action):
                    action()
                else:
                    self.shell.type(action)

    def press(self, key: bytes, echoed: bytes) -> None:
        """Type a key while no command runs; return when the terminal has taken it."""
        at = len(self.printed)
        self.shell.type(key)

        def taken() -> bool:
            self.shell.pump()
            return echoed in self.printed[at:]

        until(taken, f"{key!r} was typed and {echoed!r} never came back")

    # Commands

    def end(self, command: str, **options) -> Ending:
        """Run a command, however it ends."""
        start = len(self.printed)
        ending = self.shell.run(command, **options)
        self.last = bytes(self.printed[start:])
        waiting = [text for text, _ in self._waiting]
        self._waiting.clear()
        assert not waiting, f"{waiting} never came; the command printed {self.last[-2000:]!r}"
        return ending

    def run(self, command: str, **options) -> tuple[str, int]:
        """Run a command that leaves the shell alive; return its output and its status."""
        ending = self.end(command, **options)
        assert ending.how is End.FINISHED, (
            f"{command[:200]!r} ended as {ending}; it printed {self.last[-2000:]!r}"
        )
        return plain_text(self.last), ending.status

    def out(self, command: str, **options) -> str:
        """Run a command that must succeed; return its output."""
        text, status = self.run(command, **options)
        assert status == 0, f"{command[:200]!r} gave status {status} and printed {text[-2000:]!r}"
        return text

    def healthy(self) -> None:
        """The next commands work: output, status and `$?` are right."""
        assert self.run("builtin echo sound; (exit 3)") == ("sound\n", 3)
        assert self.run('builtin echo "$?"') == ("3\n", 0)

    def restart(self) -> str:
        """Bring the shell back."""
        told = self.shell.restart()
        self._leaders.append(self.shell.pid)
        return told


@pytest.fixture(params=[False, True], ids=["native", "portable"])
def portable(request) -> bool:
    """Whether the shell does without pidfd, /proc and the like."""
    return request.param


@pytest.fixture
def allow() -> Iterator[Callable[[float], None]]:
    """End the test with an explanation when its time is up; call it for another time."""
    state: dict = {"sessions": []}

    def ring(_number, _frame) -> None:
        words = [f"the test did not end within {state['seconds']:g} s"]
        for session in state["sessions"]:
            words.append(
                f"printed last: {bytes(session.printed[-2000:])!r}; "
                f"processes:\n{states(session.leader)}"
            )
            session.kill()
        signal.setitimer(signal.ITIMER_REAL, 10)  # ending the shell may be stuck, too
        raise Stuck("; ".join(words))

    def allow(seconds: float) -> None:
        state["seconds"] = seconds
        signal.setitimer(signal.ITIMER_REAL, seconds)

    allow.sessions = state["sessions"]  # type: ignore[attr-defined]
    before = signal.signal(signal.SIGALRM, ring)
    allow(DEADLINE)
    yield allow
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def start(portable, tmp_path, allow) -> Iterator[Callable[..., Session]]:
    """Start a session in a folder of its own, with a usual environment."""
    home = tmp_path / "home"
    work = tmp_path / "work"
    home.mkdir()
    work.mkdir()
    environment = {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PATH": os.environ.get("PATH", os.defpath),
        "TERM": "xterm",
        "TMPDIR": str(tmp_path),
    }
    with contextlib.ExitStack() as stack:

        def start(*, variables=None, **options) -> Session:
            options = {"name": "runbook", "cwd": work, "portable": portable} | options
            session = Session(env=environment | (variables or {}), **options)
            allow.sessions.append(session)
            stack.enter_context(session)
            return session

        start.environment = environment  # type: ignore[attr-defined]
        yield start


@pytest.fixture
def session(start) -> Session:
    """A shell that has just been started."""
    return start()


@pytest.fixture(name="until")
def until_fixture() -> Callable[..., None]:
    """Wait until a condition holds, for a limited time."""
    return until


@pytest.fixture
def work(tmp_path) -> Path:
    """The folder in which the session starts."""
    return tmp_path / "work"


@pytest.fixture
def as_in_bash(session, plain) -> Callable[..., None]:
    """Compare: the commands, one after the other, print what plain bash prints for them all."""

    def as_in_bash(*commands: str) -> None:
        expected, _ = plain("\n".join(commands) + "\n")
        printed = "".join(session.run(command)[0] for command in commands)
        assert without_places(printed) == without_places(expected)

    return as_in_bash


@pytest.fixture(scope="session")
def in_plain_bash(tmp_path_factory) -> Callable[..., tuple[str, int]]:
    """Run a script by plain `bash FILE` on a pty, once."""
    import ptyprocess

    @functools.cache
    def in_plain_bash(text: str, environment: tuple[tuple[str, str], ...]) -> tuple[str, int]:
        script = tmp_path_factory.mktemp("plain") / "runbook"
        script.write_text(text)
        work = script.parent / "work"
        work.mkdir()
        process = ptyprocess.PtyProcess.spawn(
            ["bash", "../runbook"],
            cwd=str(work),
            env=dict(environment),
            preexec_fn=lambda: [signal.signal(n, signal.SIG_DFL) for n in IGNORED_BY_PYTHON],
        )
        process.delayafterclose = 0
        output = b""
        with contextlib.suppress(EOFError):
            while True:
                output += process.read(65536)
        process.wait()
        killed = process.signalstatus
        return plain_text(output), 128 + killed if killed else process.exitstatus

    return in_plain_bash


@pytest.fixture
def plain(in_plain_bash, start) -> Callable[[str], tuple[str, int]]:
    """What plain bash prints for a script, and its exit status: the reference."""
    environment = {name: start.environment[name] for name in ("LANG", "LC_ALL", "PATH", "TERM")}
    return lambda text: in_plain_bash(text, tuple(environment.items()))
