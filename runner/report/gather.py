"""From a take to what its reports are made from, an entry at a time: memory stays flat."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.checks.screen import shown
from runner.render.recorded import line
from runner.report.model import Performance, Printed, Reported
from runner.show.kept import LIMIT, Kept
from runner.take import model as take
from runner.take.played import played
from runner.take.read import entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from runner.take.model import Entry, Header

LINES = 100
"""How many lines of a step's output are kept: its last ones."""

WIDEST = 400
"""Characters of such a line."""


def gather(path: Path) -> Performance:
    """Return the performance that a take records, also of one that broke off.

    Raises:
        TakeError: It cannot be read, is no take, or one of a newer format.
    """
    found = entries(path)
    beside = _Beside(found.header)
    steps = [
        Reported(step.begun, step.done, beside.lines(step.end, step.size), step.digest)
        for step in played(beside.watch(found), most=0, last=LIMIT)
    ]
    return Performance(
        header=found.header,
        steps=tuple(beside.noted(n, step) for n, step in enumerate(steps, 1)),
        notes=tuple(beside.notes[0]),
        rest=beside.lines(beside.rest.tail, beside.size),
        seconds=beside.at,
        totals=found.totals,
        broke_off=found.broke_off,
    )


class _Beside:
    """What a take holds beside its steps, taken down as they are read.

    Attributes:
        notes: By how many steps had begun before.
        rest: What came when no step was there to print it.
        size: How many bytes that was.
        at: When the last entry came.
    """

    def __init__(self, header: Header) -> None:
        self.notes: defaultdict[int, list[str]] = defaultdict(list)
        self.rest = Kept(LIMIT)
        self.size = 0
        self.at = 0.0
        self._terminal = (header.rows, header.columns)
        self._begun = 0
        self._open = False

    def watch(self, found: Iterable[Entry]) -> Iterator[Entry]:
        for entry in found:
            self.at = max(self.at, entry.at)
            match entry:
                case take.Begun():
                    self._begun += 1
                    self._open = True
                    self.rest, self.size = Kept(LIMIT), 0
                case take.Done():
                    self._open = False
                case take.Printed(data=data) if not self._open:
                    raw = data.encode("utf-8", "surrogateescape")
                    self.rest.add(raw)
                    self.size += len(raw)
                case take.Noted(text=text):
                    self.notes[self._begun].append(text)
                case take.Resized(rows=rows, columns=columns):
                    self._terminal = (rows, columns)
            yield entry

    def noted(self, number: int, step: Reported) -> Reported:
        notes = tuple(self.notes[number])
        return Reported(step.begun, step.done, step.output, step.digest, notes)

    def lines(self, end: bytes, size: int) -> Printed:
        """Return the last lines of the last bytes, of `size` that were printed."""
        whole = len(end) == size
        if not whole:  # what is cut may begin within a character or an escape sequence
            end = end.partition(b"\n")[2] or end
        rows, columns = self._terminal
        lines = shown(end, rows=rows, columns=columns, coloured=True)
        while lines and not lines[-1]:
            lines.pop()
        last = Printed(tuple(line(text, WIDEST) for text in lines[-LINES:]), size)
        cut = len(lines) > LINES or any(len(text) > WIDEST for text in last.lines)
        return replace(last, whole=whole and not cut)
