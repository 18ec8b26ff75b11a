"""Judging a rehearsal's commands: rules and statuses, their blocks' output, keys and edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.checks.judge import judge_of
from runner.shell.ending import End
from runner.take.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.book.model import Step
    from runner.checks.judge import Judge
    from runner.rehearsal.blocks import Blocks
    from runner.rehearsal.edits import Edits
    from runner.shell.ending import Ending
    from runner.show.demands import Demands


class Judging:
    """Appoints the judges of a rehearsal; see `runner.show.judge.Judges`.

    Attributes:
        blocks: The `output` blocks.
    """

    def __init__(self, blocks: Blocks, edits: Edits, *, size: tuple[int, int]) -> None:
        """Judge commands.

        Args:
            blocks: The `output` blocks.
            edits: What the editor is told.
            size: The terminal's rows and columns.
        """
        self.blocks = blocks
        self._edits = edits
        self._rows, self._columns = size

    def judge(self, step: Step, wanted: Demands, filled: Callable[[str], str]) -> _Bench:
        """Return a judge for one attempt, with its edits ready."""
        self._edits.prepare(step, wanted)
        self.blocks.begin(step)
        judge = judge_of(step, fill=filled, rows=self._rows, columns=self._columns)
        return _Bench(step, judge, edits=self._edits, blocks=self.blocks)


class _Bench:
    """All who judge one attempt of one command."""

    def __init__(self, step: Step, judge: Judge, *, edits: Edits, blocks: Blocks) -> None:
        self._step = step
        self._judge = judge
        self._edits = edits
        self._blocks = blocks

    def feed(self, data: bytes) -> None:
        self._judge.feed(data)
        self._blocks.feed(data)

    def verdicts(self, ending: Ending) -> tuple[Verdict, ...]:
        found = [*self._judge.verdicts(ending.status), *self._typing(ending.untyped)]
        if self._step.modifier("edit"):
            found += self._edits.verdicts(self._step)
        ended = ending.how in (End.FINISHED, End.EXITED) and self._judge.accepts(ending.status)
        passed = ended and all(verdict.held for verdict in found)
        exited = ending.how is End.EXITED
        return (*found, *self._blocks.end(self._step, passed=passed, exited=exited))

    def _typing(self, left: int) -> list[Verdict]:
        """What became of each `@type`."""
        answers = [modifier for modifier in self._step.modifiers if modifier.name == "type"]
        found = []
        for number, answer in enumerate(answers, 1):
            typed = number <= len(answers) - left
            message = "" if typed else "it was not typed: the command did not wait for it"
            place = answer.place
            found.append(Verdict(str(answer), typed, message, str(place.file), place.line))
        return found
