"""Running one command as its modifiers ask: within its time, until it succeeds, judged."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from runner.shell.ending import End, Ending, status_of
from runner.show.demands import demands, objection
from runner.show.events import Ended, Outcome, Waiting

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from runner.book.model import Step
    from runner.shell.shell import Shell
    from runner.show.demands import Demands
    from runner.show.events import Sink
    from runner.show.judge import Judge, Judges
    from runner.show.pace import Pace
    from runner.show.simulated import Simulated

OVER = "the time for the whole run is over"
"""Why a command fails once it is, a sentence."""

_PAGE = 60.0  # seconds that a page has to answer, where nothing else is said
_LEAST = 0.5  # seconds that an attempt has
_INTERRUPTED = status_of(signal.SIGINT)


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for every command.

    Attributes:
        timeout: Seconds that a command may take, or None for any time.
        deadline: When the whole performance has to be over, in seconds of the monotonic clock, or
            None.
        keyboard: The file descriptor whose bytes go to the command that runs, or None.
        attended: Somebody is at the keys; else `@exit`, `@for`, `@timeout` and `@type` hold.
    """

    timeout: float | None = None
    deadline: float | None = None
    keyboard: int | None = None
    attended: bool = True

    @property
    def over(self) -> bool:
        """Whether the time for the whole performance is over."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    def page(self, *, late: bool) -> float:
        """Return the seconds that a page has to answer; `late`: also when the time is over."""
        timeout = self.timeout or _PAGE
        if self.deadline is None or late:
            return timeout
        return max(0.0, min(timeout, self.deadline - time.monotonic()))


class Commands:
    """Runs commands in a shell, and has what they do judged."""

    def __init__(
        self,
        shell: Shell,
        limits: Limits,
        sink: Sink,
        *,
        pace: Pace,
        running: Callable[[], AbstractContextManager[None]],
        judges: Judges | None,
        simulated: Simulated | None = None,
    ) -> None:
        """Run commands in `shell`.

        Args:
            shell: It runs them; its output has to be passed to `feed`.
            limits: What holds for all of them.
            sink: Is told of waiting.
            pace: Decides about another attempt.
            running: Entered while a command runs.
            judges: Who judges them; None where their exit status says all.
            simulated: Tells of real traffic that something stood in for; None where all is real.
        """
        self._shell = shell
        self._limits = limits
        self._sink = sink
        self._pace = pace
        self._running = running
        self._judges = judges
        self._simulated = simulated
        self._judge: Judge | None = None

    def feed(self, data: bytes) -> None:
        """Take in what the shell has printed."""
        if self._judge is not None:
            self._judge.feed(data)

    def run(
        self,
        step: Step,
        filled: Callable[[str], str],
        *,
        settled: Callable[[], None],
        late: bool = False,
    ) -> tuple[Ended, Ending]:
        """Run a command, by `@until` again and again.

        Args:
            step: The command's step.
            filled: Fills in the variables of an argument.
            settled: Called when an attempt's output is all there, before it is judged.
            late: It is part of the clean-up, which may begin when the whole time is over.

        Returns:
            What came of it, and how the shell's last command ended.
        """
        if wrong := objection(step, filled):
            return Ended(step, Outcome.FAILED, 1, 0.0, wrong), Ending(End.FINISHED, 1, 0.0)
        wanted = demands(step, filled)
        began = time.monotonic()
        attempts = 0
        while True:
            attempts += 1
            limit = self._left(wanted, began, late=late)
            ended, ending = self._attempt(step, wanted, limit, filled, settled)
            if ending.how is End.TIMED_OUT and self._limits.over and not late:
                ended = replace(ended, reason=OVER)
            ended = replace(ended, seconds=time.monotonic() - began, attempts=attempts)
            given_up = ending.status == _INTERRUPTED and self._limits.attended
            if ended.outcome is not Outcome.FAILED or given_up:
                return ended, ending
            if not late and self._limits.over and (wanted.until or ending.how is End.TIMED_OUT):
                return replace(ended, reason=OVER), ending
            if wanted.until is None:
                return ended, ending
            left = began + wanted.until - time.monotonic()
            if left <= 0 or not ending.alive:
                cut = ending.how is End.TIMED_OUT and limit != self._own(wanted)
                return _not_within(ended, step, cut=cut), ending
            self._sink(Waiting(step, attempts, left))
            if not self._pace.again(step, attempts, left):
                return ended, ending

    def _own(self, wanted: Demands) -> float | None:
        """The seconds that the command itself may take, None for any time."""
        own = wanted.timeout if not self._limits.attended else None
        return self._limits.timeout if own is None else own

    def _left(self, wanted: Demands, began: float, *, late: bool) -> float | None:
        """The seconds that an attempt has, None for any time."""
        limits = [self._own(wanted)]
        ends = [None if wanted.until is None else began + wanted.until]
        ends.append(None if late else self._limits.deadline)
        limits += [max(end - time.monotonic(), _LEAST) for end in ends if end is not None]
        return min((limit for limit in limits if limit is not None), default=None)

    def _attempt(
        self,
        step: Step,
        wanted: Demands,
        limit: float | None,
        filled: Callable[[str], str],
        settled: Callable[[], None],
    ) -> tuple[Ended, Ending]:
        unattended = not self._limits.attended
        stops = unattended and wanted.stop is not None and wanted.stop < (limit or wanted.stop + 1)
        if self._judges is not None and (unattended or wanted.until is not None):
            self._judge = self._judges.judge(step, wanted, filled)
        if unattended and (wanted.timeout or wanted.stop):
            self._shell.save()  # that may cost the shell its life
        try:
            with self._running():
                ending = self._shell.run(
                    step.text,
                    timeout=wanted.stop if stops else limit,
                    # A here-document that never ends is only warned of.
                    valid="<<" not in step.text,
                    keyboard=self._limits.keyboard,
                    answers=wanted.answers if unattended else None,
                )
            settled()
            if unattended:
                stopped = stops and ending.how is End.TIMED_OUT
            else:
                interrupted = ending.interrupted and ending.how is End.FINISHED
                stopped = wanted.stop is not None and interrupted
            if stopped:
                # That it was interrupted is what was wanted, whatever status SIGINT led to.
                good = min(self._exits(wanted))
                ending = replace(ending, how=End.FINISHED, status=good, reason="")
            return self._real(self._ended(step, wanted, ending), ending), ending
        finally:
            self._judge = None

    def _exits(self, wanted: Demands) -> frozenset[int]:
        """The exit statuses that are a success: in a show, what @exit says is not judged."""
        return frozenset({0}) if self._limits.attended else wanted.exits

    def _real(self, ended: Ended, ending: Ending) -> Ended:
        """Judge nothing by what stood in for real traffic, unless the shell was lost over it."""
        told = self._simulated.since() if self._simulated else ""
        if not told or ending.how is not End.FINISHED:
            return ended
        return replace(ended, outcome=Outcome.SIMULATED, reason=told, verdicts=())

    def _ended(self, step: Step, wanted: Demands, ending: Ending) -> Ended:
        verdicts = self._judge.verdicts(ending) if self._judge else ()
        strange = ending.status not in self._exits(wanted)
        bad = ending.how not in (End.FINISHED, End.EXITED) or strange
        broken = [verdict for verdict in verdicts if not verdict.held]
        # That it failed is told before what it did not print; @exit has its own words for that.
        told = [v for v in broken if v.rule.startswith("@exit")] if bad else broken
        reason = ending.reason if bad or not told else ""
        return Ended(
            step,
            Outcome.FAILED if bad or broken else Outcome.PASSED,
            ending.status,
            ending.seconds,
            reason or (f"{told[0].rule}: {told[0].message}" if told else ""),
            ending.how is End.EXITED,
            verdicts=verdicts,
        )


def _not_within(ended: Ended, step: Step, *, cut: bool) -> Ended:
    """Say of a failure that the time for attempts is over, and what became of the last one.

    Of one that was `cut` short because it is over, there is nothing to say.
    """
    until = step.modifier("until")
    duration = until.argument if until else ""
    tried = "one attempt" if ended.attempts == 1 else f"{ended.attempts} attempts"
    last = "" if cut else f"; last: {ended.told}"
    reason = f"it has not succeeded within {duration}, in {tried}{last}"
    return replace(ended, reason=reason)
