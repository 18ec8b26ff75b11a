"""The control sequences of a terminal, carried out on a grid.

Known are C0 and C1 controls, cursor moves, erasing, inserting and deleting, scrolling and its
margins, saving the cursor, wrapping on and off, and the alternate screen. Whatever else begins with
ESC is read to its end and has no effect: colours, modes, character sets, titles, device control.
After ECMA-48 and https://invisible-island.net/xterm/ctlseqs/ctlseqs.html; how sequences are cut,
after https://vt100.net/emu/dec_ansi_parser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.checks.grid import Grid
from runner.checks.sgr import Look, changed, sequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.checks.row import Row

# An 8-bit control is short for ESC and its 7-bit one (ECMA-48, 5.3).
_C1 = re.compile("[\x80-\x9f]")
_SEVEN_BITS = {code: f"\x1b{chr(code - 0x40)}" for code in range(0x80, 0xA0)}

# Controls in a sequence are carried out at once, so they may stand anywhere in it. Parameters have
# an end, so that a torn sequence does not gather all that comes after it.
_BODY = r"[\x00-\x17\x19\x1c-\x3f]{0,256}"
_TOKEN = re.compile(
    rf"([^\x00-\x1f\x7f]+)|([\x00-\x1a\x1c-\x1f\x7f])|\x1b\[({_BODY})([@-~])|\x1b([P\]X^_])"
    r"|\x1b([ -/]{0,16}[0-OQ-WYZ\\`-~])"
)
_UNFINISHED = re.compile(rf"\x1b(?:\[{_BODY}|[ -/]{{0,16}})$")
_STRING_END = re.compile(r"[\x07\x18\x1a\x1b]")
_CONTROL = re.compile(r"[\x00-\x1f]")
_PARAMETERS = re.compile(r"[0-9;]*")

_LINE_FEEDS = "\n\v\f"
_ALTERNATE = {"47", "1047", "1049"}


class Terminal:
    """Takes text as a terminal does, in any pieces.

    Attributes:
        grid: The screen that is shown.
        main: The screen that stays when a program leaves the alternate one.
    """

    def __init__(
        self,
        height: int,
        columns: int,
        scrolled: Callable[[Row], None],
        *,
        coloured: bool = False,
    ) -> None:
        """Begin with an empty screen.

        Args:
            height: Its rows.
            columns: Its columns.
            scrolled: Who takes rows that scroll out at the top.
            coloured: Cells say how they look.
        """
        self._coloured = coloured
        self.look = Look()
        self.main = self.grid = Grid(height, columns, scrolled)
        self._in_string = ""
        self._rest = ""

    @property
    def fresh(self) -> bool:
        """Whether plain lines would go on from here as they do on an empty screen."""
        return not (self._rest or self._in_string) and self.grid is self.main and self.main.fresh

    def turn(self, look: Look) -> None:
        """Let what is drawn from here on look so."""
        self.look = look
        self.grid.look = sequence(look)

    def take(self, text: str) -> None:
        """Carry out what `text` says; a sequence that is not whole waits for the next call."""
        if _C1.search(text):
            text = text.translate(_SEVEN_BITS)
        text, self._rest = self._rest + text, ""
        at = 0
        while at < len(text):
            at = self._skip(text, at) if self._in_string else self._one(text, at)

    def _one(self, text: str, at: int) -> int:
        """Carry out what begins at `at`; return where the next begins."""
        found = _TOKEN.match(text, at)
        if not found:
            if _UNFINISHED.match(text, at):
                self._rest = text[at:]
                return len(text)
            return at + (2 if text.startswith("\x1b[", at) else 1)
        characters, control, body, final, string, escape = found.groups()
        if characters:
            self.grid.draw(characters)
        elif control:
            self._control(control)
        elif final:
            self._sequence(body, final)
        elif string:
            self._in_string = string
        else:
            self._escape(escape)
        return found.end()

    def _skip(self, text: str, at: int) -> int:
        """Drop a string's content; BEL ends none but an operating system command."""
        found = _STRING_END.search(text, at)
        if not found:
            return len(text)
        if found[0] == "\x07" and self._in_string != "]":
            return found.end()
        self._in_string = ""
        # ESC \ ends it; any other sequence does so too, and is carried out.
        return found.start() if found[0] == "\x1b" else found.end()

    def _control(self, control: str) -> None:
        grid = self.grid
        grid.last = ""
        if control in _LINE_FEEDS:
            grid.index()
        elif control == "\r":
            grid.to(0)
        elif control == "\b":
            grid.to(grid.column - 1)
        elif control == "\t":
            grid.tab()

    def _escape(self, escape: str) -> None:
        grid = self.grid
        grid.last = ""
        match escape:
            case "7":
                grid.saved = (grid.x, grid.y)
            case "8":
                grid.x, grid.y = grid.saved
            case "D":
                grid.index()
            case "E":
                grid.to(0)
                grid.index()
            case "M":
                grid.reverse_index()
            case "c":
                self.grid = self.main
                self.grid.reset()
                self.look = Look()

    def _sequence(self, body: str, final: str) -> None:
        for control in _CONTROL.findall(body):
            self._control(control)
        body = _CONTROL.sub("", body)
        if final != "b":
            self.grid.last = ""
        if final == "m" and self._coloured and not body.strip("0123456789;:"):
            self.turn(changed(self.look, body))
            return
        if body.startswith("?"):
            self._mode(body[1:].split(";"), final)
            return
        action = _ACTIONS.get(final)
        if action and _PARAMETERS.fullmatch(body):
            # No screen is larger than what four digits say.
            first, second, *_ = [*(int(p[:4] or 0) for p in body.split(";")), 0]
            action(self.grid, first, second)

    def _mode(self, modes: list[str], final: str) -> None:
        if final not in ("h", "l"):
            return
        for mode in modes:
            if mode == "7":
                self.grid.wrapping = final == "h"
            elif mode in _ALTERNATE and final == "h" and self.grid is self.main:
                self._enter(mode)
            elif mode in _ALTERNATE and final == "l" and self.grid is not self.main:
                self._leave(mode)

    def _enter(self, mode: str) -> None:
        main = self.main
        if mode == "1049":
            main.saved = (main.x, main.y)
        self.grid = Grid(main.height, main.columns, None)
        self.grid.look = main.look
        self.grid.to(main.x, main.y)

    def _leave(self, mode: str) -> None:
        x, y = self.main.saved if mode == "1049" else (self.grid.x, self.grid.y)
        self.main.look = self.grid.look
        self.grid = self.main
        self.main.x, self.main.y = x, y


