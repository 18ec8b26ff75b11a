"""What `@until` waits for when it is presented: the command's `@expect` rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runner.checks.judge import judge_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.book.model import Step
    from runner.checks.judge import Judge
    from runner.shell.ending import Ending
    from runner.show.demands import Demands
    from runner.take.model import Verdict


class Expectations:
    """Appoints judges for a presentation; see `runner.show.judge.Judges`."""

    def judge(self, step: Step, wanted: Demands, filled: Callable[[str], str]) -> _Rules:
        """Return a judge of the command's `@expect` rules: the speaker sees to all else."""
        del wanted
        rules = tuple(modifier for modifier in step.modifiers if modifier.name == "expect")
        return _Rules(judge_of(replace(step, modifiers=rules), fill=filled))


class _Rules:
    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def feed(self, data: bytes) -> None:
        self._judge.feed(data)

    def verdicts(self, ending: Ending) -> tuple[Verdict, ...]:
        return self._judge.verdicts(ending.status)
