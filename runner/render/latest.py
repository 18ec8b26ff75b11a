"""The take that a page is made with where none is named: of the last good rehearsal.

Good is one of the whole runbook that passed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.render.recorded import outcome
from runner.render.words import ENDS, moment
from runner.take.format import FormatError, parse
from runner.take.keep import kept
from runner.take.model import Totals
from runner.take.read import TakeError, entries

if TYPE_CHECKING:
    from pathlib import Path

    from runner.report.model import PerformanceResult

_END = 64 * 1024  # bytes; the totals are a short line


@dataclass(frozen=True, slots=True)
class Latest:
    """What is kept of a runbook's rehearsals.

    Attributes:
        good: The newest take of a good one, or None.
        newer: When the newest one of the whole runbook started, where that is none; "" where it is,
            or none is kept.
        newer_outcome: What that one came to, or None.
        parts: How many of a part of it are kept, newer than the good one.
    """

    good: Path | None
    newer: str = ""
    newer_outcome: PerformanceResult | None = None
    parts: int = 0

    @property
    def why(self) -> str:
        """Why there is no good one, as it goes on after the runbook's name."""
        found = []
        if self.newer_outcome:
            ended = ENDS[self.newer_outcome].removeprefix("It ").removesuffix(".")
            found.append(f"the newest, on {moment(self.newer)}, {ended}")
        if self.parts:
            what = "one is" if self.parts == 1 else f"{self.parts} are"
            found.append(f"{what} of a part of it")
        told = f" ({'; '.join(found)})" if found else ""
        return f"no rehearsal of the whole runbook that passed is kept{told}"


def latest(runbook: Path) -> Latest:
    """Return what is kept of a runbook's rehearsals. Takes that cannot be read are passed over.

    Raises:
        OSError: The state folder cannot be read.
    """
    newer, newer_outcome, parts = "", None, 0
    for take in kept(runbook):
        try:
            header = entries(take).header
        except TakeError:
            continue
        if header.mode != "rehearsed":
            continue
        if not header.whole:
            parts += 1
            continue
        ended = _ended(take)
        if ended == "passed":
            return Latest(take, newer, newer_outcome, parts)
        if newer_outcome is None:
            newer, newer_outcome = header.started, ended
    return Latest(None, newer, newer_outcome, parts)


def _ended(take: Path) -> PerformanceResult:
    """Return what a performance came to, by its take's last line."""
    with take.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _END))
        last = file.read().splitlines()[-1]
    try:
        totals = parse(last.decode())
    except (FormatError, UnicodeDecodeError):
        totals = None
    known = totals if isinstance(totals, Totals) else None
    return outcome(known, failed=bool(known and known.failed))
