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
        commands: How many commands ran.
        failed: How many things failed.
        seconds: How long the commands took together.
    """

    commands: int = 0
    failed: int = 0
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

    rows = [(_status(one), str(one.runbook), *_counted(one.came)) for one in finished]
    head, *lines = table(("STATUS", "RUNBOOK", "COMMANDS", "FAILED", "TIME"), rows, right=(2, 3, 4))
    red = [
        f"{_RED}{line}{_PLAIN}" if colour and one.status else line
        for one, line in zip(finished, lines, strict=True)
    ]
    return "\n".join(["", head, *red, ""])


def _status(finished: Finished) -> str:
    if finished.came is None:
        return "– not run"
    return _STATUSES.get(finished.status, "✗ interrupted")


def _counted(came: Came | None) -> tuple[str, str, str]:
    if came is None:
        return "", "", ""
    return str(came.commands), str(came.failed), f"{came.seconds:.1f} s"
