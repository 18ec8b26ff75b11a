"""Which modes of the screen are on, as what was written to it says, and how to turn them off.

A program that is killed leaves on what it had turned on: the alternate screen, the mouse, a hidden
cursor. Some of these may be turned off blindly. The others may not: where no alternate screen is
on, leaving it moves the cursor in xterm and in tmux. So what passes is watched.

Limits: what a program writes to the terminal around us is not seen.
"""

from __future__ import annotations

import re

_SEQUENCE = re.compile(
    rb"""\x1b(?:
    \[\?(?P<private>[\d;]+)(?P<switch>[hl])   # DECSET, DECRST
    |\[(?P<region>[\d;]*)r                    # DECSTBM: the rows that scroll
    |\[(?P<push>[<>=])[\d;]*u                 # kitty's keyboard protocol
    |\[>4(?P<other_keys>;?\d*)m               # xterm's modifyOtherKeys
    |\[(?P<cursor>\d*)\ q                     # DECSCUSR: the cursor's shape
    |(?P<reset>c|\[!p)                        # RIS, DECSTR
    )""",
    re.VERBOSE,
)
_LONGEST = 64  # bytes of a sequence that may be cut in two between two pieces
_ALTERNATE = (47, 1047, 1049)
_ORIGIN = 6
# Reverse video, reverse wraparound, synchronized output, colour scheme reports.
_RARE = (5, 45, 2026, 2031)
# CAN: what a program was killed in the middle of ends here, and does not take in what follows.
_CANCEL = b"\x18"
# Harmless where it is off: no attributes, ASCII, cursor shown, autowrap, no insert mode, cursor
# keys and keypad as usual, no mouse, no focus reports, no bracketed paste.
_ALWAYS = (
    b"\x1b[0m\x1b(B\x0f\x1b[?25h\x1b[?7h\x1b[4l\x1b[?1l\x1b>"
    b"\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l"
    b"\x1b[?1004l\x1b[?2004l\x1b%G"
)


class Modes:
    """Watches what is written to a screen."""

    def __init__(self) -> None:
        self._start = b""
        self._escapes = False
        self._all_off()

    def see(self, data: bytes) -> None:
        """Take note of the next bytes. They may be cut anywhere."""
        if b"\x1b" not in data and not self._start:
            return
        self._escapes = True
        data = self._start + data
        end = 0
        for found in _SEQUENCE.finditer(data):
            self._note(found)
            end = found.end()
        at = data.rfind(b"\x1b", max(end, len(data) - _LONGEST))
        self._start = data[at:] if at >= 0 else b""

    def is_on(self, mode: int) -> bool:
        """Whether a private mode (`CSI ? mode h`) was turned on and not off again."""
        return mode in self._on

    def undo(self) -> bytes:
        """Return what turns everything off, nothing where no escape sequence was written.

        The cursor stays where it is, or goes back to where it was before the alternate screen.
        """
        if not self._escapes:
            return b""
        keys = b"\x1b[<99u" if self._pushed else b""
        parts = [_CANCEL, keys, b"\x1b[>4m" if self._other_keys else b""]
        if _ORIGIN in self._on:  # this moves the cursor to the top, whatever one does
            parts.append(b"\x1b[?6l\x1b[r\x1b[999;1H")
        elif self._region:
            parts.append(b"\x1b7\x1b[r\x1b8")
        parts += [b"\x1b[?%dl" % mode for mode in (*_RARE, *_ALTERNATE) if mode in self._on]
        parts += [keys, b"\x1b[0 q" if self._shape else b"", _ALWAYS]  # kitty has keys per screen
        return b"".join(parts)

    def _all_off(self) -> None:
        self._on: set[int] = set()
        self._region = self._pushed = self._other_keys = self._shape = False

    def _note(self, found: re.Match[bytes]) -> None:
        if found["private"] is not None:
            modes = {int(mode) for mode in found["private"].split(b";") if len(mode) in range(1, 6)}
            self._on = self._on | modes if found["switch"] == b"h" else self._on - modes
        elif found["region"] is not None:
            self._region = bool(found["region"])
        elif found["push"] is not None:
            self._pushed |= found["push"] != b"<"
        elif found["other_keys"] is not None:
            self._other_keys = found["other_keys"].strip(b";") not in (b"", b"0")
        elif found["cursor"] is not None:
            self._shape = found["cursor"] not in (b"", b"0")
        elif found["reset"] == b"c":
            self._all_off()
