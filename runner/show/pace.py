"""Who decides when a step happens: the speaker at the keys, or nobody."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from runner.book.model import Step
    from runner.shell.ending import Ending


PAUSE = 1.0
"""Seconds between two attempts of a command that is tried until it succeeds."""


class Move(StrEnum):
    """What is to happen with the step that is up."""

    PERFORM = "perform"
    SKIP = "skip"
    REPEAT = "repeat"
    """Perform the command before it once more, then come back."""
    QUIT = "quit"


class Pace(Protocol):
    """Decides when each step happens."""

    def before(self, step: Step, text: str) -> Move | int:
        """Show a step and wait for its moment.

        Args:
            step: The step that is up.
            text: What is shown of it.

        Returns:
            What is to happen with it, or the number of the step to go to instead.
        """
        ...

    def after(self, step: Step) -> Move | int:
        """Wait once a command has run, where it asks for that.

        Returns:
            What is to happen next, as for `before`.
        """
        ...

    def again(self, step: Step, attempts: int, left: float) -> bool:
        """Let a moment pass before a command that has failed is tried again.

        Args:
            step: The command's step.
            attempts: How often it was tried.
            left: Seconds until it has failed for good.

        Returns:
            Whether to try it again.
        """
        ...

    def revive(self, step: Step, ending: Ending) -> bool:
        """Say whether to go on in a new shell, after one that died with a failure."""
        ...

    def clean_up(self) -> bool:
        """Say whether the clean-up is performed, now that the rest is over."""
        ...


class Unattended:
    """The pace of a rehearsal: nothing waits."""

    def __init__(self, *, keep_going: bool) -> None:
        self._keep_going = keep_going

    def before(self, step: Step, text: str) -> Move | int:
        """Perform it at once."""
        del step, text
        return Move.PERFORM

    def after(self, step: Step) -> Move | int:
        """Wait for nothing."""
        del step
        return Move.PERFORM

    def again(self, step: Step, attempts: int, left: float) -> bool:
        """Wait for `PAUSE` and try it again."""
        del step, attempts
        time.sleep(min(PAUSE, left))
        return True

    def revive(self, step: Step, ending: Ending) -> bool:
        """Go on where failures do not end the rehearsal."""
        del step, ending
        return self._keep_going

    def clean_up(self) -> bool:
        """Perform it always."""
        return True
