"""Runs a plan: what does not depend on each other side by side, its output live."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from helpers.localcluster.errors import LocalclusterError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from types import FrameType

    from helpers.localcluster.plan import Action, Plan

_PATIENCE = 5.0  # seconds between asking a process to end and making it


class RunError(LocalclusterError):
    """A plan that cannot be run at all; its text says why."""


class Fate(Enum):
    """What became of an action."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Result:
    """How an action ended.

    Attributes:
        action: The action.
        fate: What became of it.
        statuses: The exit statuses of its line: two for a pair, none where it was not run.
        because: The action whose failure it was skipped for, or None.
        said: The last line of its output.
    """

    action: Action
    fate: Fate
    statuses: tuple[int, ...] = ()
    because: Action | None = None
    said: str = ""


class Watcher(Protocol):
    """Who is told what happens, from several threads but never at the same time."""

    def began(self, action: Action) -> None:
        """Say that an action has begun."""

    def said(self, action: Action, text: str) -> None:
        """Say that an action has printed a line, given without its end."""

    def ended(self, result: Result) -> None:
        """Say that an action has ended, or will never begin."""


def run(plan: Plan, *, jobs: int, watcher: Watcher) -> tuple[tuple[Result, ...], int]:
    """Run a plan's actions, each as soon as what it needs has succeeded.

    A failed action takes along those that need it and no others. SIGINT and SIGTERM end what runs,
    and nothing new begins.

    Args:
        plan: The plan.
        jobs: How many actions run at a time, at most.
        watcher: Who is told.

    Returns:
        A result for each action, in the plan's order, and the signal that ended the run, or 0.

    Raises:
        RunError: There is no bash.
    """
    return _Run(plan, jobs, watcher).run()


class _Run:
    """One run of one plan."""

    def __init__(self, plan: Plan, jobs: int, watcher: Watcher) -> None:
        bash = shutil.which("bash")
        if bash is None:
            raise RunError("bash is not on PATH; a plan's lines are run by it")
        self._bash = bash
        self._plan = plan
        self._jobs = jobs
        self._watcher = watcher
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._results: dict[Action, Result] = {}
        self._stopping = 0
        self._over = threading.Event()

    def run(self) -> tuple[tuple[Result, ...], int]:
        threading.Thread(target=self._end_all, daemon=True).start()
        try:
            self._run()
        finally:
            self._over.set()
        return tuple(self._results[action] for action in self._plan.actions), self._stopping

    def _run(self) -> None:
        with _signals(self._stop), ThreadPoolExecutor(self._jobs) as pool:
            try:
                self._schedule(pool)
            except BaseException:
                # The watcher could not be told, say; the pool would wait for what still runs.
                self._stop(signal.SIGTERM, None)
                raise

    def _schedule(self, pool: ThreadPoolExecutor) -> None:
        running: dict[Future[Result], Action] = {}
        while True:
            for action in self._startable(set(running.values())):
                if len(running) < self._jobs:
                    running[pool.submit(self._perform, action)] = action
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                del running[future]
                self._end(future.result())

    def _startable(self, running: set[Action]) -> Iterator[Action]:
        """Yield what can begin now, after putting aside what never can."""
        for action in self._plan.actions:
            if action in self._results or action in running:
                continue
            before = [self._results.get(needed) for needed in action.after]
            lost = [result for result in before if result and result.fate is not Fate.DONE]
            if self._stopping:
                self._end(Result(action, Fate.SKIPPED))
            elif lost:
                self._end(Result(action, Fate.SKIPPED, because=lost[0].because or lost[0].action))
            elif all(before):
                yield action

    def _end(self, result: Result) -> None:
        self._results[result.action] = result
        with self._lock:
            self._watcher.ended(result)

    def _perform(self, action: Action) -> Result:
        """Run an action's line to its end."""
        with self._lock:
            if self._stopping:
                return Result(action, Fate.SKIPPED)
            self._watcher.began(action)
            reader, writer = os.pipe()
            process = subprocess.Popen(
                [self._bash, "-o", "pipefail", "-c", _script(action, writer)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(writer,),
                start_new_session=True,  # CTRL-C is ours to pass on
            )
            os.close(writer)
            self._processes.add(process)
        said = self._listen(action, process)
        process.wait()
        with self._lock:
            self._processes.discard(process)
        statuses = _statuses(reader) or (process.returncode,)
        if not any(statuses):
            return Result(action, Fate.DONE, statuses, said=said)
        fate = Fate.INTERRUPTED if self._stopping else Fate.FAILED
        return Result(action, fate, statuses, said=said)

    def _listen(self, action: Action, process: subprocess.Popen[bytes]) -> str:
        """Pass on what a process prints, line by line, and return the last one."""
        said = ""
        assert process.stdout  # noqa: S101 - it was asked for
        with process.stdout as stream:
            for raw in stream:
                text = raw.decode(errors="replace").rstrip("\r\n").split("\r")[-1]
                said = text.strip() or said
                with self._lock:
                    self._watcher.said(action, text)
        return said

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        """Note that all shall end; what does that waits in a thread.

        A handler may interrupt the main thread while it starts one, so it must not do so itself.
        """
        if not self._stopping:
            self._stopping = number
            self._over.set()

    def _end_all(self) -> None:
        """End what runs, once that is asked for: by a request first, by force after a while."""
        self._over.wait()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            with self._lock:
                running = list(self._processes)
            for process in running:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, number)
            until = time.monotonic() + _PATIENCE
            while time.monotonic() < until:
                if all(process.poll() is not None for process in running):
                    return
                time.sleep(0.05)


def _script(action: Action, descriptor: int) -> str:
    """Return what bash runs: the line, and that its statuses are told on a descriptor."""
    return f'{action.line}\nprintf "%s " "${{PIPESTATUS[@]}}" >&{descriptor}\n'


def _statuses(reader: int) -> tuple[int, ...]:
    """Return the statuses that bash told, none where it could not.

    They are there once bash has ended. The pipe's end is not waited for: what a line leaves running
    would hold it open.
    """
    os.set_blocking(reader, False)
    try:
        return tuple(int(word) for word in os.read(reader, 4096).split())
    except BlockingIOError:
        return ()
    finally:
        os.close(reader)


@contextlib.contextmanager
def _signals(handler: object) -> Iterator[None]:
    """Handle SIGINT and SIGTERM, where we are in the main thread, which alone may do so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {n: signal.signal(n, handler) for n in (signal.SIGINT, signal.SIGTERM)}  # type: ignore[arg-type]
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
