"""Writing a take while a performance goes on: a needed sink."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from runner.book.identity import identities
from runner.book.library import PRELUDE
from runner.book.model import Kind
from runner.show.events import Closed, Ended, Notice, Outcome, Output, Started, Waiting
from runner.take.header import shown_path
from runner.take.journal import Journal
from runner.take.model import Begun, Done, Noted, Resized, Totals, Waited

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from runner.book.model import Step
    from runner.show.events import Event
    from runner.take.model import Header

LATEST = 1.0
"""Seconds after which output is written, when more of it comes."""

QUICK = 0.01
"""Seconds: when a step of a rehearsal passed sooner, its end is written with what comes next."""


def done(event: Ended, at: float, name: str) -> Done:
    """Return the entry for a step's end.

    Args:
        event: The end.
        at: Seconds since the start.
        name: The step's id.
    """
    return Done(
        at=at,
        id=name,
        result=event.outcome,
        status=event.status,
        seconds=round(event.seconds, 6),
        attempts=event.attempts,
        reason=event.reason,
        verdicts=event.verdicts,
    )


class Writer:
    """A sink that writes a take, a step at a time.

    What was written stays: a process that is killed loses at most the step that it is in. Memory
    stays flat, however much a step prints.
    """

    def __init__(
        self,
        path: Path,
        header: Header,
        steps: Sequence[Step],
        *,
        redacted: Callable[[str], str] = str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin a take; an older one in the same file is gone with that.

        Args:
            path: Where it is written.
            header: Its first line.
            steps: All of the runbook's, wanted or not.
            redacted: What is done to the text of a step that was skipped; any other text comes
                with the events, as the audience sees it.
            clock: Tells the time, in seconds.

        Raises:
            PerformanceError: It cannot be written there.
        """
        self._ids = dict(zip((s.number for s in steps), identities(steps), strict=True))
        self._files: dict[Path, str] = {}
        self._presented = header.mode == "presented"
        self._redacted = redacted
        self._clock = clock
        self._began = clock()
        self._late = LATEST  # seconds since the start, after which output is written
        self._due = False  # whether a command has begun that is not written yet
        self._open: int | None = None  # the step that has begun, by its number
        self._counts = dict.fromkeys(Outcome, 0)
        self._journal = Journal(path)
        self._journal.put([header])
        self._journal.flush()

    def __call__(self, event: Event) -> None:
        """Take an event.

        Raises:
            PerformanceError: The take cannot be written.
        """
        match event:
            case Output(data):  # 4 KiB at a time, so it counts what is called here
                at = self._clock() - self._began
                self._journal.print(at, data)
                if at > self._late:
                    self._flush()
            case Started(step, text, heading):
                self._open = step.number
                self._journal.put([self._begun(step, text, heading)])
                # So that a take which breaks off says in which step; `idle` follows at once, and
                # what it does costs nothing, since the command runs beside it.
                if self._presented or step.kind is not Kind.COMMAND:
                    self._flush()
                else:
                    self._due = True
            case Waiting(_, attempts, left):
                self._journal.put([Waited(self._at(), attempts, round(max(left, 0.0), 6))])
            case Ended():
                self._end(event)
            case Closed(_, reason) if reason:
                self._journal.put([Noted(self._at(), reason)])
            case Notice(text):
                self._journal.put([Noted(self._at(), text)])

    def idle(self) -> None:
        """Write what has begun. For the shell, which calls it as soon as it has sent a command.

        Raises:
            PerformanceError: The take cannot be written.
        """
        if self._due:
            self._flush()

    def resized(self, rows: int, columns: int) -> None:
        """Take that the terminal has another size; not for a signal handler to call."""
        self._journal.put([Resized(self._at(), rows, columns)])

    def finish(self, status: int, reason: str = "") -> None:
        """Write the totals, and close the file.

        Args:
            status: The exit status of the performance.
            reason: What ended it, a sentence; "" where it came to its end.

        Raises:
            PerformanceError: The take cannot be written.
        """
        counts = self._counts
        totals = Totals(
            at=self._at(),
            passed=counts[Outcome.PASSED],
            failed=counts[Outcome.FAILED],
            skipped=counts[Outcome.SKIPPED],
            simulated=counts[Outcome.SIMULATED],
            status=status,
            reason=reason,
        )
        self._journal.put([totals])
        self._journal.finish()

    def close(self) -> None:
        """Close the file; a take that was not finished has broken off."""
        self._journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _at(self) -> float:
        return round(self._clock() - self._began, 6)

    def _begun(self, step: Step, text: str, heading: str) -> Begun:
        place = step.place
        if place.file == PRELUDE:
            place = next((p for p in reversed(step.within) if p.file != PRELUDE), place)
        return Begun(
            at=self._at(),
            id=self._ids[step.number],
            number=step.number,
            kind=step.kind.value,
            heading=heading,
            text=text,
            file=self._told(place.file),
            line=place.line,
            column=place.column,
            shown=step.displayed,
        )

    def _told(self, file: Path) -> str:
        if file not in self._files:
            self._files[file] = shown_path(file)
        return self._files[file]

    def _end(self, event: Ended) -> None:
        step = event.step
        entries: list[Begun | Done] = []
        if self._open != step.number:  # one that is skipped does not start
            text, heading = self._redacted(step.text), self._redacted(step.heading)
            entries.append(self._begun(step, text, heading))
        entries.append(done(event, self._at(), self._ids[step.number]))
        self._open = None
        if event.counts or event.outcome in (Outcome.FAILED, Outcome.SIMULATED):
            self._counts[event.outcome] += 1
        self._journal.put(entries)
        if self._presented or event.seconds > QUICK or event.outcome is not Outcome.PASSED:
            self._flush()

    def _flush(self) -> None:
        self._journal.flush()
        self._due = False
        self._late = self._clock() - self._began + LATEST
