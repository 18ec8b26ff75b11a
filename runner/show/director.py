"""The director: it takes a runbook's steps to the shell, one after the other."""

from __future__ import annotations

import contextlib
import signal
import time
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from runner.book.arguments import seconds
from runner.book.model import Kind
from runner.shell.ending import End
from runner.show.events import Closed, Ended, Notice, Outcome, Started, Waiting
from runner.show.fill import fill, names
from runner.show.pace import Move, Unattended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from runner.book.model import Step
    from runner.shell.ending import Ending
    from runner.shell.shell import Shell
    from runner.show.events import Sink
    from runner.show.pace import Pace

_PARTING = 60.0  # seconds that the EXIT trap has after an interruption
_LEAST = 0.5  # seconds that an attempt has


class Interrupted(Exception):  # noqa: N818
    """A signal asks the performance to end.

    Attributes:
        number: The signal's.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"interrupted by signal {number}")
        self.number = number


@dataclass(frozen=True, slots=True)
class Directions:
    """How a runbook is to be performed.

    Attributes:
        keep_going: Go on after a failed step.
        timeout: Seconds that a command may take, or None for any time.
        hooks: Whether hooks run.
        keyboard: The file descriptor whose bytes go to the command that runs, or None.
        resumable: Somebody may go on where a hang-up ended it, so that leaves the shell's EXIT
            trap alone.
    """

    keep_going: bool = False
    timeout: float | None = None
    hooks: bool = False
    keyboard: int | None = None
    resumable: bool = False


class How(StrEnum):
    """How a performance came to its end."""

    END = "end"
    """After the last step, or by the runbook's own `exit 0`."""
    QUIT = "quit"
    """By the speaker."""
    FAILED = "failed"
    """At a step that failed."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of a performance; `status` is that of the step that failed, else 0."""

    how: How
    status: int = 0


