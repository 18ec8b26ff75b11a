"""What directives ask of a person who follows a page, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.render.words import code, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.book.model import Step
    from runner.render.content import Sentence, Text

_TURNS = ("first", "second", "third", "fourth", "fifth")

# What `@type` can say: an escape, a control character, or text as it is typed.
_KEY = re.compile(r"\\x[0-9A-Fa-f]{2}|\\.|\^[@-_?a-z]", re.DOTALL)
_NAMED = {
    r"\n": "RETURN",
    r"\r": "RETURN",
    r"\t": "TAB",
    r"\e": "ESC",
    r"\b": "BACKSPACE",
    "^?": "BACKSPACE",
    "^[": "ESC",
    "^I": "TAB",
    "^M": "RETURN",
    "^J": "RETURN",
}

# A character that means more than itself in sed's regular expressions (POSIX, 9.3).
_SPECIAL = re.compile(r"[\\.*\[\]^$]")
# Of what has a backslash before it, this is itself; `\(`, `\+` and so on mean something.
_ESCAPED = re.compile(r"\\([.*\[\]^$\\/&])")


def directions(step: Step) -> tuple[Sentence, ...]:
    """Return what to do beside running a command, a sentence each.

    Args:
        step: The command's step.
    """
    return tuple(_sentences(step))


def _sentences(step: Step) -> Iterator[Sentence]:
    def every(name: str) -> list[str]:
        return [m.argument for m in step.modifiers if m.name == name]

    if step.modifier("live"):
        yield sentence("This is for a person: an unattended run leaves it out.")
    if step.modifier("rehearsal"):
        yield sentence("This stands in for a person in an unattended run; leave it out.")
    yield from _typing(every("type"))
    yield from _editing(every("edit"))
    if until := step.modifier("until"):
        yield _until(until.argument, every("expect"))
    if stop := step.modifier("for"):
        yield sentence("Stop it with ", code("CTRL-C"), f", after {stop.argument} or so.")
    statuses = [status for argument in every("exit") for status in argument.split()]
    if any(status != "0" for status in statuses):
        yield _exits(statuses)


def _until(duration: str, rules: Sequence[str]) -> Sentence:
    parts: list[str | Text] = ["Repeat it until it succeeds"]
    for number, rule in enumerate(rules):
        wanted = rule.removeprefix("!").strip()
        absent = rule.startswith("!")
        parts.append(", and " if number else " and ")
        parts.append("no line of its output has " if absent else "its output has ")
        parts.append(code(wanted))
    return sentence(*parts, f", for up to {duration}.")


def _exits(statuses: Sequence[str]) -> Sentence:
    if len(statuses) == 1:
        return sentence("It ends with exit status ", code(statuses[0]), ", as it should.")
    listed = _enumerated([code(status) for status in statuses], "or")
    return sentence("It ends with exit status ", *listed, ", as it should.")


def _typing(answers: Sequence[str]) -> Iterator[Sentence]:
    for number, answer in enumerate(answers):
        keys = list(_keys(answer))
        begin = "When it asks, " if number == 0 else "Then "
        yield sentence(begin, *_enumerated(keys, "and") if keys else ["type nothing"], ".")


def _enumerated(parts: Sequence[str | Text | tuple[str, Text]], last: str) -> list[str | Text]:
    """Return parts with commas between them, and a word before the last one."""
    found: list[str | Text] = []
    for number, part in enumerate(parts):
        if number:
            found.append(f" {last} " if number == len(parts) - 1 else ", ")
        found += part if isinstance(part, tuple) else (part,)
    return found


def _keys(answer: str) -> Iterator[tuple[str, Text]]:
    """Yield what is typed, and which keys are pressed, in their order."""
    text = ""
    at = 0
    while at < len(answer):
        found = _KEY.match(answer, at)
        key = _key(found[0]) if found else ""
        if key:
            if text:
                yield "type ", code(text)
                text = ""
            yield "press ", code(key)
        else:
            text += found[0][1:] if found and found[0][0] == "\\" else answer[at]
        at = found.end() if found else at + 1
    if text:
        yield "type ", code(text)


def _key(written: str) -> str:
    """Return the name of the key that an escape stands for; "" for a character of its own."""
    if written[0] == "^":
        return _NAMED.get(written.upper(), f"CTRL-{written[1].upper()}")
    if written.startswith("\\x"):
        return f"the byte {written[2:].upper()}"
    return _NAMED.get(written, "")


def _editing(scripts: Sequence[str]) -> Iterator[Sentence]:
    for number, script in enumerate(scripts):
        changes = _changes(script) or [("apply the sed script ", code(script))]
        turn = "" if len(scripts) == 1 else f", the {_turn(number)} time"
        parts: list[str | Text] = [f"In the editor{turn}, "]
        for index, change in enumerate(changes):
            parts.append(", then " if index else "")
            parts += change
        yield sentence(*parts, "; save the file and quit.")


def _turn(number: int) -> str:
    return _TURNS[number] if number < len(_TURNS) else f"{number + 1}th"


def _changes(script: str) -> list[tuple[str | Text, ...]]:
    """Return what a sed script does, change by change; nothing where it does more than is known."""
    changes = []
    for part in re.split(r"(?<!\\);", script):
        change = _substitution(part.strip()) or _deletion(part.strip())
        if change is None:
            return []
        changes.append(change)
    return changes


def _substitution(part: str) -> tuple[str | Text, ...] | None:
    found = re.fullmatch(
        r"s([/|#,!@%~])((?:\\.|(?!\1)[^\\\n])+)\1((?:\\.|(?!\1)[^\\\n])*)\1(g?)", part
    )
    if found is None:
        return None
    sign, old, new, every = found.groups()
    old, new = (text.replace(f"\\{sign}", sign) if sign != "/" else text for text in (old, new))
    plain = _literal(old)
    if plain is None or re.search(r"[\\&]", _ESCAPED.sub("", new)):
        return None
    where = ", everywhere" if every else ""
    written = _ESCAPED.sub(r"\1", new)
    if not written:
        return ("remove ", code(plain), where)
    return ("change ", code(plain), " to ", code(written), where)


def _deletion(part: str) -> tuple[str | Text, ...] | None:
    if found := re.fullmatch(r"/((?:\\.|[^\\/\n])+)/d", part):
        plain = _literal(found[1])
        return None if plain is None else ("delete each line with ", code(plain), " in it")
    if re.fullmatch(r"[0-9]+d", part):
        return ("delete line ", code(part[:-1]))
    return None


def _literal(pattern: str) -> str | None:
    """Return the text that a regular expression of sed matches, None where it is no single one.

    A dot is taken for one: whoever writes `1.5` means that.
    """
    plain = _ESCAPED.sub("", pattern).replace(".", "")
    if _SPECIAL.search(plain):
        return None
    return _ESCAPED.sub(r"\1", pattern)
