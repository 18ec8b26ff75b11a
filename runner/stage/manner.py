"""How a runbook is presented: what the speaker chose on the command line."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Manner:
    """The speaker's choices.

    Attributes:
        prompt: What stands before a command.
        typing: Commands are typed out, not shown at once.
        speed: How many times as fast as usual they are typed.
        status: A line at the bottom tells the step, the time and the next command, at waits.
        began: When the show began, in seconds of the monotonic clock.
    """

    prompt: str = "$ "
    typing: bool = True
    speed: float = 1.0
    status: bool = False
    began: float = field(default_factory=time.monotonic)

    def elapsed(self) -> float:
        """Return the seconds since the show began."""
        return time.monotonic() - self.began
