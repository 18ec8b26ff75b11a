"""Judging a rehearsal's commands: rules and statuses, their blocks' output, keys and edits."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.checks.judge import Expected, Judge, judge_of
from runner.checks.rewrite import Edit
from runner.take.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from runner.book.model import Step
    from runner.rehearsal.edits import Edits
    from runner.shell.ending import Ending
    from runner.show.demands import Demands


_MOST = 8_000_000  # bytes of one command's output that are held against an `output` block


class Judging:
    """Appoints the judges of a rehearsal; see `runner.show.judge.Judges`."""

    def __init__(
        self, steps: Sequence[Step], edits: Edits, *, size: tuple[int, int], approve: bool
    ) -> None:
        """Judge the commands of `steps`.

        Args:
            steps: Those that are performed.
            edits: What the editor is told.
            size: The terminal's rows and columns.
            approve: Take the output that comes for the right one, instead of judging it.
        """
        self._edits = edits
        self._rows, self._columns = size
        self._approve = approve
        commands = [step for step in steps if step.kind is Kind.COMMAND and step.block]
        self._last = {step.block: step.number for step in commands}
        self._outputs = {step.block: step for step in steps if step.kind is Kind.OUTPUT}
        self._block = 0
        self._printed: dict[int, list[bytes]] = {}
        self._approved: dict[Path, dict[int, Edit]] = {}

    def judge(self, step: Step, wanted: Demands, filled: Callable[[str], str]) -> _Bench:
        """Return a judge for one attempt, with its edits ready."""
        self._edits.prepare(wanted)
        judge = judge_of(step, fill=filled, rows=self._rows, columns=self._columns)
        block = self._of_block(step)
        return _Bench(step, judge, edits=self._edits, block=block, over=self._over)

    def approved(self) -> dict[Path, list[Edit]]:
        """Return what the `output` blocks are to have, by the file that they stand in."""
        return {path: list(edits.values()) for path, edits in self._approved.items()}

    def _of_block(self, step: Step) -> _Block | None:
        """A command's part in what its block prints, where something is expected of that."""
        output = self._outputs.get(step.block)
        if output is None or not step.block:
            return None
        if step.block != self._block:
            self._block, self._printed = step.block, {}
        # What an attempt printed that has failed does not count.
        printed = self._printed[step.number] = []
        return _Block(output, printed, last=step.number == self._last[step.block])

    def _over(self, block: _Block) -> tuple[Verdict, ...]:
        """Take in that a command of a block has ended. Returns the verdict after the last."""
        if not block.last:
            return ()
        output = block.output
        judge = Judge(
            output=Expected(output.text, output.place, output.text),
            rows=self._rows,
            columns=self._columns,
            keep=self._approve,
        )
        for data in itertools.chain(*self._printed.values()):
            judge.feed(data)
        verdicts = judge.verdicts(0)
        new = judge.approved()
        if new is None:
            return verdicts
        line = output.place.line
        edits = self._approved.setdefault(output.place.file, {})
        edits[line] = Edit(line, output.text, new)
        return ()


class _Block:
    """A command's part in what its block prints."""

    def __init__(self, output: Step, printed: list[bytes], *, last: bool) -> None:
        self.output = output
        self.last = last
        self._printed = printed
        self._left = _MOST

    def feed(self, data: bytes) -> None:
        # What comes after that is more than any block expects.
        if self._left > 0:
            self._printed.append(data[: self._left])
            self._left -= len(data)


class _Bench:
    """All who judge one attempt of one command."""

    def __init__(
        self,
        step: Step,
        judge: Judge,
        *,
        edits: Edits,
        block: _Block | None,
        over: Callable[[_Block], tuple[Verdict, ...]],
    ) -> None:
        self._step = step
        self._judge = judge
        self._edits = edits
        self._block = block
        self._over = over

    def feed(self, data: bytes) -> None:
        self._judge.feed(data)
        if self._block:
            self._block.feed(data)

    def verdicts(self, ending: Ending) -> tuple[Verdict, ...]:
        found = [*self._judge.verdicts(ending.status), *self._typing(ending.untyped)]
        if self._step.modifier("edit"):
            found += self._edits.verdicts(self._step)
        if self._block:
            found += self._over(self._block)
        return tuple(found)

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
