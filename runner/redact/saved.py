"""What of a shell's saved state must not be kept, since it would be seen there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.redact.redactor import Redactor

EVERYTHING = "everything"

_STATEMENT = re.compile(
    r"""(?>[^\n'"\\$]|\\.|'[^']*'|"(?>[^"\\]|\\.)*"|\$'(?>[^'\\]|\\.)*'|\$)*+\n""", re.DOTALL
)
_VARIABLE = re.compile(r"declare -\S+ (\w+)")
_ALIAS = re.compile(r"alias (?:-- )?([^=\n]+)=")
_OTHERS = {"set --": "the arguments", "cd --": "the directory", "trap": "a trap"}
_FUNCTION = re.compile(r"declare -f\w* ([^\n]+)\n")
_TAIL = re.compile(
    r"^(?P<names>(?:declare -f\w* [^\n]+\n)*)(?:\\builtin shopt[^\n]+\n)?# whole\n\Z", re.MULTILINE
)
_OWN = re.compile(r"_|BASH_\w+")  # bash's own record of what stands elsewhere too

_QUOTED = re.compile(r"""'([^']*)'|"((?>[^"\\]|\\.)*)"|\$'((?>[^'\\]|\\.)*)'|\\(.)""", re.DOTALL)
_ESCAPED = re.compile(
    rb"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|(.))",
    re.DOTALL,
)
_LETTERS = dict(zip(b"abeEfnrtv", b"\a\b\x1b\x1b\f\n\r\t\v", strict=True))


class _UnclearError(Exception):
    """The text is not what driver.bash saves."""


def without_secrets(commands: str, redactor: Redactor) -> tuple[str, list[str]]:
    """Leave out of a saved state whatever has a match in it.

    To mask it would not do: the next shell would have the mask for a value.

    Args:
        commands: A `State`'s.
        redactor: What must be neither in the text as it stands nor in it without its quoting.

    Returns:
        The other commands; and what will not come back: variables by their names, "alias NAME",
        "function NAME", "the arguments", "the directory", "a trap", "an option". Where the text
        cannot be told apart, or still has a match, there are no commands, and EVERYTHING is lost.
    """
    kept: list[str] = []
    lost: dict[str, None] = {}
    try:
        for what, text in _told_apart(commands):
            if not (_seen(text, redactor) or (what in lost and what.startswith("function "))):
                kept.append(text)
            elif not _OWN.fullmatch(what):
                lost[what] = None
    except _UnclearError:
        return "", [EVERYTHING]
    rest = "".join(kept)
    return (rest, list(lost)) if redactor.text(rest) == rest else ("", [EVERYTHING])


def _seen(text: str, redactor: Redactor) -> bool:
    return any(redactor.text(form) != form for form in (text, _unquoted(text)))


def _told_apart(commands: str) -> Iterator[tuple[str, str]]:
    """Yield each statement, after what it brings back: settings first, then functions.

    A function's text is what lies between its head and the next one's, since a here-document in
    it may have any quotes. Their names stand at the end.
    """
    tail = _TAIL.search(commands)
    if tail is None:
        raise _UnclearError
    names = _FUNCTION.findall(tail["names"])
    heads: list[int] = []
    for name in names:
        head = re.compile(rf"^(?:function )?{re.escape(name)} \(\) \n", re.MULTILINE)
        found = head.search(commands, heads[-1] if heads else 0, tail.start())
        if found is None:
            raise _UnclearError
        heads.append(found.start())
    heads.append(tail.start())
    place = 0
    while place < heads[0]:
        statement = _STATEMENT.match(commands, place, heads[0])
        if statement is None:
            raise _UnclearError
        yield _brought_back(statement[0]), statement[0]
        place = statement.end()
    for number, name in enumerate(names):
        yield f"function {name}", commands[heads[number] : heads[number + 1]]
    for line in _FUNCTION.finditer(tail["names"]):
        yield f"function {line[1]}", line[0]
    yield "an option", commands[tail.end("names") :]


def _brought_back(statement: str) -> str:
    variable, alias = _VARIABLE.match(statement), _ALIAS.match(statement)
    if variable:
        return variable[1]
    if alias:
        return f"alias {alias[1]}"
    for start, what in _OTHERS.items():
        if statement.startswith(start):
            return what
    return "an option"


def _unquoted(text: str) -> str:
    """Return bash with its quoting resolved; roughly, where it is more than words."""
    return _QUOTED.sub(_meant, text)


def _meant(quoted: re.Match[str]) -> str:
    single, double, dollar, char = quoted.groups()
    if double is not None:
        return re.sub(r'\\([\\"$`])', r"\1", double)
    if dollar is not None:
        data = _ESCAPED.sub(_byte, dollar.encode("utf-8", "surrogateescape"))
        return data.decode("utf-8", "surrogateescape")
    return str(single if single is not None else char)


def _byte(escaped: re.Match[bytes]) -> bytes:
    octal, byte, short, long, letter = escaped.groups()
    if octal or byte:
        return bytes([int(octal or byte, 8 if octal else 16) & 255])
    if short or long:
        code = int(short or long, 16)
        return chr(code).encode("utf-8", "replace") if code < 0x110000 else b""
    return bytes([_LETTERS.get(letter[0], letter[0])])
