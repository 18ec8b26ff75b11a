"""How many colours a terminal is said to have."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Depth(StrEnum):
    """What a terminal can show; the last three have the names that rich gives them.

    Attributes:
        NONE: Text alone, no escape at all.
        MONO: Bold, italic, underline and the like, no colour.
        SIXTEEN: The terminal's own sixteen colours.
        MANY: The 256 colours of xterm.
        TRUE: Any colour.
    """

    NONE = "none"
    MONO = "mono"
    SIXTEEN = "standard"
    MANY = "256"
    TRUE = "truecolor"


_NO_ESCAPES = frozenset({"", "dumb", "unknown"})


def colour_depth(env: Mapping[str, str], *, tty: bool = True) -> Depth:
    """Return what the environment says of its terminal.

    NO_COLOR takes the colours and leaves bold and underline, which are none (no-color.org).

    Args:
        env: The environment variables.
        tty: Whether the output goes to a terminal at all.
    """
    term = env.get("TERM", "").lower()
    if not tty or term in _NO_ESCAPES:
        return Depth.NONE
    if env.get("NO_COLOR"):
        return Depth.MONO
    if env.get("COLORTERM", "").lower() in {"truecolor", "24bit"} or term.endswith("-direct"):
        return Depth.TRUE
    return Depth.MANY if term.endswith("-256color") else Depth.SIXTEEN
