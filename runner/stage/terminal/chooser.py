"""A list on the whole screen to choose from, narrowed down by typing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from runner.stage.terminal.fit import fit
from runner.stage.terminal.keys import Key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.stage.terminal.keyboard import Keyboard
    from runner.stage.terminal.terminal import Terminal

_INDENT = 2  # columns a level
_HINTS = ("RETURN goes there · type to search · ESC goes back", "RETURN goes · ESC leaves")


class Mark(StrEnum):
    """What became of an entry; a sign, so that it needs no colour."""

    NONE = " "
    DONE = "✓"
    FAILED = "✗"
    AHEAD = "·"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line to choose.

    Attributes:
        label: What it says; one line is shown of it.
        indent: How deep it stands.
        mark: What became of it.
    """

    label: str
    indent: int = 0
    mark: Mark = Mark.NONE


def choose(
    entries: Sequence[Entry], *, terminal: Terminal, keyboard: Keyboard, selected: int = 0
) -> int | None:
    """Let the speaker choose an entry; then the screen is as it was.

    The arrows, PAGE UP, PAGE DOWN, HOME and END move. Any character narrows the list down to the
    entries that contain each of the words, BACKSPACE takes it back. RETURN chooses.

    Args:
        entries: What to choose from.
        terminal: Where it is drawn.
        keyboard: The terminal's.
        selected: Index of the entry to begin at.

    Returns:
        The entry's index, or None after ESC, CTRL-C, or where there is nothing to choose or the
        terminal is a plain one.

    Raises:
        TerminalGone: The terminal hung up.
    """
    if not entries or terminal.plain:
        return None
    chooser = _Chooser(entries, terminal, selected)
    with terminal.listening(), terminal.full_screen(), terminal.on_resize(chooser.draw):
        while True:
            chooser.draw()
            key = keyboard.next(None)
            if key in (Key.ESCAPE, Key.INTERRUPT):
                return None
            if key is not Key.RUN:
                chooser.press(key or "")
            elif chooser.found:
                return chooser.selected


class _Chooser:
    """The list's state: what is searched for, found and selected."""

    def __init__(self, entries: Sequence[Entry], terminal: Terminal, selected: int) -> None:
        self._entries = entries
        self._terminal = terminal
        self._search = ""
        self.found = list(range(len(entries)))
        self.selected = min(max(selected, 0), len(entries) - 1)
        self._top = self.selected - self._room() // 2  # position in `found` of the first line

    def press(self, key: str) -> None:
        """Obey a key."""
        page = max(1, self._room() - 1)
        steps = {Key.UP: -1, Key.DOWN: 1, Key.PAGE_UP: -page, Key.PAGE_DOWN: page}
        ends = {Key.HOME: -len(self._entries), Key.END: len(self._entries)}
        if key in steps or key in ends:
            self._move((steps | ends)[Key(key)])
        elif key is Key.BACKSPACE:
            self._narrow(self._search[:-1])
        elif len(key) == 1 and key.isprintable():
            self._narrow(self._search + key)

    def draw(self) -> None:
        """Draw everything, for the size that the terminal has now."""
        rows, columns = self._terminal.size()
        at = self._position()
        room = self._room()
        self._top = min(max(self._top, at - room + 1), at)
        self._top = max(0, min(self._top, len(self.found) - room))
        lines = [self._line(i, columns) for i in self.found[self._top : self._top + room]]
        if not lines:
            lines = [fit("    nothing has that in it", columns)]
        lines += [""] * (room - len(lines))
        head = fit(f"Go to: {self._search}", columns)
        if rows > 2:
            hint = next((hint for hint in _HINTS if len(hint) <= columns), _HINTS[-1])
            lines = [head, *lines, f"\x1b[2m{fit(hint, columns)}"]
        drawn = "".join(f"\x1b[{i};1H\x1b[0m\x1b[2K{text}" for i, text in enumerate(lines, 1))
        # The cursor stands where the next character of the search goes.
        self._terminal.write(f"\x1b[?25l{drawn}\x1b[0m\x1b[1;1H{head if rows > 2 else ''}\x1b[?25h")

    def _room(self) -> int:
        rows, _ = self._terminal.size()
        return rows - 2 if rows > 2 else rows

    def _line(self, index: int, columns: int) -> str:
        entry = self._entries[index]
        pointer = ">" if index == self.selected else " "
        text = f"{pointer} {entry.mark} {' ' * (_INDENT * entry.indent)}{entry.label}"
        text = fit(text, columns)
        return f"\x1b[7m{text}\x1b[0m" if index == self.selected else text

    def _position(self) -> int:
        return self.found.index(self.selected) if self.selected in self.found else 0

    def _move(self, by: int) -> None:
        if self.found:
            at = min(max(self._position() + by, 0), len(self.found) - 1)
            self.selected = self.found[at]

    def _narrow(self, search: str) -> None:
        self._search = search
        words = search.casefold().split()
        labels = [entry.label.casefold() for entry in self._entries]
        self.found = [i for i, label in enumerate(labels) if all(word in label for word in words)]
        if self.found and self.selected not in self.found:
            after = [i for i in self.found if i > self.selected]
            self.selected = after[0] if after else self.found[-1]
