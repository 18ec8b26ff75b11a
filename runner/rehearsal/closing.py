"""The table that closes the rehearsal of more than one runbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_RED, _PLAIN = "\x1b[31m", "\x1b[0m"
_STATUSES = {
    0: "✓ passed",
    1: "✗ failed",
    2: "✗ refused",
    3: "✗ cuebook failed",
}


class Came(NamedTuple):
    """What a rehearsal came to.

    Attributes:
        passed: How many steps passed.
        failed: How many failed.
        simulated: For how many something stood in.
        seconds: How long they took together.
    """

    passed: int = 0
    failed: int = 0
    simulated: int = 0
    seconds: float = 0.0


class Finished(NamedTuple):
    """A runbook whose rehearsal was wanted.

    Attributes:
        runbook: It.
        status: The exit status of its rehearsal, or of the signal before which it did not start.
        came: What its rehearsal came to; None where it did not start.
    """

    runbook: Path
    status: int
    came: Came | None


def worst(finished: Sequence[Finished]) -> int:
    """Return the exit status of them all."""
    return max(one.status for one in finished)


def closing(finished: Sequence[Finished], *, colour: bool) -> str:
    """Return the table, a blank line before it.

    Args:
        finished: A line each.
        colour: Put what did not pass in red.
    """
    from runner.take.table import table

    simulated = any(one.came and one.came.simulated for one in finished)
    names = ("PASSED", "FAILED", *(("SIMULATED",) if simulated else ()), "TIME")
    rows = [
        (_status(one), str(one.runbook), *_counted(one.came, simulated=simulated))
        for one in finished
    ]
    right = tuple(range(2, 2 + len(names)))
    head, *lines = table(("STATUS", "RUNBOOK", *names), rows, right=right)
    red = [
        f"{_RED}{line}{_PLAIN}" if colour and one.status else line
        for one, line in zip(finished, lines, strict=True)
    ]
    return "\n".join(["", head, *red, ""])


def _status(finished: Finished) -> str:
    if finished.came is None:
        return "– not run"
    return _STATUSES.get(finished.status, "✗ interrupted")


def _counted(came: Came | None, *, simulated: bool) -> tuple[str, ...]:
    if came is None:
        return ("",) * (4 if simulated else 3)
    more = (str(came.simulated),) if simulated else ()
    return str(came.passed), str(came.failed), *more, f"{came.seconds:.1f} s"