def _save(grid: Grid) -> None:
    grid.saved = (grid.x, grid.y)


def _restore(grid: Grid) -> None:
    grid.x, grid.y = grid.saved


def _next_line(grid: Grid, count: int) -> None:
    grid.down(count)
    grid.to(0)


def _previous_line(grid: Grid, count: int) -> None:
    grid.up(count)
    grid.to(0)


# What a sequence does, by its last character, with its first two parameters: 0 where one is not
# written, which most take as 1.
_ACTIONS: dict[str, Callable[[Grid, int, int], object]] = {
    "A": lambda g, n, _: g.up(n or 1),
    "B": lambda g, n, _: g.down(n or 1),
    "C": lambda g, n, _: g.to(g.column + (n or 1)),
    "D": lambda g, n, _: g.to(g.column - (n or 1)),
    "E": lambda g, n, _: _next_line(g, n or 1),
    "F": lambda g, n, _: _previous_line(g, n or 1),
    "G": lambda g, n, _: g.to((n or 1) - 1),
    "H": lambda g, n, m: g.to((m or 1) - 1, (n or 1) - 1),
    "J": lambda g, n, _: g.erase_display(n),
    "K": lambda g, n, _: g.erase_line(n),
    "L": lambda g, n, _: g.insert_lines(n or 1),
    "M": lambda g, n, _: g.delete_lines(n or 1),
    "P": lambda g, n, _: g.row.delete(g.column, n or 1),
    "@": lambda g, n, _: g.row.insert(g.column, n or 1, g.columns),
    "X": lambda g, n, _: g.row.erase(g.column, min(g.column + (n or 1), g.columns), g.columns),
    "S": lambda g, n, _: g.scroll_up(n or 1),
    "T": lambda g, n, _: g.scroll_down(n or 1),
    "b": lambda g, n, _: g.repeat(n or 1),
    "d": lambda g, n, _: g.to(y=(n or 1) - 1),
    "r": lambda g, n, m: g.set_margins((n or 1) - 1, (m or g.height) - 1),
    "s": lambda g, _n, _m: _save(g),
    "u": lambda g, _n, _m: _restore(g),
}
_ACTIONS |= {"`": _ACTIONS["G"], "a": _ACTIONS["C"], "e": _ACTIONS["B"], "f": _ACTIONS["H"]}
