"""Holding `output` blocks against what the commands of their shell blocks print together."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.checks.judge import KEPT_LINES, Expected, Judge
from runner.checks.rewrite import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from runner.book.model import Place, Step
    from runner.take.model import Verdict


class _Block:
    """A shell block of which something is expected.

    Attributes:
        output: The `output` block's step.
        commands: The numbers of its commands that a rehearsal performs, in their order.
        failed: Those of them that have failed.
        judge: Who judges what they print; None before the first of them and after the last.
    """

    def __init__(self, output: Step, commands: Sequence[int]) -> None:
        self.output = output
        self.commands = commands
        self.failed: set[int] = set()
        self.judge: Judge | None = None


class Blocks:
    """The `output` blocks of a rehearsal.

    Output is compared as it comes, so that memory stays flat. What counts is all that is printed
    from a block's first command to its last, macros that stand between them included; of a command
    that is tried again, the last attempt.

    Attributes:
        unchecked: Those of which only some commands are performed.
        approved: What the blocks of each file are to have, once what came is right.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        wanted: Sequence[Step],
        *,
        hooks: bool,
        size: tuple[int, int],
        approve: bool,
    ) -> None:
        """Expect what the runbook says.

        Args:
            steps: All of its steps.
            wanted: Those that are performed.
            hooks: Whether hooks run.
            size: The terminal's rows and columns.
            approve: Take the output that comes for the right one, instead of judging it.
        """
        self._rows, self._columns = size
        self._approve = approve
        self.approved: dict[Path, list[Edit]] = {}
        self._left: dict[int, tuple[Step, str]] = {}
        self._blocks: dict[int, _Block] = {}
        self._attempted = 0  # the number of the step that `_before` is of
        self._before: dict[int, Judge | None] = {}
        self.unchecked: list[Step] = []
        performed = {step.number for step in wanted}
        for output in (step for step in steps if step.kind is Kind.OUTPUT):
            own = [s for s in steps if s.kind is Kind.COMMAND and s.block == output.block]
            apt = [s.number for s in own if not s.modifier("live") and (hooks or not s.hooks)]
            here = [number for number in apt if number in performed]
            if here and here == apt:
                self._blocks[output.block] = _Block(output, here)
                self._left[output.block] = (output, "not all of its commands have run")
            elif here or (not own and output.number in performed):
                self.unchecked.append(output)

    def begin(self, step: Step) -> None:
        """An attempt of a command begins."""
        own = self._blocks.get(step.block)
        if own and step.number == own.commands[0]:
            own.judge = self._judge(own)
        if step.number == self._attempted:
            for block, judge in self._before.items():
                self._blocks[block].judge = copy.deepcopy(judge)
        elif step.modifier("until"):
            self._attempted = step.number
            self._before = {n: copy.deepcopy(b.judge) for n, b in self._blocks.items() if b.judge}
        if own:
            own.failed.discard(step.number)
        for opened in self._open():
            if opened.judge:
                opened.judge.begin(step.place)

    def feed(self, data: bytes) -> None:
        """Take in what it prints."""
        for block in self._open():
            if block.judge:
                block.judge.feed(data)

    def end(self, step: Step, *, passed: bool, exited: bool) -> tuple[Verdict, ...]:
        """Take in that an attempt has ended.

        Args:
            step: The command's step.
            passed: It succeeded, and its own checks held.
            exited: The shell is gone with it, by `exit`.

        Returns:
            What is found where its block is over with it.
        """
        found: list[Verdict] = []
        for block in self._open():
            if not passed:
                block.failed.add(step.number)
            if step.number == block.commands[-1] or (exited and passed):
                found += self._over(block)
        return tuple(found)

    @property
    def left(self) -> list[tuple[Step, str]]:
        """The `output` blocks that are not approved, each with why."""
        return list(self._left.values())

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._blocks or self.unchecked)

    def _open(self) -> Iterator[_Block]:
        """The blocks whose first command has begun, and whose last one has not ended."""
        return (block for block in self._blocks.values() if block.judge)

    def _judge(self, block: _Block) -> Judge:
        output = block.output
        return Judge(
            output=Expected(output.text, output.place, output.text),
            rows=self._rows,
            columns=self._columns,
            keep=self._approve,
        )

    def _over(self, block: _Block) -> tuple[Verdict, ...]:
        judge, block.judge = block.judge, None
        if judge is None:
            return ()
        verdicts = judge.verdicts(0)
        verdicts = tuple(_told(verdict, block, judge.printed_by) for verdict in verdicts)
        if not self._approve:
            return verdicts
        new = None if block.failed else judge.approved()
        if new is None:
            why = f"it has more than {KEPT_LINES:,} lines now, or very long ones"
            why = "a command of its block failed" if block.failed else why
            self._left[block.output.block] = (block.output, why)
            return verdicts
        place = block.output.place
        self._left.pop(block.output.block, None)
        edits = [e for e in self.approved.get(place.file, ()) if e.line != place.line]
        self.approved[place.file] = [*edits, Edit(place.line, block.output.text, new)]
        return ()


def _told(verdict: Verdict, block: _Block, by: Place | None) -> Verdict:
    """Say of a verdict what is seen only here."""
    if verdict.held:
        return verdict
    number = len(block.commands)
    line = f"; this line comes from {by.file}:{by.line}" if by else ""
    more = f" (of what the block's {number} commands print{line})" if number > 1 else ""
    if not block.output.text.strip():
        more += "; `cuebook rehearse --approve` writes what comes into the empty block"
    return verdict._replace(message=verdict.message + more)
