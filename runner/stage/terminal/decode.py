"""From the bytes that a terminal sends to keys. Pure: it knows no clock and no file.

However the bytes are cut into pieces, the keys are the same.
"""

from __future__ import annotations

import re
from enum import Enum

from runner.stage.terminal.keys import Key

_ESCAPE = 0x1B
_CHARACTERS = {key.value: key for key in Key if len(key) == 1} | {
    "\n": Key.RUN,
    "\x08": Key.BACKSPACE,
}
_CURSOR = {"A": Key.UP, "B": Key.DOWN, "H": Key.HOME, "F": Key.END}
_EDITING = {
    "1": Key.HOME,
    "4": Key.END,
    "5": Key.PAGE_UP,
    "6": Key.PAGE_DOWN,
    "7": Key.HOME,
    "8": Key.END,
}
_KEYPAD = {"M": Key.RUN, "k": Key.SKIP, "m": Key.REPEAT}
# The counts are limits, so that a stream without an end cannot fill the memory.
_CSI = re.compile(rb"\x1b\[(?P<parameters>[0-?]{0,64})[ -/]{0,8}(?P<final>[@-~])?")
_SS3 = re.compile(rb"\x1bO(?P<parameters>[0-9;]{0,8})(?P<final>[@-~])?")
_STRINGS = b"]PX^_"  # what follows ESC where a string begins: OSC, DCS, SOS, PM, APC
_CONTROL = re.compile(rb"[\x00-\x1f]")
_PASTE_END = b"\x1b[201~"
_MOUSE = 6  # bytes of a mouse report of the first kind, CSI M and three more

Decoded = tuple[int, Key | str | None]
"""How many bytes were used up, and the key that they are."""


class _Skipping(Enum):
    """What is passed over until its end."""

    PASTE = "paste"
    STRING = "string"


