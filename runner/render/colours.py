"""Output as HTML: each look that occurs is a class, and a rule of the page's style.

A program chooses its colours for a terminal that is mostly dark. On the page they stand on light or
dark ground, so that each is moved towards black or white until it can be read there (WCAG 2.2,
1.4.3: a contrast of 4.5). The first sixteen are the page's own, variables in its style.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from runner.render.code import shown
from runner.render.content import PLAIN

if TYPE_CHECKING:
    from runner.checks.sgr import Look
    from runner.render.content import Line

Colour = tuple[int, int, int]

_CONTRAST = 4.7
_GROUND: tuple[Colour, Colour] = ((0xFF, 0xFF, 0xFF), (0x1E, 0x20, 0x24))
_INK: tuple[Colour, Colour] = ((0x23, 0x21, 0x1E), (0xE4, 0xE2, 0xDE))
_SOFT: tuple[Colour, Colour] = ((0x63, 0x5E, 0x57), (0x9D, 0x9A, 0x94))
_WHITE: Colour = (255, 255, 255)
_BLACK: Colour = (0, 0, 0)

# The first sixteen as xterm has them.
_DARK = ("000000", "cd0000", "00cd00", "cdcd00", "0000ee", "cd00cd", "00cdcd", "e5e5e5")
_BRIGHT = ("7f7f7f", "ff0000", "00ff00", "ffff00", "5c5cff", "ff00ff", "00ffff", "ffffff")
_STEPS = (0, 95, 135, 175, 215, 255)


class Colours:
    """The looks of one page's outputs."""

    def __init__(self) -> None:
        self._classes: dict[Look, str] = {}

    def html(self, line: Line) -> str:
        """Return a line as HTML."""
        return "".join(
            shown(run.text)
            if run.look == PLAIN
            else f'<span class="{self._class(run.look)}">{shown(run.text)}</span>'
            for run in line
        )

    @property
    def rules(self) -> str:
        """The rules for the classes of all lines so far, as CSS; "" for none."""
        light = [f".{name}{{{_rule(look, 0)}}}" for look, name in self._classes.items()]
        dark = [f".{name}{{{_rule(look, 1)}}}" for look, name in self._classes.items()]
        if not light:
            return ""
        night = "\n".join(dark)
        return (
            "\n".join(light) + f"\n@media screen and (prefers-color-scheme: dark) {{\n{night}\n}}\n"
        )

    def _class(self, look: Look) -> str:
        return self._classes.setdefault(look, f"l{len(self._classes)}")


def _rule(look: Look, night: int) -> str:
    parts = [_paint(look, night)]
    parts += ["font-weight:700"] if look.bold else []
    parts += ["font-style:italic"] if look.italic else []
    lines = [*(["underline"] if look.underline else []), *(["line-through"] * look.strike)]
    parts += [f"text-decoration:{' '.join(lines)}"] if lines else []
    return ";".join(part for part in parts if part)


def _paint(look: Look, night: int) -> str:
    front, back = look.foreground, look.background
    if not back and not look.inverse:
        if front.isdecimal() and int(front) < 16 and not look.faint:
            return f"color:var(--ansi-{front})"
        if not front:
            return "color:var(--soft)" if look.faint else ""
    ink = _colour(front) if front else _SOFT[night] if look.faint else _INK[night]
    ground = _colour(back) if back else _GROUND[night]
    if look.inverse:
        ink, ground = ground, ink
    ink = _readable(ink, ground)
    painted = f";background:{_hex(ground)}" if back or look.inverse else ""
    return f"color:{_hex(ink)}{painted}"


@cache
def _colour(name: str) -> Colour:
    if not name.startswith("#"):
        number = int(name)
        if number < 16:
            name = f"#{(_DARK + _BRIGHT)[number]}"
        elif number < 232:
            number -= 16
            return _STEPS[number // 36], _STEPS[number // 6 % 6], _STEPS[number % 6]
        else:
            grey = 8 + 10 * (number - 232)
            return grey, grey, grey
    return int(name[1:3], 16), int(name[3:5], 16), int(name[5:7], 16)


@cache
def _readable(ink: Colour, ground: Colour) -> Colour:
    """Return the colour nearest to `ink`, on its way to black or white, that can be read."""
    end = _WHITE if _contrast(_WHITE, ground) > _contrast(_BLACK, ground) else _BLACK
    for step in range(21):
        red, green, blue = (round(a + (b - a) * step / 20) for a, b in zip(ink, end, strict=True))
        if _contrast((red, green, blue), ground) >= _CONTRAST:
            return red, green, blue
    return end


def _contrast(one: Colour, other: Colour) -> float:
    first, second = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


def _luminance(colour: Colour) -> float:
    """Return the relative luminance (WCAG 2.2), from 0 to 1."""
    shares = (part / 255 for part in colour)
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
