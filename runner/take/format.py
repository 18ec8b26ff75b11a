"""The lines of a take: what happened to JSON, and back. docs/take-format.md describes them."""

from __future__ import annotations

import codecs
import datetime
from functools import cache
from json import JSONDecodeError, JSONDecoder
from json.encoder import encode_basestring_ascii as _text
from typing import TYPE_CHECKING, NoReturn

from runner.take.model import (
    FORMAT,
    Begun,
    Done,
    Header,
    Noted,
    Printed,
    Resized,
    Totals,
    Waited,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from runner.take.model import Entry
    from runner.take.shape import Check

    _Write = Callable[[Any], str]

TYPES: dict[str, type] = {
    "take": Header,
    "begun": Begun,
    "printed": Printed,
    "waited": Waited,
    "done": Done,
    "resized": Resized,
    "noted": Noted,
    "totals": Totals,
}
"""The values of `type`, and what a line of each holds."""

_NAMES = {cls: name for name, cls in TYPES.items()}


class FormatError(Exception):
    """A line is not one of a take; the message is a sentence without its place.

    Attributes:
        column: Where in the line, 1-based.
        cut: It is no JSON, as a line is that was cut off.
    """

    def __init__(self, message: str, column: int = 1, *, cut: bool = False) -> None:
        super().__init__(message)
        self.column = column
        self.cut = cut


def line(entry: Header | Entry) -> bytes:
    """Return an entry's line, in ASCII, with its newline."""
    return f"{{{_members(entry)}}}\n".encode("ascii")


def printed(at: float, data: bytes) -> tuple[bytes, bytes]:
    """Return the line of a `Printed`, and the bytes of a last character whose end is yet to come.

    The line is empty where there is nothing else.

    Args:
        at: Seconds since the start.
        data: The output.
    """
    begin = b'{"type": "printed", "at": %r, "data": ' % at
    # As most is; of anything else orjson makes no ASCII, and it leaves DEL as it is.
    if data.isascii() and b"\x7f" not in data:
        import orjson

        return b"%b%b}\n" % (begin, orjson.dumps(data.decode("ascii"))), b""
    text, length = codecs.utf_8_decode(data, "surrogateescape", False)
    return (b"%b%b}\n" % (begin, _text(text).encode()) if text else b""), data[length:]


def parse_header(text: str) -> Header:
    """Return what the first line says.

    Raises:
        FormatError: It is not a take's first line, or that of a newer format.
    """
    try:
        value = _decoded(text)
    except FormatError as error:
        message = f"this is no take: {error}"
        raise FormatError(message, error.column, cut=error.cut) from None
    if value.get("type") != "take":
        raise FormatError('this is no take: its first line does not have "type": "take"')
    number = value.get("format")
    if type(number) is int and number > FORMAT:
        raise FormatError(_newer(value, number), _column(text, "format"))
    header = _made(text, value)
    assert isinstance(header, Header)  # noqa: S101 - for mypy
    if header.format != FORMAT:
        raise FormatError(f"there is no format {header.format}", _column(text, "format"))
    try:
        offset = datetime.datetime.fromisoformat(header.started).tzinfo
    except ValueError:
        offset = None
    if offset is None:
        message = "`started` must be a time such as 2026-01-31T09:30:00+00:00"
        raise FormatError(message, _column(text, "started"))
    return header


def parse(text: str) -> Entry:
    """Return what a line after the first one says.

    Raises:
        FormatError: It is no entry of this format.
    """
    value = _decoded(text)
    name = value.get("type")
    if name == "take":
        raise FormatError("a second take begins here; a file holds one")
    if type(name) is not str or name not in TYPES:
        known = ", ".join(known for known in TYPES if known != "take")
        raise FormatError(f"its `type` must be one of {known}", _column(text, "type"))
    entry = _made(text, value)
    assert not isinstance(entry, Header)  # noqa: S101 - for mypy
    return entry


@cache
def _layout(cls: type) -> tuple[str, list[_Write]]:
    """Return a type's members with a place for each value, and what writes the values.

    A line's `type` is the first of them.

    Looked up once and not for each value: every step waits for it.
    """
    fields = cls.__annotations__
    template = ", ".join(f'"{name}": %s' for name in fields)
    if cls in _NAMES:
        template = f'"type": "{_NAMES[cls]}", {template}'
    return template, [_BY_ANNOTATION.get(_named(hint), _json) for hint in fields.values()]


def _named(hint: object) -> str:
    """An annotation as it is written; NamedTuple keeps it as a ForwardRef."""
    return str(getattr(hint, "__forward_arg__", hint))


def _members(value: tuple[object, ...]) -> str:
    template, writers = _layout(type(value))
    return template % tuple([write(item) for write, item in zip(writers, value, strict=True)])


def _json(value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        if type(value) is not tuple:  # one with names
            return f"{{{_members(value)}}}"
        return f"[{', '.join(map(_json, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_text(name)}: {_json(item)}' for name, item in value.items())}}}"
    raise TypeError(f"a take has no {type(value).__name__}")


def _newer(value: dict[str, object], number: int) -> str:
    from runner import __version__

    versions = value.get("versions")
    by = versions.get("cuebook") if isinstance(versions, dict) else None
    writer = f" by cuebook {by[:40]}" if isinstance(by, str) else ""
    return (
        f"this take was written{writer} in format {number}, and this cuebook, {__version__}, reads"
        f" format {FORMAT}: use a newer cuebook"
    )


def _decoded(text: str) -> dict[str, object]:
    try:
        value = _DECODER.decode(text)
    except JSONDecodeError as error:
        column = min(error.pos, len(text.rstrip())) + 1
        raise FormatError(f"not JSON: {error.msg}", column, cut=True) from None
    except RecursionError:
        raise FormatError("not JSON that a take has: it is nested too deep") from None
    except ValueError as error:
        raise FormatError(f"not JSON that a take has: {error}") from None
    if type(value) is not dict:
        raise FormatError("a line of a take is a JSON object")
    return value


def _made(text: str, value: dict[str, object]) -> Entry | Header:
    from runner.take.shape import WrongError

    name = value.pop("type")
    try:
        entry: Entry | Header = _check(str(name))(value)
    except WrongError as wrong:
        where = "".join(f"`{step}`: " for step in wrong.path if type(step) is str)
        raise FormatError(f"{name}: {where}{wrong}", _column(text, *wrong.path)) from None
    return entry


@cache
def _check(name: str) -> Check:
    from runner.take.shape import check

    return check(TYPES[name])


def _column(text: str, *path: str | int) -> int:
    from runner.take.locate import locate

    return locate(text, path) + 1


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"`{twice[:40]}` stands there twice")
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


_BY_ANNOTATION: dict[str, _Write] = {
    "str": _text,
    "Outcome": _text,
    "float": repr,
    "int": repr,
}
_DECODER = JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number)
