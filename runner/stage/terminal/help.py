"""Screens that stand in front of the show until a key is pressed: the keys, the notes."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from runner.stage.terminal.fit import fit
from runner.stage.terminal.keys import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.stage.terminal.keyboard import Keyboard
    from runner.stage.terminal.terminal import Terminal

_LABEL = max(len(meaning.label) for meaning in MEANINGS) + 2
_LEAST = 12  # columns of a meaning, below which it is cut


def lines(columns: int) -> list[str]:
    """Return the help as lines of at most so many columns."""
    found = ["Keys, while a command is typed and at a wait"]
    if len(found[0]) > columns:
        found = ["Keys"]
    found.append("")
    for label, text in MEANINGS:
        parts = textwrap.wrap(text, max(columns - _LABEL, _LEAST))
        found += [
            f"{name:<{_LABEL}}{part}"
            for name, part in zip([label] + [""] * (len(parts) - 1), parts, strict=True)
        ]
    return [fit(line, columns) for line in found]


def show_help(*, terminal: Terminal, keyboard: Keyboard) -> None:
    """Show the keys until one is pressed; see `show_apart`."""
    show_apart(lines, terminal=terminal, keyboard=keyboard)


def show_notes(text: str, *, terminal: Terminal, keyboard: Keyboard) -> None:
    """Show the speaker's notes until a key is pressed; see `show_apart`."""

    def wrapped(columns: int) -> list[str]:
        found = ["Notes", ""]
        for line in text.split("\n"):
            found += textwrap.wrap(line, max(columns, _LEAST)) or [""]
        return [fit(line, columns) for line in found]

    show_apart(wrapped, terminal=terminal, keyboard=keyboard)


def show_apart(
    lines: Callable[[int], list[str]], *, terminal: Terminal, keyboard: Keyboard
) -> None:
    """Show lines until a key is pressed; then the screen is as it was.

    A plain terminal gets them below what is there, and nothing waits.

    Args:
        lines: Returns them for so many columns.
        terminal: The speaker's.
        keyboard: Its keys.
    """
    if terminal.plain:
        terminal.write("\n".join([*lines(terminal.size()[1]), ""]))
        return

    def draw() -> None:
        rows, columns = terminal.size()
        text = "".join(f"\r\x1b[2K{line}\r\n" for line in lines(columns)[: rows - 1])
        ending = fit("Any key goes back.", columns)
        terminal.write(f"\x1b[?25l\x1b[H\x1b[J{text}\x1b[{rows};1H\x1b[2m{ending}\x1b[0m")

    with terminal.listening(), terminal.full_screen(), terminal.on_resize(draw):
        draw()
        keyboard.next(None)
