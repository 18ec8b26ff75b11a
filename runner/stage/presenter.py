"""The presenter: it shows each step on the terminal and obeys the speaker's keys."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Protocol

from runner.book.model import Kind
from runner.show.events import Closed, Ended, Notice, Outcome, Output
from runner.show.pace import PAUSE, Move
from runner.stage.contents import contents, following
from runner.stage.look import code, prose
from runner.stage.look.paint import paint
from runner.stage.page import Page
from runner.stage.terminal.chooser import choose
from runner.stage.terminal.help import show_help, show_notes
from runner.stage.terminal.keys import Key, in_show
from runner.stage.terminal.status import Status, status
from runner.stage.terminal.typist import type_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from runner.book.model import Step
    from runner.shell.ending import Ending
    from runner.show.events import Event
    from runner.stage.look.theme import Theme
    from runner.stage.manner import Manner
    from runner.stage.terminal.keyboard import Keyboard
    from runner.stage.terminal.terminal import Terminal

_MOVES = {
    Key.RUN: Move.PERFORM,
    Key.SKIP: Move.SKIP,
    Key.REPEAT: Move.REPEAT,
    Key.QUIT: Move.QUIT,
}
_HOLDS = (Kind.WAIT, Kind.BROWSE)


class Backstage(Protocol):
    """What the presenter has done for it."""

    def mark(self, step: Step) -> None:
        """Remember that this step is up, so that the show can go on here."""
        ...

    def fileno(self) -> int:
        """Return what can be read from once background jobs have printed."""
        ...

    def pump(self) -> bool:
        """Show what they have printed. Returns whether there may be more, ever."""
        ...

    def redacted(self, text: str) -> str:
        """Return a text without what may not be seen."""
        ...

    def prompt(self) -> None:
        """Let the speaker type commands in the live shell."""
        ...

    def open_page(self, url: str) -> str:
        """Show a page in the browser. Returns why it is simulated instead, else ""."""
        ...

    def close_page(self) -> str:
        """Come back from the page. Returns a complaint where it could not be opened, else ""."""
        ...


class Presenter:
    """The stage as a sink and as the pace of a performance.

    The terminal must be `listening` whenever it is called.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        *,
        terminal: Terminal,
        keyboard: Keyboard,
        theme: Theme,
        manner: Manner,
        backstage: Backstage,
    ) -> None:
        """Present `steps`.

        Args:
            steps: All steps of the show, for the list of what can be gone to.
            terminal: The speaker's terminal.
            keyboard: Its keys.
            theme: How it looks.
            manner: How commands are typed.
            backstage: Does what is not the stage's.
        """
        self._steps = steps
        self._terminal = terminal
        self._keyboard = keyboard
        self._theme = theme
        self._manner = manner
        self._backstage = backstage
        self._random = Random()  # noqa: S311
        self._outcomes: dict[int, Outcome] = {}
        self._labels: dict[Path, Mapping[str, str]] = {}
        self._notes = ("", "")  # a heading, and what is to be remembered below it
        self._page = Page(terminal, theme)
        self._up = ""
        self._typed: set[int] = set()
        self._status = Status(terminal)
        self._told = 0  # the last step of which it was said before its end that it is simulated
        self._quit = False  # Q was pressed where the step that was up came to its end first

    def __call__(self, event: Event) -> None:
        """Take an event: show a command's output and how it ended."""
        match event:
            case Output(data):
                self._page.output(data)
            case Ended(step, outcome) if event.counts:
                self._outcomes[step.number] = outcome
                if outcome is Outcome.SKIPPED:
                    self._page.line("skipped", self._theme.notice)
                elif outcome is Outcome.FAILED:
                    self._page.line(f"✗ {event.told}", self._theme.failure)
                elif outcome is Outcome.SIMULATED:
                    self._page.line(f"≈ simulated: {event.told}", self._theme.notice)
            case Ended(step, Outcome.SIMULATED) if step.number != self._told:
                self._page.line(f"≈ simulated: {event.told}", self._theme.notice)
            case Ended(_, Outcome.FAILED):
                self._page.line(f"✗ {event.told}", self._theme.failure)
            case Closed(_, reason) if reason:
                self._page.line(f"✗ {reason}", self._theme.failure)
            case Notice(text):
                self._page.line(text, self._theme.notice)

    def before(self, step: Step, text: str) -> Move | int:
        """Show a step and wait for its moment; see `Pace`."""
        if step.shown or step.kind in _HOLDS:
            self._backstage.mark(step)
        match step.kind:
            case Kind.WAIT:
                return self._wait(step)
            case Kind.BROWSE:
                return self._browse(step, text)
            case Kind.COMMAND | Kind.MACRO:
                return self._command(step, text)
            case Kind.CLEAR:
                self._page.clear()
            case Kind.NOTE:
                self._notes = (step.heading, text)
            case Kind.PRINT:
                width = self._page.columns
                self._page.write(prose.comment(text, theme=self._theme, width=width))
            case Kind.TYPED if step.shown:
                self._type(text, at_once=False)
                self._page.write("\n")
            case Kind.CODE if step.shown:
                width = self._page.columns
                block = code.block(text, step.language, theme=self._theme, width=width)
                self._page.paragraph(f"{block}\n")
            case Kind.PROSE if step.shown:
                self._page.paragraph(self._prose(step, text))
        return Move.PERFORM

    def after(self, step: Step) -> Move | int:
        """Wait once a command has run, where it asks for that; quit where Q was pressed then."""
        if self._quit:
            return Move.QUIT
        if step.shown and step.modifier("waitafter"):
            return self._wait(step)
        return Move.PERFORM

    def again(self, step: Step, attempts: int, left: float) -> bool:
        """Count down to the next attempt; RETURN makes it at once, CTRL-C gives up, Q quits too."""
        del step
        until = time.monotonic() + min(PAUSE, left)
        minutes, rest = divmod(math.ceil(left), 60)
        tried = "once" if attempts == 1 else f"{attempts} times"
        line = f"not yet · tried {tried} · {minutes}:{rest:02} left · CTRL-C gives up"
        self._page.fleeting(line)
        while (pause := until - time.monotonic()) > 0:
            key = in_show(self._keyboard.next(pause))
            if key is Key.RUN:
                return True
            if key in (Key.INTERRUPT, Key.QUIT, Key.SKIP):
                self._quit = key is Key.QUIT
                return False
        return True

    def clean_up(self) -> bool:
        """Ask whether to clean up."""
        question = "RETURN: clean up · Q: leave everything as it is"
        return self._asked(question)

    def revive(self, step: Step, ending: Ending) -> bool:
        """Let the speaker choose between a new shell and the end."""
        del step, ending
        question = "RETURN: go on in a new shell with the state that was saved · Q: end here"
        return self._asked(question)

    def _asked(self, question: str) -> bool:
        """Whether the answer is RETURN, and not Q."""
        self._page.line(question, self._theme.notice)
        while True:
            key = in_show(self._keyboard.next(None))
            if key is Key.RUN:
                return True
            if key in (Key.QUIT, Key.INTERRUPT):
                return False

    def _prose(self, step: Step, text: str) -> str:
        if step.language == "shell":
            return prose.comment(text, theme=self._theme, width=self._page.columns)
        links = self._links(step.place.file)
        shown = prose.prose(text, theme=self._theme, width=self._page.columns, links=links)
        return f"{shown}\n" if shown else ""

    def _links(self, file: Path) -> Mapping[str, str]:
        """Where the labels of a file's links lead; they may be defined anywhere in it."""
        if file not in self._labels:
            own = (s.text for s in self._steps if s.kind is Kind.PROSE and s.place.file == file)
            self._labels[file] = prose.link_targets(own)
        return self._labels[file]

    def _command(self, step: Step, text: str) -> Move | int:
        if not step.displayed:
            return Move.PERFORM
        at_once = step.number in self._typed or step.modifier("notypeout") is not None
        self._typed.add(step.number)
        self._up = text
        key = self._type(text, at_once=at_once)
        move: Move | int = Move.PERFORM
        if key is not None and key is not Key.RUN:
            answer = self._obey(key, step)
            move = self._wait(step) if answer is None else answer
        elif key is None and not step.modifier("nowaitbefore"):
            move = self._wait(step)
        self._page.write("\n")
        self._up = ""
        return move

    def _type(self, text: str, *, at_once: bool) -> Key | None:
        """Show the prompt and type a command. Returns the key that ended the typing."""
        self._page.fresh()
        self._page.write(paint(self._manner.prompt, self._theme.prompt, theme=self._theme))
        cells = code.cells(text.rstrip(), theme=self._theme)
        if at_once or not self._manner.typing:
            self._page.write("".join(cells))
            return None
        return type_out(
            cells,
            terminal=self._terminal,
            keyboard=self._keyboard,
            speed=self._manner.speed,
            random=self._random,
        )

    def _wait(self, step: Step) -> Move | int:
        """Wait until a key says what to do with a step."""
        if not self._manner.status:
            return self._wait_for_move(step, lambda: None, None)
        with self._status.shown(lambda columns: self._status_line(step, columns)) as redraw:
            return self._wait_for_move(step, redraw, 1.0)

    def _wait_for_move(
        self, step: Step, redraw: Callable[[], None], tick: float | None
    ) -> Move | int:
        def hear() -> bool:
            self._take_back()
            more = self._backstage.pump()
            self._reshow()
            redraw()
            return more

        while True:
            with self._terminal.watching(self._backstage, hear):
                key = in_show(self._keyboard.next(tick))
            if key is not None and (move := self._obey(key, step)) is not None:
                return move
            redraw()

    def _browse(self, step: Step, text: str) -> Move | int:
        """Show a page until a key comes back from it."""
        url, _, rest = text.partition(" ")
        if step.shown:
            self._page.line(f"→ {url} {rest.strip()}".rstrip(), self._theme.link)
        if simulated := self._backstage.open_page(url):
            self._told = step.number
            self._page.line(f"≈ simulated: {simulated}", self._theme.notice)
            return self._wait(step)
        move = self._wait(step)
        if complaint := self._backstage.close_page():
            self._page.line(complaint, self._theme.notice)
        return move

    def _status_line(self, step: Step, columns: int) -> str:
        return status(
            step=step.number,
            steps=self._steps[-1].number,
            seconds=self._manner.elapsed(),
            command=self._backstage.redacted(following(self._steps, step.number)),
            columns=columns,
        )

    def _obey(self, key: Key, step: Step) -> Move | int | None:
        """Do what a key says. Returns what becomes of the step, None to go on waiting."""
        if key in _MOVES:
            return _MOVES[key]
        match key:
            case Key.INTERRUPT:
                return self._ask_to_quit()
            case Key.GO:
                return self._go(step)
            case Key.HELP:
                show_help(terminal=self._terminal, keyboard=self._keyboard)
            case Key.NOTES:
                heading, notes = self._notes
                here = notes if heading == step.heading and notes else "There are none here."
                show_notes(here, terminal=self._terminal, keyboard=self._keyboard)
            case Key.PROMPT:
                self._page.write("\n")
                self._backstage.prompt()
                self._reshow()
        return None

    def _take_back(self) -> None:
        """Take the command away that is up, for something to come above it."""
        if self._up:
            parts = code.command(self._up.rstrip(), theme=self._theme)
            self._page.take_back(self._manner.prompt + "".join(part for _, part in parts))

    def _reshow(self) -> None:
        """Show the command that is up once more, below what has come in between."""
        if self._up:
            self._type(self._up, at_once=True)

    def _go(self, step: Step) -> int | None:
        entries, numbers = contents(self._steps, self._outcomes)
        entries = [replace(entry, label=self._backstage.redacted(entry.label)) for entry in entries]
        at = max((i for i, n in enumerate(numbers) if n <= step.number), default=0)
        chosen = choose(entries, terminal=self._terminal, keyboard=self._keyboard, selected=at)
        if chosen is None:
            return None
        self._typed = {number for number in self._typed if number < numbers[chosen]}
        return numbers[chosen]

    def _ask_to_quit(self) -> Move | None:
        self._page.line("CTRL-C again quits; any other key goes on", self._theme.notice)
        if self._keyboard.next(None) in (Key.INTERRUPT, Key.QUIT):
            return Move.QUIT
        self._reshow()
        return None
