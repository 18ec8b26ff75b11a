"""One bash process on its pty, with its side channel: asked for one thing at a time."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import select
import signal
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.shell import request, state, validity
from runner.shell.answers import Answers
from runner.shell.channel import Channel
from runner.shell.ending import End, Ending
from runner.shell.guard import Guard
from runner.shell.overdue import Overdue
from runner.shell.process import Process
from runner.shell.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from runner.shell.request import Report

_READ = 4096  # bytes; the kernel gives no more of a pty at a time, and asking for more costs time
_DRAIN = 1 << 16  # bytes passed on at a time: about what the kernel holds back of a pty
_CTRL_C = b"\x03"
_TICK = 0.05  # seconds between looks at what sends no event
_FOREGROUND = re.compile(r"\bfg\b|(^|\s)%")  # what may make a background job another one
# bash itself gives the new bash its $0 and, as standard input, the pipe that wakes it. It has no
# prompt until the driver is there.
_START = 'PS1= exec -a "$0" "$1" --noprofile --norc --noediting -i -s -- "${@:3}" <"$2"'


class Bash:
    """A bash that runs now.

    Attributes:
        process: The process.
        channel: Its side channel.
        last: What it reported last.
    """

    def __init__(
        self,
        program: str,
        *,
        name: str,
        args: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        size: tuple[int, int],
        portable: bool,
        output: Callable[[bytes], None],
        idle: Callable[[], None],
    ) -> None:
        """Start `program` with `name` as `$0`; the other arguments are `Shell`'s.

        Raises:
            OSError: `cwd` cannot be entered, or there can be no process or side channel.
        """
        self._program = program
        self._output = output
        self._idle = idle
        self._number = 0
        self._background: set[str] = set()
        self._hung_up = False
        self._typed = b""
        self._typing = threading.Lock()
        self._keyboard: int | None = None
        self._answers: Answers | None = None
        self._interrupted = False
        self._suspended = False
        self._busy = False
        self._guard: Guard | None = None
        self.last = request.Report("", 0)
        self.channel = Channel()
        try:
            self.process = Process(
                [program, "-c", _START, name, program, str(self.channel.pipe), *args],
                cwd=cwd,
                env=env,
                size=size,
                portable=portable,
            )
        except BaseException:
            self.channel.close()
            raise

    def set_up(self, definitions: str, *, export: bool, timeout: float) -> Ending:
        """Load the driver and wait until it is ready."""
        self.channel.set_up(self._program, definitions, export=export)
        self._guard = Guard(self._program, [self.process.fd, *self.channel.descriptors])
        ending = self._wait(timeout)
        self.process.settle()
        self.last = replace(self.last, last=self._program)  # `$_` as a script finds it
        return ending

    def run(
        self,
        command: str,
        timeout: float | None,
        *,
        valid: bool = False,
        keyboard: int | None = None,
        answers: Sequence[bytes] | None = None,
    ) -> Ending:
        """Run bash text; see `Shell.run`."""
        said, status = ("", 0) if valid else validity.objection(self._program, command)
        if validity.is_cut_off(said):
            self._output(said.replace("\n", "\r\n").encode())
            self.last = replace(self.last, status=status, statuses=(status,))
            return Ending(End.FINISHED, status, 0.0)
        self._number += 1
        self._keyboard = keyboard
        self._interrupted = False
        if answers is not None:
            self._answers = Answers(self.process, answers, self.type)
        trapped = "INT" in self.last.traps or request.may_trap_interrupt(command)
        text = request.run(
            command,
            self.last,
            number=self._number,
            folder=self.channel.folder,
            terminal=self.process.terminal,
            apart=bool(said),
            job_control=self._job_control(trapped=trapped),
            reaped=[job for job in self.last.jobs if job not in self._background],
        )
        try:
            self._busy = True  # before it can run: an exception may come at any moment
            self.channel.send(text)
            ending = self._wait(timeout)
        finally:
            if self._answers:
                self._typed = b""
                self.process.forget_typed()
            self._keyboard = self._answers = None
        if _FOREGROUND.search(command):
            self._background = set(self.last.running)
        return ending

    def ask(self, kind: str, timeout: float, **fields: str) -> bool:
        """Make a request that runs no command. Returns whether it was met."""
        self._number += 1
        before = self.last
        self._busy = True
        self.channel.send(request.assignments(kind=kind, number=str(self._number), **fields))
        met = self._wait(timeout).how is End.FINISHED
        self.last = before if met else self.last
        return met

    def stop(self) -> None:
        """End the command whose report was not waited for; see `Shell.stop`."""
        if self._busy:
            self._wait(0.0)

    def type(self, data: bytes) -> None:
        """Send bytes as if typed; what the terminal does not take at once follows while it runs."""
        with self._typing, contextlib.suppress(BlockingIOError, OSError):
            self._typed += data
            while self._typed:
                written = os.write(self.process.fd, self._typed)
                self._typed = self._typed[written:]

    def drain(self, most: int = _DRAIN) -> bool:
        """Pass on the output that has come, `most` bytes of it; say whether more may come."""
        pieces: list[bytes] = []
        gathered = 0
        try:
            while gathered < most:
                data = os.read(self.process.fd, _READ)
                if not data:
                    self._hung_up = True
                    break
                pieces.append(data)
                gathered += len(data)
        except BlockingIOError:
            pass
        except OSError as error:
            # EIO: no process has the terminal open any more (pty(7)).
            if error.errno != errno.EIO:
                raise
            self._hung_up = True
        if pieces:
            if self._answers:
                self._answers.heard()
            self._output(b"".join(pieces))
        return not self._hung_up

    def close(self) -> None:
        """End the process, its jobs and the side channel."""
        try:
            guard, self._guard = self._guard, None
            if guard:
                guard.close()
            self.process.close()
            # A bash that exits leaves its jobs running; one that is hung up does not.
            jobs = set(state.jobs(self.channel.folder))
            for pid in self.process.session() if jobs else ():
                with contextlib.suppress(OSError):
                    if os.getpgid(pid) in jobs:
                        os.kill(pid, signal.SIGHUP)
                        os.kill(pid, signal.SIGCONT)
        finally:
            self.channel.close()

    def _wait(self, timeout: float | None) -> Ending:
        """Wait for the report of the request just made."""
        self._busy = True
        began = time.monotonic()
        overdue = Overdue(self.process, None if timeout is None else began + timeout)
        watchdog = Watchdog(self.process, nudge=self.channel.nudge, unread=self.channel.unread)
        look_at = began + _TICK
        while True:
            self._idle()  # first, so that what is done then is done while the command runs
            self._select()
            if self._ended():
                return self._ending(overdue.cause or End.FINISHED, self.last.status, began)
            now = time.monotonic()
            if (self.process.watch or now > look_at) and self.process.dead():
                return self._died(began, overdue.cause)
            if now > look_at:
                look_at = now + _TICK
                if self._answers and self._answers.look(now):
                    overdue.end(End.WAITING, now)
                overdue.act(now)
                if lost := watchdog.look():
                    return self._ending(lost, 1, began)

    def _select(self) -> None:
        """Wait for a tick or until something comes, and pass on output and keys."""
        wanted = [self.channel.fd]
        if not self._hung_up:
            wanted.append(self.process.fd)
        if self.process.watch is not None:
            wanted.append(self.process.watch)
        if self._keyboard is not None:
            wanted.append(self._keyboard)
        typing = [self.process.fd] if self._typed and not self._hung_up else []
        ready, writable, _ = select.select(wanted, typing, [], _TICK)
        if self.process.fd in ready:
            self.drain()
        if self._keyboard in ready:
            self._pass_keys(self._keyboard)
        if writable:
            self.type(b"")

    def _pass_keys(self, keyboard: int) -> None:
        keys = b""
        with contextlib.suppress(OSError):  # the terminal hung up
            keys = os.read(keyboard, _READ)
        if keys:
            self._interrupted = self._interrupted or _CTRL_C in keys
            self.type(keys)
        else:
            self._keyboard = None

    def _ended(self) -> bool:
        """Take in the reports that have come; whether the one that is waited for is there."""
        ended = False
        for report in self.channel.reports():
            self._background |= set(report.running)
            if report.what == "exited":
                self.last = self._answered(report)
            elif report.number == self._number and not ended:
                ended = True
                self.last = report if report.what == "ended" else self._answered(report)
        return ended

    def _job_control(self, *, trapped: bool) -> bool:
        """Whether the next command has job control.

        With it, CTRL-C reaches only the job, so a trap on INT would not run; such a command goes
        without. Where the user turned it off, it stays off.
        """
        on = "m" in self.last.flags
        if trapped == self._suspended or (trapped and not on):
            return on
        self._suspended = trapped
        return not trapped

    def _answered(self, report: Report) -> Report:
        seen = {k: v for k, v in self.last.traps.items() if k in ("DEBUG", "ERR", "RETURN")}
        return replace(report, traps=seen | report.traps)

    def _ending(self, how: End, status: int, began: float) -> Ending:
        self._busy = False
        self.drain()
        stopped = how in (End.TIMED_OUT, End.WAITING)
        alive = how is End.FINISHED or (stopped and not self.process.dead())
        untyped = self._answers.left if self._answers else 0
        seconds = time.monotonic() - began
        return Ending(how, status, seconds, alive, untyped=untyped, interrupted=self._interrupted)

    def _died(self, began: float, cause: End | None) -> Ending:
        self._ended()
        status = self.process.status
        if cause:
            how = cause
        elif self.process.signalled:
            how = End.KILLED
        elif self.last.what == "exited":
            how = End.EXITED
        else:
            how = End.REPLACED
        return self._ending(how, status, began)
