"""A rehearsal: a runbook performed unattended, from its file to what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.book.directives import DIRECTIVES, unperformed, unperformed_keys
from runner.rehearsal.environment import terminal_size, unattended
from runner.rehearsal.printer import Printer
from runner.rehearsal.summary import Tally
from runner.shell.shell import Shell
from runner.show.command import Limits
from runner.show.director import Directions, Director, Interrupted, signals_interrupt
from runner.show.environment import environment, folder
from runner.show.events import Notice
from runner.show.hooks import definitions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runner.book.model import Runbook, Step
    from runner.show.events import Event

TIMEOUT = 300.0
"""Seconds that a step may take unless the runbook or the caller says otherwise."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to rehearse.

    Attributes:
        keep_going: Go on after a failed step.
        timeout: Seconds that a step may take; None for the runbook's own, or TIMEOUT.
        hooks: Run hooks.
        cwd: The directory that commands start in; None for the runbook's own, or ours.
        args: `$1` and on.
        colour: Use colour.
        nested: The options again as words, for runbooks that a runbook performs.
    """

    keep_going: bool = False
    timeout: float | None = None
    hooks: bool = False
    cwd: Path | None = None
    args: tuple[str, ...] = ()
    colour: bool = False
    nested: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a rehearsal came to; `signal` is the number of the signal that ended it, or 0."""

    tally: Tally
    signal: int = 0

    @property
    def status(self) -> int:
        """The exit status: 0, 1 for a failed step, 128 + N after signal N."""
        return 128 + self.signal if self.signal else int(bool(self.tally.failures))

    @property
    def nested_status(self) -> int:
        """The same for a runbook that another one performs: `exit N` is its status N."""
        last = self.tally.failures[-1:]
        return last[0].status if last and last[0].exited and not self.signal else self.status


def rehearse(runbook: Runbook, steps: Sequence[Step], options: Options, *, fd: int = 1) -> Result:
    """Rehearse the steps of a runbook that has no errors.

    Args:
        runbook: The runbook.
        steps: Those of its steps that are wanted.
        options: How.
        fd: Where output is written as it comes.

    Raises:
        ShellError: There is no shell.
        PerformanceError: The output cannot be written.
    """
    tally = Tally()
    printer = Printer(fd, colour=options.colour, total=len(runbook.steps))

    def sink(event: Event) -> None:
        printer(event)
        tally(event)

    rows, columns = terminal_size()
    shell = Shell(
        output=lambda data: director.output(data),  # noqa: PLW0108 - it comes later
        name=str(runbook.path),
        args=options.args,
        cwd=folder(runbook, options.cwd),
        env=unattended(environment(runbook, nested=options.nested)),
        rows=rows,
        columns=columns,
        export=runbook.front.export,
        definitions=definitions(runbook.hooks, options.hooks),
    )
    directions = Directions(
        keep_going=options.keep_going,
        hooks=options.hooks,
        limits=Limits(timeout=options.timeout or runbook.front.timeout or TIMEOUT, attended=False),
    )
    director = Director(shell, runbook.hooks, directions, sink)
    if later := _not_yet(runbook, steps):
        sink(Notice(f"not performed yet: {', '.join(later)}"))
    with signals_interrupt():
        try:
            with shell:
                director.perform(steps)
        except Interrupted as interrupted:
            return Result(tally, interrupted.number)
    return Result(tally)


def _not_yet(runbook: Runbook, steps: Sequence[Step]) -> list[str]:
    """What is asked for, as its author wrote it, and not done yet."""
    names = dict.fromkeys(name for step in steps for name in unperformed(step))
    return [
        *(f"@{name}" if name in DIRECTIVES else f"{name} blocks" for name in names),
        *(f"the front matter's {key}" for key in unperformed_keys(runbook.front)),
    ]
