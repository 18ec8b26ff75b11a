"""A presentation: a runbook performed live, from its file to the closing line."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from runner.shell.ending import status_of
from runner.shell.shell import Shell, ShellError
from runner.show.command import Limits
from runner.show.director import Directions, Director
from runner.show.environment import environment, folder
from runner.show.events import Ended, Notice, Outcome, PerformanceError
from runner.show.files import state_folder
from runner.show.finish import How
from runner.show.hooks import Dry, Live, definitions
from runner.show.redaction import Redaction, redacts
from runner.show.signals import Interrupted, signals_interrupt
from runner.show.simulated import PAGE, Simulated
from runner.stage.bookmark import digest
from runner.stage.browser import Browser
from runner.stage.expectations import Expectations
from runner.stage.look.paint import paint
from runner.stage.presenter import Presenter
from runner.stage.terminal.keyboard import Keyboard
from runner.stage.terminal.terminal import Terminal, TerminalGone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.book.model import Runbook, Step
    from runner.shell.state import State
    from runner.show.events import Event
    from runner.show.finish import Finish
    from runner.stage.bookmark import Bookmark
    from runner.stage.look.theme import Theme
    from runner.stage.manner import Manner
    from runner.take.writer import Writer

_PROMPT = Path(__file__).with_name("prompt.bash")


@dataclass(frozen=True, slots=True)
class Options:
    """How to present.

    Attributes:
        theme: How it looks.
        manner: How commands are typed.
        bookmark: What remembers where the show stands; None where another show does, whose
            runbook performs this one.
        resumed: Why the show begins in the middle, a sentence; "" where it does not.
        scene_log: The file that hooks are written to instead of being run, or None.
        take: Where the take is written, None for none.
        cwd: The directory that commands start in; None for the runbook's own, or ours.
        args: `$1` and on.
        environment: The label of the environment that was entered, "" for the real one.
        nested: The options again as words, for runbooks that a runbook performs.
    """

    theme: Theme
    manner: Manner
    bookmark: Bookmark | None = None
    resumed: str = ""
    scene_log: Path | None = None
    take: Path | None = None
    cwd: Path | None = None
    args: tuple[str, ...] = ()
    environment: str = ""
    nested: str = ""


@dataclass
class _Count:
    """What has run, failed and been skipped."""

    outcomes: dict[Outcome, int] = field(default_factory=dict)
    hidden: int = 0

    def __call__(self, event: Event) -> None:
        if not isinstance(event, Ended):
            return
        if event.counts or event.outcome is Outcome.SIMULATED:  # a page, too
            self.outcomes[event.outcome] = self.outcomes.get(event.outcome, 0) + 1
        if event.counts:
            self.hidden += not event.step.displayed

    def line(self, seconds: float) -> str:
        ran = self.outcomes.get(Outcome.PASSED, 0) + self.outcomes.get(Outcome.FAILED, 0)
        commands = "1 command" if ran == 1 else f"{ran} commands"
        hidden = f" ({self.hidden} hidden)" if self.hidden else ""
        failed, skipped = (self.outcomes.get(o, 0) for o in (Outcome.FAILED, Outcome.SKIPPED))
        simulated = self.outcomes.get(Outcome.SIMULATED, 0)
        more = f", {simulated} simulated" if simulated else ""
        minutes, rest = divmod(int(seconds), 60)
        return (
            f"{commands} ran{hidden}, {failed} failed, {skipped} skipped{more}, {minutes}:{rest:02}"
        )


def present(runbook: Runbook, steps: Sequence[Step], options: Options) -> int:
    """Present the steps of a runbook that has no errors. Returns the exit status.

    Raises:
        ShellError: There is no shell.
    """
    terminal = Terminal(plain=os.environ.get("TERM", "dumb") == "dumb")
    try:
        with signals_interrupt(), terminal, terminal.listening():
            return _Show(runbook, steps, options, terminal).perform()
    except TerminalGone:
        return status_of(signal.SIGHUP)


class _Show:
    """One presentation: the shell, the stage and the director, put together."""

    def __init__(
        self, runbook: Runbook, steps: Sequence[Step], options: Options, terminal: Terminal
    ) -> None:
        self._steps = steps
        self._options = options
        self._terminal = terminal
        self._hooks = runbook.hooks
        self._bookmark = options.bookmark
        self._changed = True
        self._left = False
        self._opened = False
        self._count = _Count()
        self._log = Path(os.devnull)
        self._writer: Writer | None = None
        rows, columns = terminal.size()
        self._redaction = Redaction(runbook.front.redact)
        quiet = " --no-take" if redacts(runbook) else ""
        env = environment(runbook, nested=options.nested + quiet)
        self._prepare(runbook, env)
        log = options.scene_log
        self._browser = Browser(env, self._log)
        self._shell = Shell(
            output=lambda data: self._director.output(data),  # noqa: PLW0108 - it comes later
            idle=lambda: self._director.idle(),  # noqa: PLW0108
            name=str(runbook.path),
            args=options.args,
            cwd=folder(runbook, options.cwd),
            env=env,
            rows=rows,
            columns=columns,
            export=runbook.front.export and not (self._bookmark and self._bookmark.state),
            definitions=definitions(runbook.hooks, Dry(log) if log else Live(self._log)),
        )
        self._keyboard = Keyboard(terminal)
        self._presenter = Presenter(
            steps,
            terminal=terminal,
            keyboard=self._keyboard,
            theme=options.theme,
            manner=options.manner,
            backstage=self,
        )
        directions = Directions(
            keep_going=True,
            hooks=True,
            resumable=self._bookmark is not None,
            limits=Limits(timeout=runbook.front.timeout, keyboard=0),
        )
        self._director = Director(
            self._shell,
            runbook.hooks,
            directions,
            self._sink,
            pace=self._presenter,
            running=self._running,
            judges=Expectations(),
            redaction=self._redaction,
            simulated=Simulated() if options.environment else None,
        )

    def _prepare(self, runbook: Runbook, env: dict[str, str]) -> None:
        """Open what is written beside the show; where that cannot be, the show goes on without."""
        label = self._options.environment
        self._troubles: list[str] = [f"presented on {label}"] if label else []
        try:
            self._log = state_folder() / "hooks.log"
            self._log.touch()
            if self._bookmark is not None and not self._options.resumed:
                # Else it is that of the show around this one, or of the same one.
                self._log.replace(self._log.with_suffix(".log.1"))
                self._log.touch()
            self._log.with_name("hooks.log.last").write_bytes(b"")
        except OSError as error:
            self._log = Path(os.devnull)
            self._troubles.append(f"what hooks say is lost: {error}")
        if self._options.take is None:
            return
        from runner.take.header import header
        from runner.take.writer import Writer

        try:
            size = self._terminal.size()
            whole = len(self._steps) == len(runbook.steps)
            head = header(runbook, "presented", size=size, env=env, environment=label, whole=whole)
            self._writer = Writer(
                self._options.take, head, runbook.steps, redacted=self._redaction.text
            )
        except PerformanceError as error:
            self._troubles.append(str(error))

    def perform(self) -> int:
        """Present it all. Returns the exit status."""
        resized = self._terminal.on_resize(
            lambda: self._shell.resize(*self._terminal.size()), at_once=True
        )
        with self._shell, resized:
            try:
                for trouble in self._troubles:
                    self._sink(Notice(trouble))
                self._resume()
                status = self._finished(self._director.perform(self._steps))
            except Interrupted as interrupted:
                status = status_of(interrupted.number)
                self._leave()
            except BaseException:
                self._leave()
                raise
        self._close(status)
        return status

    # Backstage, for the presenter

    def mark(self, step: Step) -> None:
        """Remember that this step is up; see `Backstage`."""
        if self._bookmark is None:
            return
        state = self._state() if self._changed else self._bookmark.state
        self._changed = False
        self._bookmark = replace(self._bookmark, step=step.number, digest=digest(step), state=state)
        try:
            self._bookmark.save()
        except OSError as error:
            self._bookmark = None
            self._sink(Notice(f"from here on, nothing is remembered for --resume: {error}"))

    def prompt(self) -> None:
        """Let the speaker type commands in the live shell, until CTRL-D."""
        self._changed = True
        text = _PROMPT.read_text()
        while True:
            with self._running():
                ending = self._shell.run(text, valid=True, keyboard=0)
            # CTRL-C ends a line or a command, and not the prompt.
            if ending.status != status_of(signal.SIGINT) or not ending.alive:
                break
        if not ending.alive:
            self._sink(Notice(f"going on in a new shell. {self._shell.restart()}".rstrip()))

    def open_page(self, url: str) -> str:
        """Show a page in the browser; see `Backstage`."""
        if self._options.environment:
            return PAGE
        if not self._scene("show_browser", url):
            self._opened = True
            self._browser.open(url)
        return ""

    def close_page(self) -> str:
        """Come back from the page; see `Backstage`."""
        self._scene("show_terminal")
        opened, self._opened = self._opened, False
        return "no browser could be opened" if opened and self._browser.failed() else ""

    def fileno(self) -> int:
        """Return what can be read from once background jobs have printed; see `Backstage`."""
        return self._shell.fileno()

    def pump(self) -> bool:
        """Show what they have printed; see `Backstage`."""
        return self._shell.pump()

    def redacted(self, text: str) -> str:
        """Return a text without what may not be seen; see `Backstage`."""
        return self._redaction.text(text)

    # Within

    def _state(self) -> State | None:
        state = self._shell.save()
        return state and self._redaction.state(state)

    @contextlib.contextmanager
    def _running(self) -> Iterator[None]:
        """The terminal is the command's, with what was typed ahead."""
        with self._terminal.passing():
            if ahead := self._keyboard.pending():
                self._shell.type(ahead)
            yield

    def _scene(self, hook: str, *args: str) -> bool:
        """Run a hook; whether it does something."""
        variable = self._hooks.get(hook, "")
        if not self._shell.values([variable]).get(variable):
            return False
        self._shell.run(shlex.join([hook, *args]), valid=True)
        return True

    def _sink(self, event: Event) -> None:
        if self._left:
            return  # the terminal may be gone
        self._changed = self._changed or isinstance(event, Ended)
        self._presenter(event)
        self._count(event)
        if self._writer:
            try:
                self._writer(event)
            except PerformanceError as error:
                self._writer = None
                self._sink(Notice(str(error)))

    def _resume(self) -> None:
        """Bring back what the show had that was interrupted."""
        if self._bookmark is None or not self._options.resumed:
            return
        state = self._bookmark.state
        lost = self._shell.restore(state) if state else "The shell's state was not saved."
        self._sink(Notice(f"{self._options.resumed} {lost}".rstrip()))

    def _finished(self, finish: Finish) -> int:
        """Forget the bookmark of a show that is over. Returns the exit status."""
        if self._bookmark is not None and finish.how is How.END:
            with contextlib.suppress(OSError):  # it is overwritten by the next show
                self._bookmark.remove()
            self._bookmark = None
        nested = self._options.bookmark is None
        return finish.status if nested else int(finish.how is How.FAILED)

    def _leave(self) -> None:
        """End the shell where it stands, for `--resume`."""
        self._left = True
        # A hang-up often comes twice; a function, since children inherit what is ignored.
        signal.signal(signal.SIGHUP, lambda *_: None)
        state = None
        with contextlib.suppress(OSError, ShellError):  # what ended the show is to be told
            state = self._shell.detach()
        state = state and self._redaction.state(state)
        if self._bookmark is not None:
            with contextlib.suppress(OSError):  # what was saved at the last wait is there
                replace(self._bookmark, state=state or self._bookmark.state).save()

    def _close(self, status: int) -> None:
        """Write the closing line, and the take's last."""
        if self._writer:
            with contextlib.suppress(PerformanceError), self._writer:
                self._writer.finish(status, "" if self._bookmark is None else "it was left early")
        if self._options.bookmark is None:
            return
        label = self._options.environment
        line = self._count.line(self._options.manner.elapsed())
        lines = [f"presented on {label}: {line}" if label else line]
        if self._bookmark is not None:
            lines.append("to go on here: cuebook present --resume")
        if self._log.is_file() and self._log.stat().st_size:
            lines.append(f"hooks and the browser had something to say: {self._log}")
        theme = self._options.theme
        text = "\n".join(paint(line, theme.notice, theme=theme) for line in lines)
        self._terminal.write(f"\n{text}\n")
