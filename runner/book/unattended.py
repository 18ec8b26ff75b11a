"""Finding the commands that cannot end by themselves when nobody is at the keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.book import grammar, stdin, watching, words
from runner.book.model import Kind, Problem, Severity, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_EDITORS = frozenset({"vi", "vim", "nvim", "nano", "emacs", "pico", "ed"})
_ENDLESS = frozenset({*_EDITORS, "htop", "less", "more"})
_READING = frozenset({"ed", "read", "ssh"})
"""Those that end when their standard input does."""
_WATCHING = frozenset({"kubectl", "tail", "watch"})
_HELPFUL = frozenset({"edit", "type", "for", "live"})
_HELP = "`@type` types for it, `@for` ends it, `@live` leaves it out"
_BATCH = frozenset({"-batch", "--batch", "--headless", "-es", "-Es"})
_WATCHED = f"a rehearsal interrupts it after {watching.TIME}: `@for` sets another time"
_MOVES_INPUT = re.compile(r"\bexec\b[^|;\n]*<")
_PERHAPS = re.compile(
    r"\b(?:n?vim?|nano|emacs|pico|ed|h?top|less|more|read|ssh|watch|tail|kubectl)\b"
)


def unattended(steps: Iterable[Step]) -> Iterator[Problem]:
    """Yield a warning for each step that ends in no rehearsal by itself.

    Only the words of a command are looked at, so this guesses: a function may hide an editor, and
    an alias may make one of `ls`. What runs `$EDITOR` or a pager from the environment ends, since
    a rehearsal sets them.

    Args:
        steps: A runbook's steps.
    """
    commands = [step for step in steps if step.kind is Kind.COMMAND]
    watched = watching.watching(commands)
    own: frozenset[str] | None = None
    input_moved = False
    for step in commands:
        input_moved = input_moved or bool(_MOVES_INPUT.search(step.text))
        if any(step.modifier(name) for name in _HELPFUL):
            continue
        line = step.text.strip().split("\n")[0]
        if step.number in watched:
            message = f"`{watched[step.number]}` goes on for ever, so {_WATCHED}"
            yield Problem(step.place, Severity.WARNING, message, line, step.within)
            continue
        name = _endless(step.text)
        if name is None or (input_moved and name in _READING):
            continue
        if own is None:
            own = words.definitions(command.text for command in commands).names
        if name not in own:
            message = f"`{name}` cannot end by itself when rehearsed, so it fails there: {_HELP}"
            yield Problem(step.place, Severity.WARNING, message, line, step.within)


def _endless(text: str) -> str | None:
    """Return the name of a program in some bash that waits for a person, or goes on for ever."""
    if not _PERHAPS.search(text):
        return None
    root = grammar.parse(text)
    for node in grammar.captures(root, "(command) @command").get("command", []):
        called = watching.called(node)
        if called and _goes_on(called) and not stdin.in_background(node):
            if called[0] in _WATCHING and watching.cut_short(node):
                continue
            if called[0] in _READING and stdin.redirected(node):
                continue
            if called[0] == "read" and stdin.in_function(node) and not _prompts(called):
                continue  # A function may be called with anything as its input.
            return called[0]
    return None


def _goes_on(called: list[str]) -> bool:
    """Return whether a command of these words waits for a person or goes on for ever."""
    name, *rest = called
    flags = {word for word in rest if word.startswith("-")}
    plain = [word for word in rest if not word.startswith("-")]
    match name:
        case "tail" | "kubectl" | "watch":
            found = watching.follows(called)
        case "ssh":
            found = len(plain) == 1
        case "top":
            found = not any(re.match(r"-b?n", flag) for flag in flags)
        case "read":
            found = not _options_of_read(rest) & {"t", "u"}
        case _:
            found = name in _ENDLESS and not flags & _BATCH
    return found


def _prompts(called: list[str]) -> bool:
    return "p" in _options_of_read(called[1:])


def _options_of_read(arguments: list[str]) -> set[str]:
    """Return the letters of bash's `read`'s options; what follows -p in its word is its prompt."""
    clusters = [re.match(r"-([ers]*[adinNptu]?)", word) for word in arguments]
    return {letter for cluster in clusters if cluster for letter in cluster[1]}
