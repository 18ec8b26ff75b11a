"""Whether a value that JSON gave is what a type annotation says, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin, get_type_hints

Check = Callable[[object], Any]
"""Returns the value, as the annotation has it, or raises `WrongError`."""

_MOST = 2**53 - 1  # the largest number that every reader of JSON keeps exactly


class WrongError(Exception):
    """A value is not what it must be.

    Attributes:
        path: The names and positions that lead to it from the outermost value.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.path: tuple[str | int, ...] = ()

    def under(self, step: str | int) -> WrongError:
        """Return it, seen from one value further out."""
        self.path = (step, *self.path)
        return self


def check(hint: Any) -> Check:  # noqa: ANN401 - annotations have no type of their own
    """Return the check for a type annotation.

    Args:
        hint: `str`, `bool`, `int` and `float` (which are never negative), a `Literal` or an enum of
            texts, a tuple of any length, a `dict` with text for names, or a NamedTuple of such
            fields, all of which must be there and no others.
    """
    if isinstance(hint, type) and issubclass(hint, tuple):
        return _of_class(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        words = _one_of(*hint)
        return lambda value: hint(words(value))
    if origin := get_origin(hint):
        return _PARTS[origin](*get_args(hint))
    return _PLAIN[hint]


def _text(value: object) -> str:
    if type(value) is not str:
        raise _wrong("text", value)
    if not value.isascii():
        try:
            value.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            raise WrongError("the text has half of a surrogate pair in it") from None
    return value


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise _wrong("true or false", value)
    return value


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _MOST:
        raise _wrong("a whole number from 0 to 2⁵³ - 1", value)
    return value


def _amount(value: object) -> float:
    if type(value) not in (int, float):
        raise _wrong("a number from 0 to 2⁵³ - 1", value)
    assert isinstance(value, int | float)  # noqa: S101 - for mypy
    if not 0 <= value <= _MOST or math.isnan(value):
        raise _wrong("a number from 0 to 2⁵³ - 1", value)
    return float(value)


def _one_of(*words: str) -> Check:
    def one(value: object) -> str:
        if type(value) is not str or value not in words:
            raise _wrong(f"one of {', '.join(words)}", value)
        return value

    return one


def _list_of(hint: object, _: object) -> Check:
    inner = check(hint)

    def several(value: object) -> tuple[object, ...]:
        if type(value) is not list:
            raise _wrong("an array", value)
        items = []
        for index, item in enumerate(value):
            try:
                items.append(inner(item))
            except WrongError as wrong:
                raise wrong.under(index) from None
        return tuple(items)

    return several


def _mapping_to(_: object, hint: object) -> Check:
    inner = check(hint)

    def mapping(value: object) -> dict[str, object]:
        if type(value) is not dict:
            raise _wrong("an object", value)
        found = {}
        for name, item in value.items():
            try:
                found[_text(name)] = inner(item)
            except WrongError as wrong:
                raise wrong.under(name) from None
        return found

    return mapping


def _of_class(cls: type) -> Check:
    hints = get_type_hints(cls)
    checks = {name: check(hint) for name, hint in hints.items()}

    def made(value: object) -> object:
        if type(value) is not dict:
            raise _wrong("an object", value)
        if value.keys() != checks.keys():
            raise _misfit(value, checks)
        found = {}
        for name, inner in checks.items():
            try:
                found[name] = inner(value[name])
            except WrongError as wrong:
                raise wrong.under(name) from None
        return cls(**found)

    return made


def _misfit(value: dict[str, object], checks: dict[str, Check]) -> WrongError:
    missing = [name for name in checks if name not in value]
    if missing:
        return WrongError(f"`{missing[0]}` is missing")
    unknown = next(name for name in value if name not in checks)
    return WrongError(f"this format has no `{_short(unknown)}` here").under(unknown)


def _wrong(wanted: str, value: object) -> WrongError:
    return WrongError(f"it must be {wanted}, and is {_told(value)}")


def _told(value: object) -> str:
    match value:
        case None:
            return "null"
        case str():
            return f"the text {_short(value)!r}"
        case dict():
            return "an object"
        case list():
            return "an array"
        case _:
            return _short(str(value).lower())


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


_PLAIN: dict[Any, Check] = {str: _text, bool: _flag, int: _count, float: _amount}
_PARTS: dict[Any, Callable[..., Check]] = {
    Literal: _one_of,
    tuple: _list_of,
    dict: _mapping_to,
}
