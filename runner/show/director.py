"""The director: it takes a runbook's steps to the shell, one after the other."""

from __future__ import annotations

import contextlib
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.show.command import OVER, Commands, Limits
from runner.show.events import Closed, Ended, Notice, Outcome, Output, PerformanceError, Started
from runner.show.fill import fill, names
from runner.show.finish import Finish, How
from runner.show.pace import Move, Unattended
from runner.show.redaction import Redaction, seen
from runner.show.route import Route
from runner.show.signals import Interrupted
from runner.show.simulated import PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from runner.book.model import Step
    from runner.shell.ending import Ending
    from runner.shell.shell import Shell
    from runner.show.events import Event, Sink
    from runner.show.judge import Judges
    from runner.show.pace import Pace
    from runner.show.simulated import Simulated

_SHUT = "nothing that comes is shown, as it may have in it what was to be hidden"
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
        simulated: Simulated | None = None,
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
            simulated: Tells of real traffic that something stood in for; None where all is real.
                No page is looked at where there is one.
        """
        self._shell = shell
        self._hooks = hooks
        self._directions = directions
        self._redaction = redaction or Redaction()
        self._audience = sink
        self._pace = pace or Unattended(keep_going=directions.keep_going)
        self._running = running
        self._commands = Commands(
            shell,
            directions.limits,
            self._sink,
            pace=self._pace,
            running=running,
            judges=judges,
            simulated=simulated,
        )
        self._simulated = simulated
        self._fetch = fetch
        self._afterwards: Move | int = Move.PERFORM
        self._route = Route(())
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
        self._route = Route(show)
        try:
            index: int | None = 0
            while index is not None and index < len(show):
                if self._applies(show[index]):
                    index = self._step(show, index)
                else:
                    index = self._route.following(index)
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
            problem = self._start(step)
            if step.kind is not Kind.COMMAND:
                self._over(self._other(step, problem, late=True))
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
        move = self._pace.before(step, self._text(step))
        if move is not Move.PERFORM:
            return self._moved(move, steps, index)
        problem = self._start(step)
        if step.kind in (Kind.COMMAND, Kind.MACRO) and step.displayed:
            self._route.done(index)
        if step.kind is Kind.COMMAND:
            return self._commanded(steps, index)
        ended = self._other(step, problem)
        self._over(ended)
        failed = ended.outcome is Outcome.FAILED
        if failed and not (self._directions.keep_going and step.kind is Kind.BROWSE):
            self._finish = Finish(How.FAILED, ended.status)
            return None
        return self._route.following(index)

    def _start(self, step: Step) -> str:
        """Tell that a step begins. Returns why a @redact cannot be done, else "".

        A @redact is done before it is told, so that nothing told of it holds what it hides.
        """
        problem = self._hidden(step) if step.kind is Kind.REDACT else ""
        self._sink(Started(step, self._text(step), self._shown(step.heading)))
        return problem

    def _over(self, ended: Ended) -> None:
        """Tell that a step which is no command is over; after a @redact that failed, no more."""
        self._sink(ended)
        if ended.step.kind is Kind.REDACT and ended.outcome is Outcome.FAILED:
            self._sink(Notice(_SHUT, ended.step))
            self._redaction.shut()

    def _other(self, step: Step, problem: str, *, late: bool = False) -> Ended:
        """Perform a step that is no command.

        Args:
            step: It.
            problem: Why it cannot be done, "" where nothing is known against it.
            late: It is part of the clean-up, which may begin when the whole time is over.
        """
        if step.kind is Kind.BROWSE and self._simulated:
            return Ended(step, Outcome.SIMULATED, 0, 0.0, PAGE)
        seconds = 0.0
        if step.kind is Kind.BROWSE and self._fetch:
            began = time.monotonic()
            timeout = self._directions.limits.page(late=late)
            problem = self._fetch(self._filled(step.text), timeout)
            seconds = time.monotonic() - began
        outcome = Outcome.FAILED if problem else Outcome.PASSED
        return Ended(step, outcome, int(bool(problem)), seconds, problem)

    def _commanded(self, steps: Sequence[Step], index: int) -> int | None:
        """Perform a command. Returns the index of the step that follows, None at the end."""
        step = steps[index]
        if self._directions.limits.over:
            self._sink(Ended(step, Outcome.FAILED, 0, 0.0, OVER))
            self._finish = Finish(How.FAILED, 1)
            return None
        if not self._command(step):
            return None
        move, self._afterwards = self._afterwards, Move.PERFORM
        following = self._route.following(index)
        if move in (Move.PERFORM, Move.SKIP):
            return following
        return self._moved(move, steps, index + 1)

    def _moved(self, move: Move | int, steps: Sequence[Step], index: int) -> int | None:
        """Do what a key says instead of performing the step."""
        match move:
            case Move.SKIP:
                self._sink(Ended(steps[index], Outcome.SKIPPED, 0, 0.0))
                target = self._route.skipped(index)
                self._hide(steps[index:target])
                return target
            case Move.REPEAT:
                return self._route.previous(index)
            case int(number):
                target = self._route.to(number, index)
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

    def _run(self, step: Step, *, late: bool = False) -> tuple[Ended, Ending]:
        return self._commands.run(step, self._filled, settled=self._settled, late=late)

    def _settled(self) -> None:
        """Show the rest of a command's output."""
        self._show(self._redaction.rest())

    def _text(self, step: Step) -> str:
        """A step's text as it is told; of a @redact, the names in its pattern at most."""
        return seen(step) if step.kind is Kind.REDACT else self._shown(step.text)

    def _shown(self, text: str) -> str:
        return self._redaction.text(self._filled(text))

    def _filled(self, text: str) -> str:
        found = names(text)
        return fill(text, self._shell.values(found)) if found else text

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
