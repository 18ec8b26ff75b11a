"""Variables on show: `${NAME}` in what is displayed, filled in with the live shell's values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_REFERENCE = re.compile(r"\$\{(\w+)\}", re.ASCII)
# A colour escape (ECMA-48, SGR) is kept; a tab or a line end becomes a space, so that
# words stay apart; of any other control character nothing is left.
_CONTROL = re.compile(r"(\x1b\[[0-9;:]*m)|([\t\n])|[\x00-\x1f\x7f-\x9f]")


def names(text: str) -> list[str]:
    """Return the names that `${NAME}` asks for, in their order."""
    return _REFERENCE.findall(text)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with each `${NAME}` replaced; a name without a value stays as written."""

    def value(reference: re.Match[str]) -> str:
        found = values.get(reference[1])
        return reference[0] if found is None else _CONTROL.sub(_kept, found)

    return _REFERENCE.sub(value, text)


def _kept(control: re.Match[str]) -> str:
    colour, space = control.groups()
    return colour or (" " if space else "")
