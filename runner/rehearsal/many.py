"""Many rehearsals at a time, each in a process of its own."""

from __future__ import annotations

import contextlib
import select
import signal
import time
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from runner.rehearsal.child import Child
from runner.rehearsal.closing import Finished
from runner.shell.ending import status_of
from runner.show.events import PerformanceError
from runner.show.output import put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from runner.rehearsal.board import Board

_LOOK = 0.2
"""Seconds between two drawings of the board."""
_PATIENCE = 5.0
"""Seconds after a second signal until what still runs is killed."""
_PIECE = 64 * 1024
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Call(NamedTuple):
    """A rehearsal that is wanted: of which runbook, and the words after `cuebook rehearse`."""

    runbook: Path
    words: Sequence[str]


def at_a_time(
    calls: Sequence[Call], jobs: int, *, deadline: float | None, colour: bool, progress: bool
) -> list[Finished]:
    """Rehearse runbooks, some at a time; print what each has printed once it has ended.

    SIGINT, SIGTERM and SIGHUP are sent on to those that run, whose clean-up then runs, and no other
    one starts. A second one ends them at once.

    Args:
        calls: The rehearsals.
        jobs: How many run at a time.
        deadline: When all have to be over, in seconds of the monotonic clock, or None.
        colour: Use colour.
        progress: Show on the terminal how far they are.

    Returns:
        What each came to, in the order of the calls, those included that did not start.

    Raises:
        PerformanceError: The output cannot be written, or a rehearsal cannot be started.
    """
    board = None
    if progress:
        from runner.rehearsal.board import Board

        board = Board(len(calls), colour=colour)
    return _Many(calls, jobs, deadline, board).rehearse()


class _Many:
    """Some rehearsals on their way.

    What each of them prints goes to a file without a name, and from there to the output once it
    has ended. So they are printed in the order in which they end: none is held back by a slow one.
    """

    def __init__(
        self, calls: Sequence[Call], jobs: int, deadline: float | None, board: Board | None
    ) -> None:
        self._calls = calls
        self._jobs = jobs
        self._deadline = deadline
        self._board = board
        self._left = deque(range(len(calls)))
        self._running: dict[int, Child] = {}
        self._finished: dict[int, Finished] = {}
        self._signals: list[int] = []
        self._impatient_at = 0.0
        self._sending = False

    def rehearse(self) -> list[Finished]:
        try:
            with _handling(self._signalled):
                self._start()
                while self._running:
                    self._listen()
                    self._send_on()
                    self._start()
                    self._draw()
        finally:
            if self._board:
                self._board.erase()
            for child in self._running.values():
                child.hang_up()
            for child in self._running.values():
                child.close()
        for number in self._left:
            path = self._calls[number].runbook
            self._finished[number] = Finished(path, status_of(self._signals[0]), None)
        return [finished for _, finished in sorted(self._finished.items())]

    def _signalled(self, number: int) -> None:
        if number == signal.SIGHUP and self._signals:
            return  # it often comes twice: from the terminal and from the shell that ends
        self._signals.append(number)
        if len(self._signals) == 2:
            self._impatient_at = time.monotonic() + _PATIENCE
        self._send_on()

    def _send_on(self) -> None:
        if self._sending:
            return  # called amid itself, by a signal: each is sent once, now or at the next turn
        self._sending = True
        try:
            for child in list(self._running.values()):
                child.signal(self._signals)
                if self._impatient_at and time.monotonic() > self._impatient_at:
                    child.kill()
        finally:
            self._sending = False

    def _start(self) -> None:
        while self._left and len(self._running) < self._jobs and not self._signals:
            number = self._left.popleft()
            try:
                self._running[number] = Child([*self._budget(), *self._calls[number].words])
            except OSError as error:
                message = f"a rehearsal cannot be started: {error.strerror}"
                raise PerformanceError(message) from error

    def _budget(self) -> list[str]:
        """The option that gives a rehearsal what is left of the time for all."""
        if self._deadline is None:
            return []
        left = max(self._deadline - time.monotonic(), 0.001)  # 0 is no duration
        return ["--budget", f"{left:.3f}s"]

    def _listen(self) -> None:
        ready, _, _ = select.select(list(self._running.values()), [], [], _LOOK)
        for number, child in list(self._running.items()):
            if child in ready and not child.listen():
                self._end(number, child)

    def _end(self, number: int, child: Child) -> None:
        status = child.wait()
        path = self._calls[number].runbook
        if self._board:
            self._board.erase()
        put(f"\n==> {path} <==\n")
        while piece := child.output.read(_PIECE):
            put(piece)
        if status < 0 and not self._signals:
            put(f"\n✗ {path}: the rehearsal was killed by signal {-status}\n")
        killed = status_of(self._signals[0]) if self._signals else 3
        self._finished[number] = Finished(path, killed if status < 0 else status, child.came)
        del self._running[number]
        child.close()

    def _draw(self) -> None:
        if self._board and self._running:
            failed = sum(bool(one.status) for one in self._finished.values())
            running = [(self._calls[n].runbook, child) for n, child in self._running.items()]
            self._board.draw(running, ended=len(self._finished), failed=failed)


@contextlib.contextmanager
def _handling(handle: Callable[[int], None]) -> Iterator[None]:
    """Have SIGINT, SIGTERM and SIGHUP handled for as long as this lasts."""
    before = {n: signal.signal(n, lambda number, _: handle(number)) for n in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
