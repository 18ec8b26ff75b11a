"""How a performance came to its end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """How a performance came to its end."""

    END = "end"
    """After the last step, or by the runbook's own `exit 0`."""
    QUIT = "quit"
    """By the speaker."""
    FAILED = "failed"
    """At a step that failed."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of a performance; `status` is that of the step that failed, else 0."""

    how: How
    status: int = 0
