"""The take that a page is made with where none is named: the last rehearsal that passed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.render.recorded import outcome
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
        good: The newest take of one that passed, or None.
        newer: When the newest one started, where that is none; "" where it is, or nothing is kept.
        newer_outcome: What that one came to, or None.
    """

    good: Path | None
    newer: str = ""
    newer_outcome: PerformanceResult | None = None


def latest(runbook: Path) -> Latest:
    """Return what is kept of a runbook's rehearsals. Takes that cannot be read are passed over.

    Raises:
        OSError: The state folder cannot be read.
    """
    newer, newer_outcome = "", None
    for take in kept(runbook):
        try:
            header = entries(take).header
        except TakeError:
            continue
        if header.mode != "rehearsed":
            continue
        ended = _ended(take)
        if ended == "passed":
            return Latest(take, newer, newer_outcome)
        if newer_outcome is None:
            newer, newer_outcome = header.started, ended
    return Latest(None, newer, newer_outcome)


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
