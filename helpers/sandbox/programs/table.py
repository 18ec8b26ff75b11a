"""The table of sub-commands and flags that are simulated, and what a command line means by it.

`table.json`: for each program, for each sub-command ("" for none), its flags and how many words it
takes (-1 for any number). A flag with `!` takes no value; names after a comma mean the same. With
`rest`, whatever stands behind the first word is not looked at.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TypedDict

from helpers.sandbox.programs.call import told, unknown

ALIASES = {"helm": {"ls": "list"}, "k3d": {"ls": "list"}, "linkerd": {"mc": "multicluster"}}
"""Other words for words of a sub-command, by program."""


class Entry(TypedDict, total=False):
    """What a sub-command takes."""

    flags: list[str]
    words: int
    rest: bool


@cache
def load() -> dict[str, dict[str, Entry]]:
    """Return the table, by program and sub-command."""
    text = Path(__file__).with_name("table.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, Entry]] = json.loads(text)
    return found


def parse(program: str, argv: list[str]) -> tuple[str, list[str], dict[str, list[str]]]:
    """Return a command line's sub-command, words, and flags with their values.

    Raises:
        ProgramError: It is not in the table; status 64.
    """
    commands = load()[program]
    everything = {name: flag for one in commands.values() for name, flag in _flags(one).items()}
    command, at = _command(commands, argv, everything, ALIASES.get(program, {}))
    if command not in commands:
        raise unknown(program, told(program, argv))
    entry = commands[command]
    flags = _flags(entry)
    words: list[str] = []
    values: dict[str, list[str]] = {}
    left = [word for index, word in enumerate(argv) if index not in at]
    while left:
        word = left.pop(0)
        if not word.startswith("-") or word == "-":
            words.append(word)
            if entry.get("rest"):
                words += left
                break
            continue
        name, value, others = _split(word, flags)
        if name not in flags:
            raise unknown(program, f"{name} in {told(program, argv)}")
        if others:
            left.insert(0, others)
        first, valued = flags[name]
        if value is None and valued:
            if not left:
                raise unknown(program, f"{name} without a value in {told(program, argv)}")
            value = left.pop(0)
        values.setdefault(first, []).append("true" if value is None else value)
    if entry.get("words", 0) not in (-1, len(words)) or (not command and not values):
        raise unknown(program, told(program, argv))
    return command, words, values


def _split(word: str, flags: dict[str, tuple[str, bool]]) -> tuple[str, str | None, str]:
    """Return a flag's name, the value that stands with it, and the flags that are left.

    As pflag has it: `--name=value`, `-n=value`, `-nvalue`, and `-aq` for `-a -q`.
    """
    name, equals, value = word.partition("=")
    short = word[:2]
    if word.startswith("--") or name in flags or short not in flags:
        return name, value if equals else None, ""
    if flags[short][1]:
        return short, word[2:], ""
    return short, None, f"-{word[2:]}"


def _flags(entry: Entry) -> dict[str, tuple[str, bool]]:
    """Return each name of each flag, with its first name and whether it takes a value."""
    found: dict[str, tuple[str, bool]] = {}
    for text in entry.get("flags", ()):
        names = [name.rstrip("!") for name in text.split(",")]
        found |= dict.fromkeys(names, (names[0], "!" not in text))
    return found


def _command(
    commands: dict[str, Entry],
    argv: list[str],
    flags: dict[str, tuple[str, bool]],
    aliases: dict[str, str],
) -> tuple[str, set[int]]:
    """Return the longest sub-command that a command line begins with, and where its words stand."""
    found: list[tuple[int, str]] = []
    index = 0
    while index < len(argv) and len(found) < 2:
        word = argv[index]
        if word.startswith("-"):
            valued = flags.get(word, ("", False))[1]
            index += 2 if valued else 1
            continue
        found.append((index, aliases.get(word, word)))
        index += 1
    for length in (2, 1):
        command = " ".join(word for _, word in found[:length])
        if len(found) >= length and command in commands:
            return command, {at for at, _ in found[:length]}
    return "", set()
