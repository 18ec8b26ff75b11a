"""What a command's modifiers ask for, parsed: its time, what it is typed, what is edited."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.book.arguments import seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.book.model import Step

_ESCAPE = re.compile(rb"\\x([0-9A-Fa-f]{2})|\\(.)|\^([@-_?a-z])", re.DOTALL)
_DURATIONS = ("timeout", "until", "for")
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"e": b"\x1b", b"b": b"\b"}


@dataclass(frozen=True, slots=True)
class Demands:
    """What a command's modifiers ask for.

    Attributes:
        timeout: Seconds that it may take, by `@timeout`.
        until: Seconds within which it has to succeed, by `@until`: it is tried again till then.
        stop: Seconds after which it is interrupted, which is success, by `@for`.
        answers: What it is typed, by `@type`, one each time that it waits.
        edits: The sed scripts that edit, by `@edit`, one each time that it opens an editor.
        exits: The exit statuses that count as success, by `@exit`.
    """

    timeout: float | None = None
    until: float | None = None
    stop: float | None = None
    answers: tuple[bytes, ...] = ()
    edits: tuple[str, ...] = ()
    exits: frozenset[int] = frozenset({0})


def objection(step: Step, filled: Callable[[str], str]) -> str:
    """Return what is wrong with what a command's step asks for, once variables are filled in.

    Returns:
        A sentence without a value, which may be a secret; "" where nothing is wrong.
    """
    for modifier in step.modifiers:
        if modifier.name in _DURATIONS and seconds(filled(modifier.argument)) is None:
            return f"{modifier}: its value is no duration such as 90s or 5m"
        if modifier.name == "exit" and not statuses(filled(modifier.argument)):
            return f"{modifier}: its value is no exit status"
    return ""


def demands(step: Step, filled: Callable[[str], str]) -> Demands:
    """Return what a command's step asks for.

    Args:
        step: The step.
        filled: Fills in the variables of an argument.
    """
    if not step.modifiers:
        return Demands()

    def last(name: str) -> float | None:
        found = step.modifier(name)
        return seconds(filled(found.argument)) if found else None

    def every(name: str) -> list[str]:
        return [m.argument for m in step.modifiers if m.name == name]

    exits = step.modifier("exit")
    return Demands(
        timeout=last("timeout"),
        until=last("until"),
        stop=last("for"),
        answers=tuple(typed(filled(argument)) for argument in every("type")),
        edits=tuple(every("edit")),
        exits=frozenset(statuses(filled(exits.argument))) if exits else frozenset({0}),
    )


def statuses(text: str) -> set[int]:
    """Return the exit statuses that a text names; what is none, as a value may be, is no status."""
    return {int(word) for word in text.split() if word.isdecimal() and len(word) < 4}


def typed(text: str) -> bytes:
    r"""Return the bytes that are typed for an argument of `@type`.

    `\n` is RETURN, `\e` ESCAPE, `\t` TAB, `\xHH` a byte, `^C` CTRL-C, `^?` BACKSPACE; a backslash
    before anything else takes its meaning away, as in `\^`.
    """

    def meant(match: re.Match[bytes]) -> bytes:
        byte, letter, control = match.groups()
        if byte:
            return bytes([int(byte, 16)])
        if letter:
            return _LETTERS.get(letter, letter)
        return b"\x7f" if control == b"?" else bytes([ord(control.upper()) - 64])

    return _ESCAPE.sub(meant, text.encode("utf-8", "surrogateescape"))