class Decoder:
    """Takes bytes in and gives out keys, one at a time."""

    def __init__(self) -> None:
        self._buffer = b""
        self._skipping: _Skipping | None = None

    def feed(self, data: bytes) -> None:
        """Take in the next bytes."""
        self._buffer += data

    def take(self) -> Key | str | None:
        """Return the next key, or a character that is none; None if more bytes are needed.

        What means nothing is passed over. Bytes after the key are left alone.
        """
        while self._buffer:
            decoded = self._next()
            if decoded is None:
                return None
            used, key = decoded
            self._buffer = self._buffer[used:]
            if key is not None:
                return key
        return None

    @property
    def patience(self) -> float | None:
        """Seconds that the rest of what has begun may take, None where nothing has begun.

        A lone ESC is the key, unless more follows at once. A sequence that has begun is given
        more time: its rest, on its own, could act as keys.
        """
        if not self._buffer and not self._skipping:
            return None
        if self._skipping is _Skipping.PASTE:
            return 3.0  # the rest of a paste that comes late would run commands
        return 0.05 if self._buffer == b"\x1b" and not self._skipping else 0.5

    def expire(self) -> Key | None:
        """No more will follow: give up what has begun. Returns ESCAPE for a lone ESC."""
        lone = self._buffer == b"\x1b" and not self._skipping
        self._buffer = b""
        self._skipping = None
        return Key.ESCAPE if lone else None

    def rest(self) -> bytes:
        """Give up the bytes that were not decoded yet, and forget them."""
        data = self._buffer
        self._buffer = b""
        self._skipping = None
        return data

    def _next(self) -> Decoded | None:
        if self._skipping is _Skipping.PASTE:
            return self._skip_paste()
        if self._skipping is _Skipping.STRING:
            return self._skip_string()
        if self._buffer[0] == _ESCAPE:
            return self._escape()
        return self._character(0)

    def _character(self, at: int) -> Decoded | None:
        """Decode the UTF-8 character there; a byte that cannot be in one is passed over."""
        lead = self._buffer[at]
        length = 1 if lead < 0x80 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
        data = self._buffer[at : at + length]
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            cut_off = error.reason == "unexpected end of data" and len(data) < length
            return None if cut_off else (1, None)
        return length, _CHARACTERS.get(text) or (text if text.isprintable() else None)

    def _escape(self) -> Decoded | None:
        if len(self._buffer) == 1:
            return None
        second = self._buffer[1]
        if second == ord("["):
            return self._csi()
        if second == ord("O"):
            return self._ss3()
        if second in _STRINGS:
            self._skipping = _Skipping.STRING
            return 2, None
        if second < 0x20 or second == 0x7F:  # two keys: CTRL-C after ESC is not to be lost
            return 1, Key.ESCAPE
        with_alt = self._character(1)
        return with_alt and (1 + with_alt[0], None)

    def _csi(self) -> Decoded | None:
        found = _CSI.match(self._buffer)
        assert found is not None  # noqa: S101 - the caller has seen ESC [
        if found["final"] is None:
            return None if found.end() == len(self._buffer) else (found.end(), None)
        parameters, final = found["parameters"].decode(), found["final"].decode()
        if found[0] == b"\x1b[M":
            return self._following(_MOUSE, found.end())
        if found[0] == b"\x1b[[":  # the Linux console's F1 to F5
            return self._following(4, found.end())
        if final == "~" and parameters == "200":
            self._skipping = _Skipping.PASTE
        return found.end(), _sequence(parameters, final)

    def _ss3(self) -> Decoded | None:
        found = _SS3.match(self._buffer)
        assert found is not None  # noqa: S101 - the caller has seen ESC O
        if found["final"] is None:
            return None if found.end() == len(self._buffer) else (found.end(), None)
        final = found["final"].decode()
        return found.end(), (_CURSOR | _KEYPAD).get(final)

    def _following(self, length: int, at: int) -> Decoded | None:
        """Pass over a sequence of that length, up to a control character in its rest."""
        if control := _CONTROL.search(self._buffer, at, length):
            return control.start(), None
        return None if len(self._buffer) < length else (length, None)

    def _skip_paste(self) -> Decoded | None:
        end = self._buffer.find(_PASTE_END)
        if end >= 0:
            self._skipping = None
            return end + len(_PASTE_END), None
        used = len(self._buffer) - len(_PASTE_END) + 1
        return (used, None) if used > 0 else None

    def _skip_string(self) -> Decoded | None:
        """Skip to BEL or ST (ESC and a backslash); another control character ends it, and acts."""
        control = _CONTROL.search(self._buffer)
        if control is None:
            return len(self._buffer), None
        at = control.start()
        if control[0] == b"\x1b" and at + 1 == len(self._buffer):
            return (at, None) if at else None
        self._skipping = None
        if control[0] == b"\x07":
            return at + 1, None
        return (at + 2 if self._buffer[at : at + 2] == b"\x1b\\" else at), None


def _sequence(parameters: str, final: str) -> Key | str | None:
    """Return the key of a CSI sequence. SHIFT and the like change nothing for the cursor's keys."""
    first, *others = parameters.split(";")
    if parameters.endswith(":3"):  # kitty's protocol: the key was let go
        return None
    if final == "u":
        return _extended(first, others[0] if others else "1")
    if final == "~":
        if first == "27" and len(others) == 2:
            return _extended(others[1], others[0])
        return _EDITING.get(first)
    return _CURSOR.get(final) if parameters[:1] not in ("<", "=", ">", "?") else None


def _extended(code: str, modifiers: str) -> Key | str | None:
    """Return a key that a terminal sends as a number, as kitty and modifyOtherKeys have it."""
    code, modifiers = code.partition(":")[0], modifiers.partition(":")[0]
    if not code.isdecimal() or len(code) > 3 or int(code) > 0x7F:
        return None
    if modifiers == "5" and chr(int(code)) in "cC":
        return Key.INTERRUPT
    return _CHARACTERS.get(chr(int(code))) if modifiers in ("", "1", "2") else None
