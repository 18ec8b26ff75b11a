"""The director: it takes a runbook's steps to the shell, one after the other."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.shell.ending import End
from runner.show.events import Ended, Notice, Outcome, Started
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
    """

    keep_going: bool = False
    timeout: float | None = None
    hooks: bool = False
    keyboard: int | None = None


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
        self._done: list[int] = []

    def perform(self, steps: Sequence[Step]) -> None:
        """Perform the steps, then let the shell exit so that its EXIT trap runs.

        Raises:
            Interrupted: As raised by a signal handler; the EXIT trap has run.
            ShellError: The shell died and no new one can be started.
        """
        try:
            index: int | None = 0
            while index is not None and index < len(steps):
                index = self._step(steps, index) if self._applies(steps[index]) else index + 1
            if self._shell.alive:
                self._shell.finish()
        except Interrupted:
            # A second signal gets through this, so that nothing can hold up the end.
            self._shell.stop()
            if self._shell.alive:
                self._shell.finish(timeout=_PARTING)
            raise

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
                return None
            case Move.SKIP:
                self._sink(Ended(step, Outcome.SKIPPED, 0, 0.0))
                return index + 1
            case Move.REPEAT:
                return self._done.pop() if self._done else index
            case int(number):
                return next((i for i, s in enumerate(steps) if s.number >= number), index)
        self._sink(Started(step, text, heading))
        if step.kind is not Kind.COMMAND:
            self._sink(Ended(step, Outcome.PASSED, 0, 0.0))
            return index + 1
        self._done.append(index)
        return index + 1 if self._command(step) else None

    def _filled(self, text: str) -> str:
        found = names(text)
        return fill(text, self._shell.values(found)) if found else text

    def _command(self, step: Step) -> bool:
        """Run a command. Returns whether the performance goes on."""
        with self._running():
            ending = self._shell.run(
                step.text,
                timeout=self._directions.timeout,
                # A here-document that never ends is only warned of.
                valid="<<" not in step.text,
                keyboard=self._directions.keyboard,
            )
        failed = ending.status != 0 or ending.how not in (End.FINISHED, End.EXITED)
        outcome = Outcome.FAILED if failed else Outcome.PASSED
        exited = ending.how is End.EXITED
        self._sink(Ended(step, outcome, ending.status, ending.seconds, ending.reason, exited))
        if failed and not ending.alive:
            return self._revive(step, ending)
        self._pace.after(step)
        return ending.alive and (not failed or self._directions.keep_going)

    def _revive(self, step: Step, ending: Ending) -> bool:
        if not self._pace.revive(step, ending):
            return False
        lost = self._shell.restart()
        self._sink(Notice(f"going on in a new shell. {lost}".rstrip(), step))
        return True


@contextlib.contextmanager
def signals_interrupt() -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into `Interrupted` for as long as this lasts."""
    import signal

    def handle(number: int, _: object) -> None:
        raise Interrupted(number)

    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, handle) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
