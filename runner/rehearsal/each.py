"""Rehearsals one after the other, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.rehearsal.closing import Came, Finished
from runner.rehearsal.rehearse import rehearse
from runner.rehearsal.summary import summary
from runner.rehearsal.wrap import width
from runner.show.output import put

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.book.model import Runbook, Step
    from runner.rehearsal.rehearse import Options, Rehearsed

    Wanted = tuple[Runbook, list[Step], Options]


def one_by_one(wanted: Iterable[Wanted], *, line: int | None = None) -> list[Finished]:
    """Rehearse runbooks until a signal ends one; print how each does, and its summary.

    Args:
        wanted: Each runbook, those of its steps that are wanted, and how.
        line: The descriptor on which its progress is told (see `line.py`), where there is one
            runbook; None for none.

    Returns:
        What each came to, those included that did not start.

    Raises:
        ShellError: There is no shell.
        PerformanceError: The output or a take cannot be written.
    """
    finished: list[Finished] = []
    interrupted = 0
    for runbook, steps, options in wanted:
        if interrupted:
            finished.append(Finished(runbook.path, interrupted, None))
            continue
        speaker = None
        if line is not None:
            from runner.rehearsal.line import Speaker

            speaker = Speaker(line, total=len(runbook.steps))
        result = rehearse(runbook, steps, options, guest=speaker)
        interrupted = result.status if result.signal else 0
        _sum_up(runbook, result, options)
        counts = result.tally.counts
        came = Came(counts["passed"], counts["failed"], counts["simulated"], result.tally.seconds)
        if speaker:
            speaker.came(came)
        finished.append(Finished(runbook.path, result.status, came))
    return finished


def within(runbook: Runbook, steps: list[Step], options: Options) -> int:
    """Rehearse a runbook that another one performs. Returns its exit status."""
    result = rehearse(runbook, steps, options)
    if result.status:
        _sum_up(runbook, result, options)
    return result.nested_status


def _sum_up(runbook: Runbook, result: Rehearsed, options: Options) -> None:
    text = summary(
        runbook.path,
        result.tally,
        interrupted=bool(result.signal),
        environment=options.environment,
        colour=options.colour,
        columns=width(1),
        now=result.now,
    )
    # A secret may have come before it was known for one.
    put(f"\n{result.redacted(text)}")
