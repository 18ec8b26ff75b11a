r"""How text looks on a terminal: what `ESC [ … m` (SGR) says, in one manner of writing.

After ECMA-48, 8.3.117 (https://ecma-international.org/publications-and-standards/standards/ecma-48/)
and, for 38 and 48 with more than eight colours, xterm
(https://invisible-island.net/xterm/ctlseqs/ctlseqs.html).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SEQUENCE = re.compile(r"\x1b\[([0-9;:]*)m")
PLAIN = "\x1b[m"


class Look(NamedTuple):
    """How text looks.

    Attributes:
        foreground: One of the terminal's 256 colours as "0" to "255", or "#rrggbb"; "" for none.
        background: The same.
    """

    foreground: str = ""
    background: str = ""
    bold: bool = False
    faint: bool = False
    italic: bool = False
    underline: bool = False
    inverse: bool = False
    strike: bool = False


_ON = {
    1: "bold",
    2: "faint",
    3: "italic",
    4: "underline",
    7: "inverse",
    9: "strike",
    21: "underline",
}
_OFF = {
    22: ("bold", "faint"),
    23: ("italic",),
    24: ("underline",),
    27: ("inverse",),
    29: ("strike",),
    39: ("foreground",),
    49: ("background",),
}
_CODES = {name: code for code, name in _ON.items() if code < 10}
_RANGES = (
    (30, "foreground", 0),
    (90, "foreground", 8),
    (40, "background", 0),
    (100, "background", 8),
)
_MOST = 16384  # different looks that are remembered; a colour gradient has some hundreds


@lru_cache(maxsize=_MOST)
def changed(look: Look, parameters: str) -> Look:
    """Return how text looks after an SGR sequence.

    Args:
        look: How it looked before.
        parameters: What stands between `ESC [` and `m`. What is not known changes nothing.
    """
    groups = iter([[_number(n) for n in part.split(":")] for part in parameters.split(";")])
    for group in groups:
        code = group[0]
        if code == 0:
            look = Look()
        elif group == [4, 0]:
            look = look._replace(underline=False)
        elif code in _ON:
            look = _with(look, _ON[code], True)
        elif code in _OFF:
            for name in _OFF[code]:
                look = _with(look, name, Look._field_defaults[name])
        elif code in (38, 48):
            rest = iter(group[1:]) if len(group) > 1 else (one[0] for one in groups)
            if colour := _colour(rest, colons=len(group) > 4):
                look = _with(look, "foreground" if code == 38 else "background", colour)
        else:
            for first, name, base in _RANGES:
                if first <= code < first + 8:
                    look = _with(look, name, str(code - first + base))
    return look


@lru_cache(maxsize=_MOST)
def sequence(look: Look) -> str:
    """Return the one sequence that makes plain text look so; "" for plain text."""
    codes = [code for name, code in _CODES.items() if getattr(look, name)]
    parts = [str(code) for code in sorted(codes)]
    for code, colour in ((38, look.foreground), (48, look.background)):
        if colour.startswith("#"):
            red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
            parts.append(f"{code};2;{red};{green};{blue}")
        elif colour:
            parts.append(f"{code};5;{colour}")
    return f"\x1b[{';'.join(parts)}m" if parts else ""


def pieces(text: str, look: Look) -> Iterator[tuple[str, Look]]:
    """Yield the pieces of a text that look the same from end to end, and how.

    Args:
        text: It, with no escapes but SGR sequences.
        look: How it looks at its beginning. After an SGR at the end comes an empty piece.
    """
    at = 0
    for found in SEQUENCE.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], look
        look = changed(look, found[1])
        at = found.end()
    yield text[at:], look


def written(parts: Iterable[tuple[str, str]]) -> str:
    """Return the text of pieces and of the sequences that they look like; it ends plain."""
    made: list[str] = []
    before = ""
    for text, how in parts:
        if not text:
            continue
        if how != before:
            made.append(f"{PLAIN}{how}" if before and how else how or PLAIN)
            before = how
        made.append(text)
    if before:
        made.append(PLAIN)
    return "".join(made)


def _with(look: Look, name: str, value: str | bool) -> Look:
    return Look(**{**look._asdict(), name: value})


def _number(text: str) -> int:
    return int(text[:4] or 0)


def _colour(rest: Iterator[int], *, colons: bool) -> str:
    """Return the colour that stands behind a 38 or 48; "" where that is none."""
    kind = next(rest, 0)
    if kind == 5:
        number = next(rest, 256)
        return str(number) if number < 256 else ""
    if kind == 2:
        parts = [*rest][1:4] if colons else [next(rest, 256) for _ in range(3)]
        if len(parts) == 3 and max(parts) < 256:
            return "#{:02x}{:02x}{:02x}".format(*parts)
    return ""
