"""The bash process: started on a pty of its own, watched, and ended.

What is chosen by capability stands here: a pidfd (Linux 5.3) tells at once that bash died, and
/proc what it runs; elsewhere `waitpid` and `ps` are asked. `portable=True` chooses the second
ways everywhere, so that a test can exercise them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pexpect

from runner.shell.ending import status_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_READ_CALL = {"x86_64": "0", "aarch64": "63"}  # read(2)'s number, by machine
_TIOCGPTN = 0x80045430  # Linux, asm-generic/ioctls.h: the number of a master's pts


class Process:
    """A bash on a pty.

    Attributes:
        pid: Its process ID, which is also its session's and its process group's.
        fd: The pty's master, non-blocking.
        terminal: The path of its terminal.
        watch: A file descriptor that becomes readable when it dies, or None.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        size: tuple[int, int],
        portable: bool,
    ) -> None:
        """Start it.

        Args:
            command: The program and its arguments.
            cwd: The directory it starts in.
            env: Its whole environment.
            size: Rows and columns of its terminal.
            portable: Use neither pidfd nor /proc.

        Raises:
            OSError: `cwd` cannot be entered, or no process can be started.
        """
        if not os.access(cwd, os.X_OK):
            raise NotADirectoryError(f"cannot enter the directory {cwd}")
        with _handlers_held():
            self._child = pexpect.spawn(
                command[0],
                list(command[1:]),
                cwd=str(cwd),
                env=cast("os._Environ[str]", env),
                dimensions=size,
                timeout=None,
                preexec_fn=_default_signals,
            )
        self.pid = int(self._child.pid or 0)
        self.fd = self._child.child_fd
        os.set_blocking(self.fd, False)
        self._proc = Path("/proc") / str(self.pid)
        self._portable = portable or not self._proc.exists()
        self.watch = None if portable else _pidfd(self.pid)
        self.terminal = self._terminal()
        self._identity: str | None = None

    def settle(self) -> None:
        """Remember what it runs now, for `replaced`."""
        self._identity = self._look()[1]

    def dead(self) -> bool:
        """Whether it has ended. `status` and `signal` are told from then on."""
        if self.watch is not None and not select.select([self.watch], [], [], 0)[0]:
            return False
        return not self._child.isalive()

    @property
    def status(self) -> int:
        """Its exit status, 128 + N after signal N; only once it is dead."""
        if self._child.signalstatus is not None:
            return status_of(int(self._child.signalstatus))
        return int(self._child.exitstatus or 0)

    @property
    def signalled(self) -> int:
        """The number of the signal that ended it, or 0."""
        return int(self._child.signalstatus or 0)

    def in_front(self) -> bool:
        """Whether it is itself the terminal's foreground, so that it runs no job there."""
        try:
            return os.tcgetpgrp(self.fd) == self.pid
        except OSError:
            return False

    def reads_a_line(self) -> bool:
        """Whether what runs in front is blocked in reading a line of the terminal, for certain.

        Where there is no /proc, that is never known. Of a program with threads it is not certain
        either: another one may be at work.
        """
        with contextlib.suppress(OSError, termios.error):
            front = os.tcgetpgrp(self.fd)
            if self._portable or not self._takes_lines():
                return False
            return any(os.getpgid(pid) == front and self._reads(pid) for pid in self._members())
        return False

    def may_read_keys(self) -> bool:
        """Whether what runs in front may be waiting for keys."""
        with contextlib.suppress(OSError, termios.error):
            return not self._takes_lines() or (self._portable and not self.in_front())
        return False

    def _takes_lines(self) -> bool:
        return bool(termios.tcgetattr(self.fd)[3] & termios.ICANON)

    def _reads(self, pid: int) -> bool:
        """Whether a process is in read(2) on our terminal (proc_pid_syscall(5))."""
        process = Path("/proc") / str(pid)
        with contextlib.suppress(OSError, ValueError):  # "running" has no descriptor
            number, descriptor, *_ = (process / "syscall").read_text().split()
            if number != _READ_CALL.get(os.uname().machine):
                return False
            reads = str((process / "fd" / str(int(descriptor, 16))).readlink())
            threads = len(list((process / "task").iterdir()))
            return reads in (self.terminal, "/dev/tty") and threads == 1
        return False

    def _members(self) -> list[int]:
        """The processes of bash's session."""
        return [self.pid, *self.session()]

    def replaced(self) -> bool:
        """Whether the process runs another program than the bash that was started.

        A bash that stopped itself is woken on the way.
        """
        state, identity = self._look()
        if state.startswith("T"):
            self.signal(signal.SIGCONT)
        return bool(identity and self._identity and identity != self._identity)

    def _look(self) -> tuple[str, str]:
        """The process's state letter and command line; empty where it is gone."""
        if not self._portable:
            try:
                stat = (self._proc / "stat").read_text()
                line = (self._proc / "cmdline").read_bytes().decode("utf-8", "surrogateescape")
            except OSError:
                return "", ""
            return stat.rpartition(")")[2].strip(), line
        shown = subprocess.run(
            ["ps", "-o", "stat=,args=", "-p", str(self.pid)],
            check=False,
            capture_output=True,
            text=True,
        )
        state, _, line = shown.stdout.strip().partition(" ")
        return state, "" if state.startswith("Z") else line.strip()

    def _terminal(self) -> str:
        if not self._portable:
            answer = fcntl.ioctl(self.fd, _TIOCGPTN, b"\0" * 4)
            return f"/dev/pts/{struct.unpack('I', answer)[0]}"
        return "/dev/tty"

    def forget_typed(self) -> None:
        """Throw away what was typed and nothing has read."""
        with contextlib.suppress(OSError, termios.error):
            terminal = os.open(self.terminal, os.O_RDWR | os.O_NOCTTY)
            try:
                termios.tcflush(terminal, termios.TCIFLUSH)
            finally:
                os.close(terminal)

    def resize(self, rows: int, columns: int) -> None:
        """Tell the terminal its size; what runs in front gets SIGWINCH."""
        with contextlib.suppress(OSError, ValueError):  # it may be ending
            self._child.setwinsize(rows, columns)

    def signal_front(self, number: signal.Signals) -> None:
        """Send a signal to the terminal's foreground process group."""
        with contextlib.suppress(OSError):
            os.killpg(os.tcgetpgrp(self.fd), number)

    def kill_children(self) -> bool:
        """Kill what bash runs without job control. Returns whether there was anything."""
        children = [pid for pid, parent in self._processes() if parent == self.pid]
        for pid in children:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        return bool(children)

    def session(self) -> list[int]:
        """The processes of bash's session without bash, which may be gone; no others' ever are."""
        everybody = [pid for pid, _ in self._processes()] if self._portable else _numbers()
        return [p for p in everybody if p != self.pid and _session(p) == self.pid]

    def _processes(self) -> list[tuple[int, int]]:
        """The process IDs of all processes, and of their parents."""
        if not self._portable:
            found = []
            for pid in _numbers():
                with contextlib.suppress(OSError):
                    stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
                    found.append((pid, int(stat.rpartition(")")[2].split()[1])))
            return found
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid="], check=False, capture_output=True, text=True
        )
        rows = [line.split() for line in listed.stdout.splitlines()]
        return [(int(pid), int(parent)) for pid, parent in rows]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to bash alone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def close(self, *, patience: float = 1.0) -> None:
        """End it: SIGHUP, on which bash hangs up its jobs, then SIGKILL after `patience` seconds.

        Idempotent. The pty is closed.
        """
        if self._child.closed:
            return
        if not self.dead():
            self.signal(signal.SIGHUP)
            self.signal(signal.SIGCONT)
            if not self._gone(patience):
                self.signal_front(signal.SIGKILL)
                self.signal(signal.SIGKILL)
                self._gone(patience)
            for pid in self.session():  # what a trap ran, say, which is no job of bash's
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGHUP)
        if self.watch is not None:
            os.close(self.watch)
            self.watch = None
        self._child.ptyproc.delayafterclose = 0  # type: ignore[attr-defined]
        self._child.close(force=True)

    def _gone(self, patience: float) -> bool:
        deadline = time.monotonic() + patience
        while not self.dead():
            if time.monotonic() > deadline:
                return False
            # Reading on matters: a process that waits to write does not die on macOS.
            select.select([self.fd], [], [], 0.005)
            with contextlib.suppress(OSError):
                os.read(self.fd, 65536)
        return True


def _numbers() -> list[int]:
    """The process IDs of all processes, by /proc."""
    # Not by a glob, which looks at each again and fails where one has gone by then.
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208


def _session(pid: int) -> int:
    """The ID of a process's session, 0 where the process is gone."""
    try:
        return os.getsid(pid)
    except OSError:
        return 0


@contextlib.contextmanager
def _handlers_held() -> Iterator[None]:
    """Keep our signal handlers from running in a child before it runs its program.

    Setting its terminal's size sends the child SIGWINCH; a handler of ours that raises there
    would unwind our own stack, and clean up what is ours.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _default_signals() -> None:
    """Undo in the child what Python ignores at its start, what we handle, and what is held.

    bash could not, and `yes | head` would not end.
    """
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())


def _pidfd(pid: int) -> int | None:
    if not hasattr(os, "pidfd_open"):
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def pending(fd: int) -> int:
    """Return how many bytes wait in a pipe or terminal (FIONREAD, ioctl_tty(2))."""
    return int(struct.unpack("i", fcntl.ioctl(fd, termios.FIONREAD, b"\0" * 4))[0])
