"""What nobody may see: taken out of output and of all that is told, by the runbook's `@redact`."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from runner.book.model import Kind
from runner.show.events import Closed, Ended, Notice, PerformanceError, Started, Waiting
from runner.show.fill import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from runner.book.model import Runbook, Step
    from runner.redact.redactor import Redactor
    from runner.shell.state import State
    from runner.show.events import Event
    from runner.take.model import Verdict

HIDDEN = "(hidden)"
"""What is told of anything once nothing may be seen."""

_T = TypeVar("_T")
_SECONDS = 3.0  # of processor time, for what comes at once
_TOO_SLOW = (
    "a pattern of @redact takes too long to search for, so nothing can be shown any more: "
    "make it simpler"
)


def redacts(runbook: Runbook) -> bool:
    """Whether a runbook has anything redacted."""
    return bool(runbook.front.redact) or any(s.kind is Kind.REDACT for s in runbook.steps)


def seen(step: Step) -> str:
    """Return what may be told of a `@redact`'s text: a pattern without variables is the secret."""
    from runner.redact import MASK

    return step.text if names(step.text) else f"/{MASK}/"


class Redaction:
    """Stands between the director and everybody whom it tells something.

    Nothing is imported, and nothing costs anything, before the first pattern.

    Attributes:
        is_shut: Whether nothing may be seen any more.
    """

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        """Begin with the front matter's patterns."""
        self._redactor: Redactor | None = None
        self._given_up = False
        self.is_shut = False
        self._steps: dict[int, Step] = {}
        for pattern in patterns:
            self.add(pattern)

    def add(self, pattern: str) -> None:
        """Take out a regular expression's matches from now on."""
        from runner.redact import Redactor

        self._redactor = self._redactor or Redactor()
        self._redactor.add(pattern)
        self._steps.clear()

    def direct(self, argument: str, values: Mapping[str, str]) -> str:
        """Take out what stands after `@redact` from now on.

        Args:
            argument: `/REGEX/`, in which `${NAME}` is the text of a variable's value.
            values: Those of the variables that are set.

        Returns:
            Why it cannot be done, a sentence without a value; "" where it is done.
        """
        for name in names(argument):
            if not values.get(name):
                state = "empty" if name in values else "not set"
                return f"@redact cannot hide `{name}`, which is {state}: give it its value before"
        pattern = argument.strip()[1:-1]
        for name, value in values.items():
            pattern = pattern.replace(f"${{{name}}}", re.escape(value))
        from runner.redact import problem

        if problem(pattern):
            long = [name for name, value in values.items() if "\n" in value or "\r" in value]
            if long:
                return (
                    f"@redact cannot hide `{long[0]}`, which has more than one line, since lines "
                    "are looked at one by one: put each line into a variable of its own, and have "
                    "a `@redact` for each"
                )
            return (
                "@redact cannot be done with these values, as its pattern then matches everything "
                "or is none: let `${NAME}` stand by itself, without `*`, `?` or brackets around it"
            )
        self.add(pattern)
        return ""

    def shut(self) -> None:
        """Let nothing be seen any more, of output, steps and what is told of them."""
        self.is_shut = True
        self._steps.clear()

    def output(self, data: bytes) -> bytes:
        """Take output; return what may be seen of it now."""
        redactor = self._redactor
        if self.is_shut:
            return b""
        if redactor is None:
            return data
        return self._in_time(lambda: redactor.feed(data, time.monotonic()), b"")

    def overdue(self) -> bytes:
        """Return what has been held back for too long, masked. To be called every 50 ms or so."""
        redactor, now = self._redactor, time.monotonic()
        if redactor is None or redactor.due(now) != 0:
            return b""
        return self._in_time(lambda: redactor.flush(now), b"")

    def rest(self) -> bytes:
        """Return what is held back, at the end of a step's output."""
        redactor = self._redactor
        return b"" if redactor is None else self._in_time(redactor.close, b"")

    def text(self, text: str) -> str:
        """Return a text without what may not be seen."""
        redactor = self._redactor
        if redactor is None:
            return text
        return self._in_time(lambda: redactor.text(text), "")

    def _in_time(self, work: Callable[[], _T], instead: _T) -> _T:
        """Do what looks for matches, or `instead` of it once that has taken too long.

        Raises:
            PerformanceError: It takes too long now.
        """
        from runner.checks.limit import TooSlowError, processor_time

        if self._given_up:
            return instead
        try:
            with processor_time(_SECONDS):
                return work()
        except TooSlowError:
            self._given_up = True
            raise PerformanceError(_TOO_SLOW) from None

    def event(self, event: Event) -> Event:
        """Return an event without what may not be seen; output is passed through `output`."""
        if self._redactor is None and not self.is_shut:
            return event
        told: Event = event
        match event:
            case Started(step, text, heading):
                told = Started(self._step(step), self._seen(text), self._seen(heading))
            case Waiting(step):
                told = replace(event, step=self._step(step))
            case Ended(step):
                verdicts = tuple(map(self._verdict, event.verdicts))
                reason = self._seen(event.reason)
                told = replace(event, step=self._step(step), reason=reason, verdicts=verdicts)
            case Closed(status, reason):
                told = Closed(status, self._seen(reason))
            case Notice(text, about):
                told = Notice(self._seen(text), about and self._step(about))
        return told

    def _seen(self, text: str) -> str:
        """A text without what may not be seen; all of it, once nothing may."""
        return HIDDEN if self.is_shut and text else self.text(text)

    def state(self, state: State) -> State:
        """Return a shell's state without the variables, functions and so on that hold a match."""
        if self._redactor is None:
            return state
        from runner.redact import without_secrets

        commands, lost = without_secrets(state.commands, self._redactor)
        cwd = state.cwd if self.text(state.cwd) == state.cwd else ""
        traps = {name: do for name, do in state.traps.items() if self.text(do) == do}
        lost += ["a trap"] * (len(traps) < len(state.traps))
        return replace(state, commands=commands, cwd=cwd, traps=traps, secret=tuple(lost))

    def _step(self, step: Step) -> Step:
        """A step without what may not be seen; the same object each time."""
        if step.number not in self._steps:
            modifiers = tuple(replace(m, argument=self._seen(m.argument)) for m in step.modifiers)
            told = seen(step) if step.kind is Kind.REDACT else step.text
            text, heading = self._seen(told), self._seen(step.heading)
            self._steps[step.number] = replace(
                step, text=text, heading=heading, modifiers=modifiers
            )
        return self._steps[step.number]

    def _verdict(self, verdict: Verdict) -> Verdict:
        return verdict._replace(
            rule=self._seen(verdict.rule),
            message=self._seen(verdict.message),
            difference=tuple(map(self._seen, verdict.difference)),
        )
