"""A take, read for a page: what came of each step, by the step's id.

An entry at a time: of what a step printed, no more is held than the page shows.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.checks.screen import Screen
from runner.checks.sgr import pieces
from runner.render.content import PLAIN, Output, Result, Run
from runner.shell.ending import signal_of
from runner.take import model as take
from runner.take.read import entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from runner.render.content import Line
    from runner.report.model import PerformanceResult
    from runner.take.model import Begun, Done, Header, Totals

HEAD = 200
"""How many lines of a step's output a page has, from its beginning."""

TAIL = 100
"""How many it has from its end, where there are more than both."""

WIDEST = 1000
"""Characters of such a line."""


@dataclass(frozen=True, slots=True)
class Performed:
    """A step as it was performed.

    Attributes:
        text: Its text, with variables filled in.
        result: What came of it.
    """

    text: str
    result: Result


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a take tells.

    Attributes:
        path: The take.
        header: Its first line.
        steps: The steps that were performed, by their ids; of one that was performed more than
            once, the last time.
        outcome: What the performance came to.
        why: Why it did not pass, a sentence; "" where a step tells.
    """

    path: Path
    header: Header
    steps: Mapping[str, Performed]
    outcome: PerformanceResult
    why: str


def recorded(path: Path) -> Recorded:
    """Read a take, also one that broke off.

    Raises:
        TakeError: It cannot be read, is no take, or one of a newer format.
    """
    found = entries(path)
    steps: dict[str, Performed] = {}
    size = (found.header.rows, found.header.columns)
    step: Begun | None = None
    printed = _Printed(*size)
    for entry in found:
        match entry:
            case take.Begun():
                if step:
                    steps[step.id] = _performed(step, None, printed)
                step, printed = entry, _Printed(*size)
            case take.Printed(data=data) if step:
                printed.add(data)
            case take.Waited():  # what the next attempt prints is what counts
                printed = _Printed(*size)
            case take.Done() if step:
                steps[step.id] = _performed(step, entry, printed)
                step = None
            case take.Resized(rows=rows, columns=columns):
                size = (rows, columns)
    if step:
        steps[step.id] = _performed(step, None, printed)
    failed = [p for p in steps.values() if p.result.outcome in ("failed", "unfinished")]
    ended = outcome(found.totals, failed=bool(failed))
    why = found.broke_off
    if found.totals:
        told = ended == "passed" or (ended == "failed" and failed)
        why = "" if told else found.totals.reason
    return Recorded(path, found.header, steps, ended, why)


def outcome(totals: Totals | None, *, failed: bool) -> PerformanceResult:
    """Return what a performance came to.

    Args:
        totals: The last line of its take, None where there is none.
        failed: Whether a step failed or never ended.
    """
    if totals is None:
        return "broke off"
    if signal_of(totals.status):
        return "interrupted"
    return "failed" if totals.status or failed else "passed"


def _performed(begun: Begun, done: Done | None, printed: _Printed) -> Performed:
    result = Result(
        outcome=done.result if done else "unfinished",
        status=done.status if done else 0,
        seconds=done.seconds if done else 0.0,
        attempts=done.attempts if done else 1,
        reason=done.reason if done else "it did not end",
        broken=tuple(v for v in done.verdicts if not v.held) if done else (),
        output=printed.output(),
    )
    return Performed(begun.text, result)


class _Printed:
    """What a step prints: the terminal's lines, of which the first and the last are kept."""

    def __init__(self, rows: int, columns: int) -> None:
        self._size = 0
        self._head: list[str] = []
        self._tail: deque[str] = deque(maxlen=TAIL)
        self._count = 0
        self._screen: Screen | None = None
        self._terminal = (rows, columns)

    def add(self, data: str) -> None:
        raw = data.encode("utf-8", "surrogateescape")
        self._size += len(raw)
        if self._screen is None:
            rows, columns = self._terminal
            self._screen = Screen(self._take, rows=rows, columns=columns, coloured=True)
        self._screen.feed(raw)

    def output(self) -> Output:
        if self._screen is None:
            return Output()
        self._screen.finish()
        lines = [*self._head, *self._tail]
        left_out = self._count - len(lines)
        if not left_out:
            while lines and not lines[-1]:
                lines.pop()
            return Output(_lines(lines), size=self._size)
        head, tail = map(_lines, (self._head, self._tail))
        return Output(head, left_out, tail, self._size)

    def _take(self, lines: list[str]) -> None:
        self._count += len(lines)
        room = HEAD - len(self._head)
        self._head += lines[:room]
        self._tail.extend(lines[max(room, 0) :][-TAIL:])


def _lines(texts: Iterable[str]) -> tuple[Line, ...]:
    return tuple(line(text, WIDEST) for text in texts)


def line(text: str, widest: int) -> Line:
    """Return a coloured line of a screen, of `widest` characters and `…` where it is too wide."""
    runs: list[Run] = []
    room = widest
    for piece, look in pieces(text, PLAIN):
        if piece and room:
            runs.append(Run(piece[:room], look))
        if len(piece) > room:
            runs.append(Run("…"))
            break
        room -= len(piece)
    if runs and runs[-1].look == PLAIN:
        last = runs.pop().text.rstrip(" ")
        runs += [Run(last)] if last else []
    return tuple(runs)
