"""A presentation: a runbook performed live, from its file to the closing line."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.shell.shell import Shell
from runner.show.director import Directions, Director, Interrupted, signals_interrupt
from runner.show.environment import environment, folder
from runner.show.events import Ended, Outcome, Output
from runner.show.hooks import definitions
from runner.stage.look.paint import paint
from runner.stage.presenter import Presenter
from runner.stage.terminal.keyboard import Keyboard
from runner.stage.terminal.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.book.model import Runbook, Step
    from runner.show.events import Event
    from runner.stage.look.theme import Theme
    from runner.stage.manner import Manner

_PROMPT = Path(__file__).with_name("prompt.bash")


@dataclass(frozen=True, slots=True)
class Options:
    """How to present.

    Attributes:
        theme: How it looks.
        manner: How commands are typed.
        hooks_log: The file that hooks write to.
        cwd: The directory that commands start in; None for the runbook's own, or ours.
        args: `$1` and on.
        nested: It is performed by a runbook, which says the closing line.
    """

    theme: Theme
    manner: Manner
    hooks_log: Path = Path(os.devnull)
    cwd: Path | None = None
    args: tuple[str, ...] = ()
    nested: bool = False


@dataclass
class _Count:
    """What has run, failed and been skipped."""

    outcomes: dict[Outcome, int] = field(default_factory=dict)

    def __call__(self, event: Event) -> None:
        if isinstance(event, Ended) and event.step.kind is Kind.COMMAND:
            self.outcomes[event.outcome] = self.outcomes.get(event.outcome, 0) + 1

    def line(self, seconds: float) -> str:
        ran = self.outcomes.get(Outcome.PASSED, 0) + self.outcomes.get(Outcome.FAILED, 0)
        commands = "1 command" if ran == 1 else f"{ran} commands"
        failed, skipped = (self.outcomes.get(o, 0) for o in (Outcome.FAILED, Outcome.SKIPPED))
        minutes, rest = divmod(int(seconds), 60)
        return f"{commands} ran, {failed} failed, {skipped} skipped, {minutes}:{rest:02} minutes"


def present(runbook: Runbook, steps: Sequence[Step], options: Options) -> int:
    """Present the steps of a runbook that has no errors. Returns the exit status.

    Raises:
        ShellError: There is no shell.
        TerminalGone: The terminal hung up.
    """
    terminal = Terminal(plain=os.environ.get("TERM", "dumb") == "dumb")
    with signals_interrupt(), terminal, terminal.listening():
        return _Show(runbook, steps, options, terminal).perform()


class _Show:
    """One presentation: the shell, the stage and the director, put together."""

    def __init__(
        self, runbook: Runbook, steps: Sequence[Step], options: Options, terminal: Terminal
    ) -> None:
        self._steps = steps
        self._options = options
        self._terminal = terminal
        self._count = _Count()
        rows, columns = terminal.size()
        self._shell = Shell(
            output=lambda data: self._sink(Output(data)),
            name=str(runbook.path),
            args=options.args,
            cwd=folder(runbook, options.cwd),
            env=environment(runbook, nested="present --nested --no-init"),
            rows=rows,
            columns=columns,
            export=runbook.front.export,
            definitions=definitions(runbook.hooks, active=True, log=options.hooks_log),
        )
        self._presenter = Presenter(
            steps,
            terminal=terminal,
            keyboard=Keyboard(terminal),
            theme=options.theme,
            manner=options.manner,
            prompt=self._prompt,
        )
        directions = Directions(
            keep_going=True, timeout=runbook.front.timeout, hooks=True, keyboard=0
        )
        self._director = Director(
            self._shell,
            runbook.hooks,
            directions,
            self._sink,
            pace=self._presenter,
            running=terminal.passing,
        )

    def perform(self) -> int:
        status = 0
        resized = self._terminal.on_resize(
            lambda: self._shell.resize(*self._terminal.size()), at_once=True
        )
        with self._shell, resized:
            try:
                self._director.perform(self._steps)
            except Interrupted as interrupted:
                status = 128 + interrupted.number
        if not self._options.nested:
            line = self._count.line(self._options.manner.elapsed())
            theme = self._options.theme
            self._terminal.write(f"\n{paint(line, theme.notice, theme=theme)}\n")
        return status

    def _sink(self, event: Event) -> None:
        self._presenter(event)
        self._count(event)

    def _prompt(self) -> None:
        """Let the speaker type commands in the live shell, until CTRL-D."""
        text = _PROMPT.read_text()
        with self._terminal.passing():
            ending = self._shell.run(text, valid=True, keyboard=0)
        if not ending.alive:
            self._shell.restart()
