"""Who judges what a command did: its expectations, its exit status, what was typed and edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.book.model import Step
    from runner.shell.ending import Ending
    from runner.show.demands import Demands
    from runner.take.model import Verdict


class Judge(Protocol):
    """Judges one attempt of one command."""

    def feed(self, data: bytes) -> None:
        """Take in the next bytes that it has printed."""
        ...

    def verdicts(self, ending: Ending) -> tuple[Verdict, ...]:
        """Return what was found, once the attempt has ended."""
        ...


class Judges(Protocol):
    """Appoints a judge for each attempt."""

    def judge(self, step: Step, wanted: Demands, filled: Callable[[str], str]) -> Judge:
        """Return a judge, and have everything ready for the attempt.

        Args:
            step: The command's step.
            wanted: What its modifiers ask for.
            filled: Fills in the variables of an argument.
        """
        ...
