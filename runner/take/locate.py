"""Where in a line of JSON a value stands."""

from __future__ import annotations

import re
from json import JSONDecoder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = JSONDecoder()


def locate(text: str, path: Sequence[str | int]) -> int:
    """Return the 0-based position of a value.

    Args:
        text: A valid JSON document.
        path: The names and positions that lead to the value. Where one of them is not there, the
            position is that of the value which should have it.
    """
    at = _after_space(text, 0)
    for step in path:
        found = next((start for key, start in _members(text, at) if key == step), None)
        if found is None:
            break
        at = found
    return at


def _members(text: str, at: int) -> Iterator[tuple[str | int, int]]:
    """Yield the name or position of each part of the object or array at `at`, and its place."""
    if text[at] not in "{[":
        return
    named, index = text[at] == "{", 0
    at = _after_space(text, at + 1)
    while text[at] not in "}]":
        key: str | int = index
        if named:
            key, at = _DECODER.raw_decode(text, at)
            at = _after_space(text, _after_space(text, at) + 1)  # the colon
        yield key, at
        at = _after_space(text, _DECODER.raw_decode(text, at)[1])
        if text[at] == ",":
            at = _after_space(text, at + 1)
        index += 1


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
