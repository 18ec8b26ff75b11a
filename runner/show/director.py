"""The director: it takes a runbook's steps to the shell, one after the other."""

from __future__ import annotations

import contextlib
import signal
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.show.command import OVER, Commands, Limits
from runner.show.events import Closed, Ended, Notice, Outcome, Output, PerformanceError, Started
from runner.show.fill import fill, names
from runner.show.pace import Move, Unattended
from runner.show.redaction import Redaction
from runner.show.signals import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from runner.book.model import Step
    from runner.shell.ending import Ending
    from runner.shell.shell import Shell
    from runner.show.events import Event, Sink
    from runner.show.judge import Judges
    from runner.show.pace import Pace

_PAGE = 60.0  # seconds that a page has to answer, where nothing else is said
_PARTING = 60.0  # seconds that the EXIT trap has after an interruption


@dataclass(frozen=True, slots=True)
class Directions:
    """How a runbook is to be performed.

    Attributes:
        keep_going: Go on after a failed step.
        hooks: Whether hooks run.
        resumable: Somebody may go on where a hang-up ended it, so that leaves the clean-up and
            the shell's EXIT trap alone.
        limits: What holds for every command.
    """

    keep_going: bool = False
    hooks: bool = False
    resumable: bool = False
    limits: Limits = field(default_factory=Limits)


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
        judges: Judges | None = None,
        fetch: Callable[[str, float], str] | None = None,
        redaction: Redaction | None = None,
    ) -> None:
        """Direct `shell`.

        Args:
            shell: A shell that runs, with `output` as its output.
            hooks: The variable that each of the runbook's hooks runs.
            directions: How to perform.
            sink: Who is told. A PerformanceError of it ends the performance; it goes on to be told
                of the clean-up then, and what it raises no longer matters.
            pace: Who decides when a step happens; by default nothing waits.
            running: Entered while a command runs, with the terminal for itself.
            judges: Who judges commands; None where their exit status says all.
            redaction: What nobody may see, so far.
            fetch: Fetches what `@browse` names, within so many seconds, and returns what is wrong
                with it; None where the pace shows it.
        """
        self._shell = shell
        self._hooks = hooks
        self._directions = directions
        self._redaction = redaction or Redaction()
        self._audience = sink
        self._pace = pace or Unattended(keep_going=directions.keep_going)
        self._running = running
        self._commands = Commands(
            shell, directions.limits, self._sink, pace=self._pace, running=running, judges=judges
        )
        self._fetch = fetch
        self._done: set[int] = set()
        self._back: int | None = None
        self._afterwards: Move | int = Move.PERFORM
        self._finish = Finish(How.END)
        self._left: list[Step] = []  # of the clean-up
        self._broken = False

    def _sink(self, event: Event) -> None:
        try:
            self._audience(self._redaction.event(event))
        except PerformanceError:
            if not self._broken:
                raise

    def output(self, data: bytes) -> None:
        """Take what the shell has printed; it goes to the sink."""
        self._show(self._redaction.output(data))

    def idle(self) -> None:
        """Show what was held back, since it might be a secret, for long enough. For the shell."""
        self._show(self._redaction.overdue())

    def _show(self, data: bytes) -> None:
        if data:
            self._commands.feed(data)
            self._sink(Output(data))

    def perform(self, steps: Sequence[Step]) -> Finish:
        """Perform the steps and the clean-up, then let the shell exit: its EXIT trap runs.

        Raises:
            Interrupted: As raised by a signal handler; the clean-up and the EXIT trap have run.
            PerformanceError: As raised by the sink; they have run as well.
            ShellError: The shell died and no new one can be started.
        """
        show = [step for step in steps if not step.cleanup]
        self._left = [step for step in steps if step.cleanup]
        try:
            index: int | None = 0
            while index is not None and index < len(show):
                index = self._step(show, index) if self._applies(show[index]) else index + 1
            self._clean_up()
            self._close(self._directions.limits.timeout)
        except Interrupted as interrupted:
            if interrupted.number == signal.SIGHUP and self._directions.resumable:
                raise
            self._part()
            raise
        except PerformanceError as error:
            self._broken = True
            self._part(Notice(str(error)))
            raise
        return self._finish

    def _part(self, why: Notice | None = None) -> None:
        """End before the end. A signal gets through this, so that nothing can hold it up."""
        self._shell.stop()
        if why:
            self._sink(why)
        if not self._directions.limits.attended:
            self._clean_up()
        self._close(_PARTING)

    def _clean_up(self) -> None:
        """Perform what is left of the clean-up, all of it whatever fails."""
        if not self._left or not self._pace.clean_up():
            return
        if not self._shell.alive:
            self._shell.restart()
        while self._left:
            step = self._left.pop(0)
            if not self._applies(step):
                continue
            text, heading = self._shown(step.text), self._shown(step.heading)
            self._sink(Started(step, text, heading))
            if step.kind is not Kind.COMMAND:
                self._sink(Ended(step, Outcome.PASSED, 0, 0.0))
                continue
            ended, ending = self._run(step, late=True)
            self._sink(ended)
            if not ending.alive:
                self._shell.restart()

    def _close(self, timeout: float | None) -> None:
        """Let the shell exit, so that its EXIT trap runs."""
        if self._shell.alive:
            with self._running():
                keyboard = self._directions.limits.keyboard
                ending = self._shell.finish(timeout=timeout, keyboard=keyboard)
            self._settled()
            self._sink(Closed(ending.status, ending.reason))

    def _late(self) -> str:
        """Why no further command may begin, a sentence; "" while one may."""
        deadline = self._directions.limits.deadline
        over = deadline is not None and time.monotonic() >= deadline
        return OVER if over else ""

    def _applies(self, step: Step) -> bool:
        attended = self._directions.limits.attended
        if step.modifier("live" if not attended else "rehearsal"):
            return False
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
        text, heading = self._shown(step.text), self._shown(step.heading)
        move = self._pace.before(step, text)
        if move is not Move.PERFORM:
            return self._moved(move, steps, index)
        self._sink(Started(step, text, heading))
        match step.kind:
            case Kind.COMMAND:
                return self._commanded(steps, index)
            case Kind.BROWSE if self._fetch:
                return index + 1 if self._browse(step, self._fetch) else None
            case Kind.REDACT:
                if problem := self._hidden(step):
                    # To go on would show what was to be hidden.
                    self._sink(Ended(step, Outcome.FAILED, 1, 0.0, problem))
                    self._finish = Finish(How.FAILED, 1)
                    return None
        self._sink(Ended(step, Outcome.PASSED, 0, 0.0))
        return index + 1

    def _commanded(self, steps: Sequence[Step], index: int) -> int | None:
        """Perform a command. Returns the index of the step that follows, None at the end."""
        step = steps[index]
        if late := self._late():
            self._sink(Ended(step, Outcome.FAILED, 0, 0.0, late))
            self._finish = Finish(How.FAILED, 1)
            return None
        if step.displayed:
            self._done.add(index)
        if not self._command(step):
            return None
        move, self._afterwards = self._afterwards, Move.PERFORM
        following = self._following(index)
        if move in (Move.PERFORM, Move.SKIP):
            return following
        return self._moved(move, steps, index + 1)

    def _moved(self, move: Move | int, steps: Sequence[Step], index: int) -> int | None:
        """Do what a key says instead of performing the step."""
        match move:
            case Move.SKIP:
                self._sink(Ended(steps[index], Outcome.SKIPPED, 0, 0.0))
                return self._following(index)
            case Move.REPEAT:
                return self._previous(index)
            case int(number):
                self._back = None
                target = next((i for i, s in enumerate(steps) if s.number >= number), index)
                self._hide(steps[index:target])
                return target
        self._finish = Finish(How.QUIT)
        return None

    def _hidden(self, step: Step) -> str:
        """Redact as a step says. Returns why that cannot be done, "" where it is."""
        return self._redaction.direct(step.text, self._shell.values(names(step.text)))

    def _hide(self, passed: Sequence[Step]) -> None:
        """Redact as steps say that are jumped over."""
        for step in passed:
            if step.kind is Kind.REDACT and (problem := self._hidden(step)):
                self._sink(Notice(problem, step))

    def _previous(self, index: int) -> int:
        """The command to repeat; where there is none, the step that is up."""
        self._back = index if self._back is None else self._back
        return max((done for done in self._done if done < index), default=index)

    def _following(self, index: int) -> int:
        """What comes after a step: the step at which something was repeated, or the next one."""
        back, self._back = self._back, None
        return index + 1 if back is None or back <= index else back

    def _run(self, step: Step, *, late: bool = False) -> tuple[Ended, Ending]:
        return self._commands.run(step, self._filled, settled=self._settled, late=late)

    def _settled(self) -> None:
        """Show the rest of a command's output."""
        self._show(self._redaction.rest())

    def _shown(self, text: str) -> str:
        return self._redaction.text(self._filled(text))

    def _filled(self, text: str) -> str:
        found = names(text)
        return fill(text, self._shell.values(found)) if found else text

    def _browse(self, step: Step, fetch: Callable[[str, float], str]) -> bool:
        """Fetch a page. Returns whether the performance goes on."""
        began = time.monotonic()
        limits = self._directions.limits
        timeout = limits.timeout or _PAGE
        if limits.deadline is not None:
            timeout = max(0.0, min(timeout, limits.deadline - began))
        problem = fetch(self._filled(step.text), timeout)
        outcome = Outcome.FAILED if problem else Outcome.PASSED
        self._sink(Ended(step, outcome, int(bool(problem)), time.monotonic() - began, problem))
        if problem and not self._directions.keep_going:
            self._finish = Finish(How.FAILED, 1)
            return False
        return True

    def _command(self, step: Step) -> bool:
        """Run a command. Returns whether the performance goes on."""
        ended, ending = self._run(step)
        self._sink(ended)
        failed = ended.outcome is Outcome.FAILED
        if ended.exited and not failed:
            return False  # `exit 0` ends it well
        going_on = self._directions.keep_going or not failed
        if ending.alive:
            self._afterwards = self._pace.after(step)
        elif going_on:
            going_on = not failed or self._pace.revive(step, ending)
            if going_on:
                lost = self._shell.restart()
                self._sink(Notice(f"going on in a new shell. {lost}".rstrip(), step))
        if failed and not going_on:
            self._finish = Finish(How.FAILED, ending.status)
        return going_on
