"""Judging a rehearsal's commands: rules and statuses, their blocks' output, keys and edits."""

from __future__ import annotations

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
        self._again = {step.block for step in commands if step.modifier("until")}
        self._outputs = {step.block: step for step in steps if step.kind is Kind.OUTPUT}
        self._block = 0
        self._judge: Judge | None = None
        self._before: list[bytes] = []
        self._approved: dict[Path, list[Edit]] = {}

    def judge(self, step: Step, wanted: Demands, filled: Callable[[str], str]) -> _Bench:
        """Return a judge for one attempt, with its edits ready."""
        self._edits.prepare(wanted)
        judge = judge_of(step, fill=filled, rows=self._rows, columns=self._columns)
        block = self._of_block(step)
        return _Bench(step, judge, edits=self._edits, block=block, over=self._over)

    def approved(self) -> dict[Path, list[Edit]]:
        """Return what the `output` blocks are to have, by the file that they stand in."""
        return self._approved

    def _of_block(self, step: Step) -> _Block | None:
        """The judge of all that the command's block prints, where something is expected of it."""
        output = self._outputs.get(step.block)
        if output is None or not step.block:
            return None
        if step.block != self._block:
            self._block, self._before = step.block, []
            self._judge = None
        if self._judge is None or step.block in self._again:
            # What an attempt printed that has failed does not count.
            self._judge = Judge(
                output=Expected(output.text, output.place, output.text),
                rows=self._rows,
                columns=self._columns,
                keep=self._approve,
            )
            for data in self._before:
                self._judge.feed(data)
        keep = step.block in self._again and step.number != self._last[step.block]
        last = step.number == self._last[step.block]
        return _Block(output, self._judge, last=last, printed=[] if keep else None)

    def _over(self, block: _Block) -> tuple[Verdict, ...]:
        """Take in that a command of a block has ended. Returns the verdict after the last."""
        self._before += block.printed or []
        if not block.last:
            return ()
        verdicts = block.judge.verdicts(0)
        if not self._approve:
            return verdicts
        new = block.judge.approved()
        if new is None:
            return verdicts
        place = block.output.place
        self._approved.setdefault(place.file, []).append(Edit(place.line, block.output.text, new))
        return ()


class _Block:
    """A command's part in what its block prints."""

    def __init__(
        self, output: Step, judge: Judge, *, last: bool, printed: list[bytes] | None
    ) -> None:
        self.output = output
        self.judge = judge
        self.last = last
        self.printed = printed

    def feed(self, data: bytes) -> None:
        self.judge.feed(data)
        if self.printed is not None:
            self.printed.append(data)


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
