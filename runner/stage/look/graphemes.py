"""Text as a terminal has it: where it can be cut, and how many rows it takes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_JOINER = "\u200d"
# A face that shakes or nods: the only pictures that are not category So.
_JOINED_ARROWS = "\u2194\u2195"


def units(text: str) -> list[str]:
    """Cut a text into what is typed or wrapped as one.

    A unit is a character with all that combines with it: accents, variation selectors, skin
    tones, what a zero-width joiner joins to it, the second letter of a flag, the later parts of a
    Hangul syllable. (Close to the extended grapheme clusters of UAX 29, without its tables.)
    A tab and a newline are units of their own.

    Returns:
        The units; put together, they are `text`.
    """
    if text.isascii():
        return list(text)
    found: list[str] = []
    for character in text:
        if found and _belongs(character, found[-1]):
            found[-1] += character
        else:
            found.append(character)
    return found


def columns(text: str) -> int:
    """Return how many columns a text takes on a terminal, as the sum of its units'.

    (rich's measure of a whole text leaves out what follows a joiner, whether it joins or not.)
    """
    return len(text) if text.isascii() else _columns(text)


def rows(text: str, width: int) -> int:
    """Return how many rows a terminal of `width` columns has a text in that begins a row."""
    count = 0
    for line in text.split("\n"):
        count += 1
        at = 0
        for unit in units(line):
            if unit == "\t":
                at = min(width - 1, at + 8 - at % 8)  # a tab stays in its row
            elif at + columns(unit) > width:
                count, at = count + 1, columns(unit)
            else:
                at += columns(unit)
    return count


@lru_cache(maxsize=4096)
def _columns(text: str) -> int:
    from rich.cells import cell_len

    return sum(map(cell_len, units(text)))


def _belongs(character: str, unit: str) -> bool:
    """Say whether a character is part of the unit before it."""
    if character < "\x80" or unit in {"\t", "\n"}:
        return False
    if unit[-1] == _JOINER != unit[0] and _picture(character):
        return True
    if _regional(character):
        return len(unit) == 1 and _regional(unit)
    return (
        character == _JOINER
        or unicodedata.category(character) in {"Mn", "Mc", "Me"}
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
        or "\u1160" <= character <= "\u11ff"
    )


def _picture(character: str) -> bool:
    return character in _JOINED_ARROWS or (
        character >= "\u2600" and unicodedata.category(character) == "So"
    )


def _regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
