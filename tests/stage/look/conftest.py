"""The look as text -> screen: what pyte, a terminal in memory, shows of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import pyte
import pytest

from runner.stage.look.depth import Depth
from runner.stage.look.themes import THEMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.stage.look.theme import Theme


class Look(NamedTuple):
    """How a character on the screen looks; a colour is `default`, a name or `rrggbb`."""

    colour: str
    bold: bool
    italic: bool
    underlined: bool
    struck: bool


@dataclass
class Shown:
    """A screen after some terminal text was written to it."""

    screen: pyte.Screen

    @property
    def lines(self) -> list[str]:
        """The screen's lines up to the last that has text, without spaces at their ends."""
        lines = [line.rstrip() for line in self.screen.display]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def look(self, word: str) -> Look:
        """How a word looks, at its first place on the screen; all of it must look alike."""
        for row, line in enumerate(self.screen.display):
            if word in line:
                start = line.index(word)
                cells = [self.screen.buffer[row][start + i] for i in range(len(word))]
                looks = {
                    Look(c.fg, c.bold, c.italics, c.underscore, c.strikethrough) for c in cells
                }
                assert len(looks) == 1, f"{word!r} does not look alike: {looks}"
                return looks.pop()
        raise AssertionError(f"{word!r} is not on the screen:\n{self.text}")


def shown(text: str, width: int = 80) -> Shown:
    screen = pyte.Screen(width, text.count("\n") + 10)
    pyte.Stream(screen).feed(text.replace("\n", "\r\n"))
    return Shown(screen)


@pytest.fixture(name="shown")
def shown_fixture() -> Callable[..., Shown]:
    """Return a function that writes text to a screen of some width."""
    return shown


@pytest.fixture
def dark() -> Theme:
    return THEMES["dark"]


@pytest.fixture
def plain() -> Theme:
    """The plain theme where no escape may be written."""
    return replace(THEMES["plain"], depth=Depth.NONE)