class Director:
    """Performs steps in a live shell and tells the sink what happens."""

    def __init__(
        self,
        shell: Shell,
        hooks: Mapping[str, str],
        directions: Directions,
        sink: Sink,
        *,
        pace: Pace | None = None,
        running: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
    ) -> None:
        """Direct `shell`.

        Args:
            shell: A shell that runs; its output reaches the sink by itself.
            hooks: The variable that each of the runbook's hooks runs.
            directions: How to perform.
            sink: Who is told. What it raises ends the performance.
            pace: Who decides when a step happens; by default nothing waits.
            running: Entered while a command runs, with the terminal for itself.
        """
        self._shell = shell
        self._hooks = hooks
        self._directions = directions
        self._sink = sink
        self._pace = pace or Unattended(keep_going=directions.keep_going)
        self._running = running
        self._done: set[int] = set()
        self._back: int | None = None
        self._finish = Finish(How.END)

    def perform(self, steps: Sequence[Step]) -> Finish:
        """Perform the steps, then let the shell exit so that its EXIT trap runs.

        Raises:
            Interrupted: As raised by a signal handler; the EXIT trap has run.
            ShellError: The shell died and no new one can be started.
        """
        try:
            index: int | None = 0
            while index is not None and index < len(steps):
                index = self._step(steps, index) if self._applies(steps[index]) else index + 1
            self._close(self._directions.timeout)
            return self._finish
        except Interrupted as interrupted:
            if interrupted.number == signal.SIGHUP and self._directions.resumable:
                raise
            # A second signal gets through this, so that nothing can hold up the end.
            self._shell.stop()
            self._close(_PARTING)
            raise

    def _close(self, timeout: float | None) -> None:
        """Let the shell exit, so that its EXIT trap runs."""
        if self._shell.alive:
            with self._running():
                ending = self._shell.finish(timeout=timeout, keyboard=self._directions.keyboard)
            self._sink(Closed(ending.status, ending.reason))

    def _applies(self, step: Step) -> bool:
        if not step.hooks:
            return True
        if not self._directions.hooks:
            return False
        variables = [self._hooks.get(hook, "") for hook in step.hooks]
        values = self._shell.values(variables)
        return all(values.get(variable) for variable in variables)

    def _step(self, steps: Sequence[Step], index: int) -> int | None:
        """Perform one step. Returns the index of the one that follows, None at the end."""
        step = steps[index]
        text, heading = self._filled(step.text), self._filled(step.heading)
        match self._pace.before(step, text):
            case Move.QUIT:
                self._finish = Finish(How.QUIT)
                return None
            case Move.SKIP:
                self._sink(Ended(step, Outcome.SKIPPED, 0, 0.0))
                return self._following(index)
            case Move.REPEAT:
                return self._previous(index)
            case int(number):
                self._back = None
                return next((i for i, s in enumerate(steps) if s.number >= number), index)
        self._sink(Started(step, text, heading))
        if step.kind is not Kind.COMMAND:
            self._sink(Ended(step, Outcome.PASSED, 0, 0.0))
            return index + 1
        if step.displayed:
            self._done.add(index)
        return self._following(index) if self._command(step) else None

    def _previous(self, index: int) -> int:
        """The command to repeat; where there is none, the step that is up."""
        self._back = index if self._back is None else self._back
        return max((done for done in self._done if done < index), default=index)

    def _following(self, index: int) -> int:
        """What comes after a step: the step at which something was repeated, or the next one."""
        back, self._back = self._back, None
        return index + 1 if back is None or back <= index else back

    def _filled(self, text: str) -> str:
        found = names(text)
        return fill(text, self._shell.values(found)) if found else text

    def _command(self, step: Step) -> bool:
        """Run a command. Returns whether the performance goes on."""
        ending, attempts = self._attempts(step)
        failed = ending.failed
        outcome = Outcome.FAILED if failed else Outcome.PASSED
        exited = ending.how is End.EXITED
        self._sink(
            Ended(step, outcome, ending.status, ending.seconds, ending.reason, exited, attempts)
        )
        going_on = self._directions.keep_going or not failed
        if not ending.alive:
            going_on = failed and self._revive(step, ending)
        else:
            self._pace.after(step)
        if failed and not going_on:
            self._finish = Finish(How.FAILED, ending.status)
        return going_on

    def _attempts(self, step: Step) -> tuple[Ending, int]:
        """Run a command, by `@until` again and again. Returns the last ending, and how many."""
        until = step.modifier("until")
        if until is None:
            return self._run(step, None), 1
        duration = self._filled(until.argument)
        began = time.monotonic()
        end = began + (seconds(duration) or 0.0)
        attempt = 0
        while True:
            attempt += 1
            ending = self._run(step, max(end - time.monotonic(), _LEAST))
            ending = replace(ending, seconds=time.monotonic() - began)
            left = end - time.monotonic()
            if left <= 0 and ending.failed:
                tried = "one attempt" if attempt == 1 else f"{attempt} attempts"
                reason = f"it has not succeeded within {duration}, in {tried}"
                return replace(ending, reason=reason), attempt
            given_up = ending.status == 128 + signal.SIGINT
            if not ending.failed or not ending.alive or given_up:
                return ending, attempt
            self._sink(Waiting(step, attempt, left))
            if not self._pace.again(step, attempt, left):
                return ending, attempt

    def _run(self, step: Step, limit: float | None) -> Ending:
        """Run a command once, for at most `limit` seconds."""
        limits = [t for t in (limit, self._directions.timeout) if t is not None]
        with self._running():
            return self._shell.run(
                step.text,
                timeout=min(limits, default=None),
                # A here-document that never ends is only warned of.
                valid="<<" not in step.text,
                keyboard=self._directions.keyboard,
            )

    def _revive(self, step: Step, ending: Ending) -> bool:
        if not self._pace.revive(step, ending):
            return False
        lost = self._shell.restart()
        self._sink(Notice(f"going on in a new shell. {lost}".rstrip(), step))
        return True


@contextlib.contextmanager
def signals_interrupt() -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into `Interrupted` for as long as this lasts."""

    def handle(number: int, _: object) -> None:
        raise Interrupted(number)

    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, handle) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
