"""Typing as a person does: each character at its time, and a key acts at once.

What a key does while a command is typed:

| key | the rest of the text | returned |
|---|---|---|
| SPACE | is written at once | None, as when it was typed to its end |
| RETURN, PAGE DOWN | is written at once | RUN |
| `?`, `n`, `g`, `!` | is written at once: one comes back to the whole command | that key |
| `+`, `-`, `Q`, CTRL-C, PAGE UP | is left out: nobody is to see it, or wait for it | that key |
| any other | goes on | |
"""

from __future__ import annotations

import re
import time
from itertools import accumulate
from math import log
from typing import TYPE_CHECKING

from runner.stage.terminal.keys import Key, in_show

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from runner.stage.terminal.keyboard import Keyboard
    from runner.stage.terminal.terminal import Terminal

_USUAL = log(0.045)  # seconds between two keystrokes, the median
_SPREAD = 0.35
_SHORTEST, _LONGEST = 0.02, 0.1
_INSIDE = 0.8  # times as long inside a word
_PUNCTUATION = 1.4  # times as long for what is typed with SHIFT or looked for
_AFTER_SPACE, _AFTER_MARK, _AFTER_LINE = 0.03, 0.05, 0.25  # seconds more
_MARKS = frozenset("|&;,.:")
_STALL = 0.25  # seconds: who is that late has stalled, and does not make up for it
_INVISIBLE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_ABANDONS = frozenset({Key.SKIP, Key.REPEAT, Key.QUIT, Key.INTERRUPT})


def schedule(cells: Sequence[str], speed: float, random: Random) -> list[float]:
    """Return when each cell is written, in seconds from the start; the first at 0.

    Args:
        cells: Characters as they are written, each with its escape sequences, if any. Line ends
            are cells; an indentation stands as a whole, as in an editor.
        speed: 1 is a brisk typist; 2 is twice as fast. `math.inf` is at once.
        random: The same one gives the same rhythm, whatever the speed.

    Raises:
        ValueError: The speed is not positive.
    """
    if not speed > 0:
        raise ValueError(f"the speed must be above 0, not {speed:g}")
    pauses: list[float] = []
    before = ""
    indented = True  # only space has stood in this line so far
    for cell in cells:
        shown = _INVISIBLE.sub("", cell)
        usual = min(max(random.lognormvariate(_USUAL, _SPREAD), _SHORTEST), _LONGEST)
        if not pauses or not shown or (indented and shown.isspace() and before != "\n"):
            pauses.append(0.0)
        else:
            pauses.append(_pause(before, shown, usual))
        before = shown or before
        indented = shown == "\n" or (indented and not shown.strip())
    return [at / speed for at in accumulate(pauses)]


def _pause(before: str, shown: str, usual: float) -> float:
    if before == "\n":
        return usual + _AFTER_LINE
    if before.isspace():
        return usual + _AFTER_SPACE
    if before in _MARKS and shown.isspace():
        return usual + _AFTER_MARK
    if before.isalnum() and shown.isalnum():
        return usual * _INSIDE
    return usual if shown.isalnum() or shown.isspace() else usual * _PUNCTUATION


def type_out(
    cells: Sequence[str],
    *,
    terminal: Terminal,
    keyboard: Keyboard,
    speed: float,
    random: Random,
) -> Key | None:
    """Type the cells, on deadlines that are fixed at the start, so that lateness does not add up.

    A terminal that stalls for longer does not get what it missed in one go: all that is left is
    typed later.

    Returns:
        The key that ended it, as the table above has it, or None.

    Raises:
        TerminalGone: The terminal hung up.
    """
    times = schedule(cells, speed, random)
    began = time.monotonic()
    at = 0
    while at < len(cells):
        late = time.monotonic() - began - times[at]
        key = in_show(keyboard.next(max(0.0, -late)))
        if key in _ABANDONS:
            if any("\x1b" in cell for cell in cells[:at]):
                terminal.write("\x1b[0m")
            return key
        if key is not None:
            terminal.write("".join(cells[at:]))
            return None if key is Key.FINISH else key
        now = time.monotonic() - began
        if now < times[at]:
            continue
        if now - times[at] > _STALL:
            began += now - times[at]
            now = times[at]
        upto = at + 1
        while upto < len(cells) and times[upto] <= now:
            upto += 1
        terminal.write("".join(cells[at:upto]))
        at = upto
    return None
