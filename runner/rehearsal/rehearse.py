"""A rehearsal: a runbook performed unattended, from its file to what it came to."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from runner.book.model import Directive, Kind
from runner.book.watching import TIME, watching
from runner.rehearsal.approval import Approval, ApprovalError
from runner.rehearsal.audience import Audience
from runner.rehearsal.edits import Edits
from runner.rehearsal.environment import terminal_size, unattended
from runner.rehearsal.log import Log
from runner.rehearsal.printer import Printer
from runner.rehearsal.tally import Tally
from runner.shell.ending import status_of
from runner.shell.shell import Shell
from runner.show.command import Limits
from runner.show.director import Directions, Director
from runner.show.environment import environment, folder
from runner.show.events import Notice, PerformanceError
from runner.show.hooks import definitions
from runner.show.redaction import Redaction, redacts
from runner.show.signals import Interrupted, signals_interrupt
from runner.show.simulated import Simulated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from runner.book.model import Place, Runbook, Step
    from runner.rehearsal.judging import Judging
    from runner.show.events import Sink
    from runner.show.judge import Judges
    from runner.take.writer import Writer

_JUDGED = ("expect", "exit", "type", "edit")

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
        progress: Tell how far it is, in a line that comes and goes: `fd` is a terminal.
        nested: The options again as words, for runbooks that a runbook performs.
        take: Where the take is written, None for none.
        deadline: When it has to be over, in seconds of the monotonic clock, or None.
        approve: Write the output that comes into the `output` blocks, instead of judging it.
        environment: The label of the environment that was entered, "" for the real one.
    """

    keep_going: bool = False
    timeout: float | None = None
    hooks: bool = False
    cwd: Path | None = None
    args: tuple[str, ...] = ()
    colour: bool = False
    progress: bool = False
    nested: str = ""
    take: Path | None = None
    deadline: float | None = None
    approve: bool = False
    environment: str = ""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal came to.

    Attributes:
        tally: What passed and what failed.
        signal: The number of the signal that ended it, or 0.
        redacted: Takes out of a text what nobody may see.
        now: Where something stands, now that output is approved, that stood at a place before.
    """

    tally: Tally
    signal: int
    redacted: Callable[[str], str]
    now: Callable[[Place], Place]

    @property
    def status(self) -> int:
        """The exit status: 0, 1 for a failed step, that of the signal."""
        return status_of(self.signal) if self.signal else int(bool(self.tally.failures))

    @property
    def nested_status(self) -> int:
        """The same for a runbook that another one performs: `exit N` is its status N."""
        last = self.tally.failures[-1:]
        return last[0].status if last and last[0].exited and not self.signal else self.status


def rehearse(
    runbook: Runbook,
    steps: Sequence[Step],
    options: Options,
    *,
    guest: Sink | None = None,
    fd: int = 1,
) -> Rehearsed:
    """Rehearse the steps of a runbook that has no errors.

    Args:
        runbook: The runbook.
        steps: Those of its steps that are wanted.
        options: How.
        guest: Who else is to be told what happens; raises nothing.
        fd: Where output is written as it comes.

    Raises:
        ShellError: There is no shell.
        PerformanceError: The output or the take cannot be written, or a file that output is
            approved in.
    """
    watched = watching(runbook.steps)
    steps = [_ended(step) if step.number in watched else step for step in steps]
    redaction = Redaction(runbook.front.redact)
    # The take of a runbook within this one would not know what is to be redacted.
    nested = f"{options.nested} --no-take" if redacts(runbook) else options.nested
    env = unattended(environment(runbook, nested=nested))
    tally = Tally(steps)
    printer = _printer(runbook, options, fd)
    audience = Audience(printer, [tally, *([guest] if guest else [])], watched)
    with contextlib.ExitStack() as stack:
        stack.callback(printer.close)
        whole = len(steps) == len(runbook.steps)
        writer = _writer(runbook, options, env, redaction.text, whole=whole)
        if writer:
            # The first: a signal that comes while output is printed takes nothing from the record.
            audience.record(stack.enter_context(writer))
        if options.environment:
            audience(Notice(f"rehearsed on {options.environment}"))
        edits = stack.enter_context(Edits(steps))
        env["CUEBOOK_EDITS"] = edits.variable
        judging = _judging(runbook, steps, options, edits, audience)
        number = _perform(
            runbook,
            steps,
            options,
            env=env,
            audience=audience,
            judges=judging,
            redaction=redaction,
        )
        approval = Approval(judging.blocks.approved if judging else {})
        rehearsed = Rehearsed(tally, number, redaction.text, approval.now)
        problem = ""
        if options.approve and redaction.is_shut:
            # What was not seen is not what came.
            audience(Notice("nothing is approved, as a `@redact` could not be done"))
        elif options.approve:
            problem = _approve(approval, judging, audience)
        if writer:
            reason = f"ended by signal {number}" if number else ""
            writer.finish(3 if problem else rehearsed.status, problem or reason)
    if problem:
        raise PerformanceError(problem)
    return rehearsed


def _ended(step: Step) -> Step:
    """Return a step that goes on for ever with an end."""
    end = Directive("for", TIME, step.place)
    return replace(step, modifiers=(*step.modifiers, end))


def _printer(runbook: Runbook, options: Options, fd: int) -> Printer:
    """Return what prints the rehearsal."""
    total = len(runbook.steps)
    progress = log = None
    if options.progress:
        from runner.rehearsal.progress import Progress

        progress = Progress(fd, total=total, colour=options.colour)
    if not os.isatty(fd):
        rows, columns = terminal_size()
        log = Log(columns, rows)
    return Printer(fd, colour=options.colour, total=total, progress=progress, log=log)


def _judging(
    runbook: Runbook, steps: Sequence[Step], options: Options, edits: Edits, sink: Sink
) -> Judging | None:
    """Return who judges the commands; None where nothing but their exit status counts."""
    judged = any(m.name in _JUDGED for step in steps for m in step.modifiers)
    if not judged and all(step.kind is not Kind.OUTPUT for step in runbook.steps):
        return None
    from runner.rehearsal.blocks import Blocks
    from runner.rehearsal.judging import Judging

    size = terminal_size()
    blocks = Blocks(runbook.steps, steps, hooks=options.hooks, size=size, approve=options.approve)
    for output in blocks.unchecked:
        what = "left as it is" if options.approve else "not checked"
        of_its_own = any(s.kind is Kind.COMMAND and s.block == output.block for s in runbook.steps)
        why = "since some of the block's commands are left out"
        why = why if of_its_own else "since no command stands in the block itself"
        sink(Notice(f"{_fence(output.place)}: {what}, {why}", output))
    return Judging(blocks, edits, size=size)


def _fence(place: Place) -> Place:
    """Where an `output` block begins, by the place of its content."""
    return replace(place, line=place.line - 1)


def _approve(approval: Approval, judging: Judging | None, sink: Sink) -> str:
    """Write the output that came into the `output` blocks, and tell which are left alone, and why.

    Returns:
        What cannot be written, a sentence; "" where all is.
    """
    problems = []
    for path in judging.blocks.approved if judging else ():
        try:
            sink(Notice(approval.write(path)))
        except ApprovalError as error:
            problems.append(str(error))
    for output, why in judging.blocks.left if judging else ():
        place = _fence(approval.now(output.place))
        sink(Notice(f"{place}: left as it is, since {why}", output))
    if judging is None or not judging.blocks:
        sink(Notice("there is no output block in which something could be approved"))
    return "; ".join(problems)


def _fetch(argument: str, timeout: float) -> str:
    """Fetch a page; see `runner.rehearsal.fetch`, which takes its time to import."""
    from runner.rehearsal.fetch import fetch

    return fetch(argument, timeout)


def _perform(
    runbook: Runbook,
    steps: Sequence[Step],
    options: Options,
    *,
    env: dict[str, str],
    audience: Audience,
    judges: Judges | None,
    redaction: Redaction,
) -> int:
    """Perform the steps. Returns the number of the signal that ended it, or 0."""

    def idle() -> None:
        director.idle()
        audience.idle()

    def output(data: bytes) -> None:
        director.output(data)

    shell = _shell(runbook, options, env, output, idle)
    limits = Limits(
        timeout=options.timeout or runbook.front.timeout or TIMEOUT,
        deadline=options.deadline,
        attended=False,
    )
    director = Director(
        shell,
        runbook.hooks,
        Directions(keep_going=options.keep_going, hooks=options.hooks, limits=limits),
        audience,
        judges=judges,
        fetch=_fetch,
        redaction=redaction,
        simulated=Simulated() if options.environment else None,
    )
    with signals_interrupt():
        try:
            with shell:
                director.perform(steps)
        except Interrupted as interrupted:
            return interrupted.number
    return 0


def _shell(
    runbook: Runbook,
    options: Options,
    env: dict[str, str],
    output: Callable[[bytes], None],
    idle: Callable[[], None],
) -> Shell:
    """Return the shell, which has not started yet."""
    rows, columns = terminal_size()
    return Shell(
        output=output,
        idle=idle,
        name=str(runbook.path),
        args=options.args,
        cwd=folder(runbook, options.cwd),
        env=env,
        rows=rows,
        columns=columns,
        export=runbook.front.export,
        definitions=definitions(runbook.hooks, options.hooks),
    )


def _writer(
    runbook: Runbook,
    options: Options,
    env: dict[str, str],
    redacted: Callable[[str], str],
    *,
    whole: bool,
) -> Writer | None:
    """Begin the take."""
    path = options.take
    if path is None:
        return None
    from runner.take.header import header
    from runner.take.writer import Writer

    head = header(
        runbook,
        "rehearsed",
        size=terminal_size(),
        env=env,
        environment=options.environment,
        whole=whole,
    )
    return Writer(path, head, runbook.steps, redacted=redacted)
