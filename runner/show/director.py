"""The director: it takes a runbook's steps to the shell, one after the other."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.shell.ending import End
from runner.show.events import Ended, Notice, Outcome, Started
from runner.show.fill import fill, names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.book.model import Step
    from runner.shell.ending import Ending
    from runner.shell.shell import Shell
    from runner.show.events import Sink

_PARTING = 10.0  # seconds that the EXIT trap has after an interruption


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
    """

    keep_going: bool = False
    timeout: float | None = None
    hooks: bool = False


class Director:
    """Performs steps in a live shell and tells the sink what happens."""

    def __init__(
        self, shell: Shell, hooks: Mapping[str, str], directions: Directions, sink: Sink
    ) -> None:
        """Direct `shell`.

        Args:
            shell: A shell that runs; its output reaches the sink by itself.
            hooks: The variable that each of the runbook's hooks runs.
            directions: How to perform.
            sink: Who is told. What it raises ends the performance.
        """
        self._shell = shell
        self._hooks = hooks
        self._directions = directions
        self._sink = sink

    def perform(self, steps: Sequence[Step]) -> None:
        """Perform the steps, then let the shell exit so that its EXIT trap runs.

        Raises:
            Interrupted: As raised by a signal handler; the EXIT trap has run.
            ShellError: The shell died and no new one can be started.
        """
        try:
            for step in steps:
                if self._applies(step) and not self._step(step):
                    break
            else:
                self._shell.finish()
        except Interrupted:
            # A second signal gets through this, so that nothing can hold up the end.
            self._shell.interrupt()
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

    def _step(self, step: Step) -> bool:
        """Perform one step. Returns whether the performance goes on."""
        text = fill(step.text, self._shell.values(found) if (found := names(step.text)) else {})
        self._sink(Started(step, text))
        if step.kind is not Kind.COMMAND:
            self._sink(Ended(step, Outcome.PASSED, 0, 0.0))
            return True
        ending = self._shell.run(
            step.text,
            timeout=self._directions.timeout,
            # Such a one that never ends is only warned of.
            valid="<<" not in step.text,
        )
        failed = ending.status != 0 or ending.how not in (End.FINISHED, End.EXITED)
        outcome = Outcome.FAILED if failed else Outcome.PASSED
        self._sink(Ended(step, outcome, ending.status, ending.seconds, ending.reason))
        return self._goes_on(step, ending, failed=failed)

    def _goes_on(self, step: Step, ending: Ending, *, failed: bool) -> bool:
        if not failed:
            return ending.alive
        if not self._directions.keep_going:
            if ending.alive:
                self._shell.finish()
            return False
        if not ending.alive:
            lost = self._shell.restart()
            self._sink(Notice(f"going on in a new shell with the old one's state. {lost}", step))
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
