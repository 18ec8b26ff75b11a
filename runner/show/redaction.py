"""What nobody may see: taken out of output and of all that is told, by the runbook's `@redact`."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.show.events import Closed, Ended, Notice, Started, Waiting
from runner.show.fill import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.book.model import Runbook, Step
    from runner.redact.redactor import Redactor
    from runner.shell.state import State
    from runner.show.events import Event
    from runner.take.model import Verdict


def redacts(runbook: Runbook) -> bool:
    """Whether a runbook has anything redacted."""
    return bool(runbook.front.redact) or any(s.kind is Kind.REDACT for s in runbook.steps)


class Redaction:
    """Stands between the director and everybody whom it tells something.

    Nothing is imported, and nothing costs anything, before the first pattern.
    """

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        """Begin with the front matter's patterns."""
        self._redactor: Redactor | None = None
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
            return (
                "@redact cannot be done with these values, as they make a pattern that matches "
                "everything, or more than a line, or that is none"
            )
        self.add(pattern)
        return ""

    def output(self, data: bytes) -> bytes:
        """Take output; return what may be seen of it now."""
        return self._redactor.feed(data, time.monotonic()) if self._redactor else data

    def overdue(self) -> bytes:
        """Return what has been held back for too long, masked. To be called every 50 ms or so."""
        return self._redactor.flush(time.monotonic()) if self._redactor else b""

    def rest(self) -> bytes:
        """Return what is held back, at the end of a step's output."""
        return self._redactor.close() if self._redactor else b""

    def text(self, text: str) -> str:
        """Return a text without what may not be seen."""
        return self._redactor.text(text) if self._redactor else text

    def event(self, event: Event) -> Event:
        """Return an event without what may not be seen; output is passed through `output`."""
        if self._redactor is None:
            return event
        seen: Event = event
        match event:
            case Started(step, text, heading):
                seen = Started(self._step(step), self.text(text), self.text(heading))
            case Waiting(step):
                seen = replace(event, step=self._step(step))
            case Ended(step):
                verdicts = tuple(map(self._verdict, event.verdicts))
                reason = self.text(event.reason)
                seen = replace(event, step=self._step(step), reason=reason, verdicts=verdicts)
            case Closed(status, reason):
                seen = Closed(status, self.text(reason))
            case Notice(text, told):
                seen = Notice(self.text(text), told and self._step(told))
        return seen

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
            modifiers = tuple(replace(m, argument=self.text(m.argument)) for m in step.modifiers)
            text, heading = self.text(step.text), self.text(step.heading)
            self._steps[step.number] = replace(
                step, text=text, heading=heading, modifiers=modifiers
            )
        return self._steps[step.number]

    def _verdict(self, verdict: Verdict) -> Verdict:
        return replace(
            verdict,
            rule=self.text(verdict.rule),
            message=self.text(verdict.message),
            difference=tuple(map(self.text, verdict.difference)),
        )
