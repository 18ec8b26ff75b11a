"""The keys and what they mean: one table, which the help shows and the presenter obeys."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


class Key(StrEnum):
    """A key that means something. That of a character has the character as its value."""

    RUN = "\r"
    FINISH = " "
    REPEAT = "-"
    SKIP = "+"
    PROMPT = "!"
    QUIT = "Q"
    HELP = "?"
    GO = "g"
    NOTES = "n"
    INTERRUPT = "\x03"
    ESCAPE = "\x1b"
    BACKSPACE = "\x7f"
    UP = "up"
    DOWN = "down"
    PAGE_UP = "page up"
    PAGE_DOWN = "page down"
    HOME = "home"
    END = "end"


class Meaning(NamedTuple):
    """What a key does, for a person.

    Attributes:
        label: The key as it is printed on it, with those that do the same.
        text: What it does, at a wait and while a command is typed.
    """

    label: str
    text: str


MEANINGS: Final = (
    Meaning("RETURN", "run the command, go on"),
    Meaning("SPACE", "finish the typing at once"),
    Meaning("-", "repeat the previous command"),
    Meaning("+", "skip this command"),
    Meaning("!", "a prompt in this shell; CTRL-D comes back"),
    Meaning("g", "go to a heading or a step"),
    Meaning("n", "this step's notes"),
    Meaning("?", "this help"),
    Meaning("CTRL-C", "stop the running command; at a wait: quit, after a question"),
    Meaning("Q", "quit"),
    Meaning("PAGE DOWN", "as RETURN: a clicker's forward"),
    Meaning("PAGE UP", "as -: a clicker's back"),
)
"""What help tells, in its order."""

_CLICKER = {Key.PAGE_DOWN: Key.RUN, Key.PAGE_UP: Key.REPEAT}


_IN_SHOW = frozenset(Key) - {
    Key.ESCAPE,
    Key.BACKSPACE,
    Key.UP,
    Key.DOWN,
    Key.PAGE_UP,
    Key.PAGE_DOWN,
    Key.HOME,
    Key.END,
}


def in_show(key: Key | str | None) -> Key | None:
    """Return what a key means at a wait and while typing; None for one that means nothing there.

    Clickers, and phones that act as one, send PAGE DOWN and PAGE UP.
    """
    if not isinstance(key, Key):
        return None
    key = _CLICKER.get(key, key)
    return key if key in _IN_SHOW else None
