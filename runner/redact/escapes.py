"""What a program's output is made of: text, and what a terminal takes for commands.

Known are the escape sequences of ECMA-48 that begin with ESC (not their one-byte forms, which a
terminal for UTF-8 has no use for) and the strings of xterm and its kin. A terminal shows nothing
for a sequence that is not finished, so that one can be held back for ever without anybody missing
it; one that is longer than `MOST`, or has a line's end in it, is text.
"""

from __future__ import annotations

import re

MOST = 4096

_BODY = rf"[^\x07\x1b\n]{{0,{MOST}}}"
_MOVE = r"\x1b(?:\[[0-9;:]{0,99}[A-ILMSTZ`abdefjkru]|\[\?(?:47|1047|1049)[hl]|[8DEMc])"
_STAY = r"\x1b(?:\[[0-?]{0,99}[ -/]{0,9}[@-~]|[ -/]{1,9}[0-~]|[0-OQ-WYZ\\`-~])"
_BROKEN = r"\x1b[\[\]PX^_]?"

TOKEN = re.compile(
    rf"(?P<string>\x1b[\]PX^_](?P<body>{_BODY})(?:\x07|\x1b\\))"
    rf"|(?P<open>\x1b(?:[ -/]{{0,9}}|\[[0-?]{{0,99}}[ -/]{{0,9}}|[\]PX^_]{_BODY}\x1b?)\Z)"
    rf"|(?P<end>\r?\n|[\r\v\f\b]|{_MOVE})"
    rf"|(?P<still>[\x00\x07\x0e\x0f\x7f]|{_STAY})"
    rf"|(?P<broken>{_BROKEN})"
)
"""What begins with a control character: a "string" (a title, a link's address, a picture); a
sequence that is "open", not finished; the "end" of what is read as a line, since the cursor goes
elsewhere; what leaves it "still" (colours, erasing, modes, questions), so that text goes on where
it ended; a sequence that is "broken", or too long."""

BROKEN = re.compile(_BROKEN)
"""What is left of a sequence that is never finished."""

CONTROL = re.compile(r"[\x00\x07-\x08\x0a-\x0f\x1b\x7f]")
"""What a token begins with."""

_STILL = re.compile(rf"\x1b(?!{_MOVE[4:]}){_STAY[4:]}")
_STRING = re.compile(r"\x1b[\]PX^_]")


def is_plain(text: str) -> bool:
    """Whether there is nothing but text in a text."""
    return CONTROL.search(text) is None


def bare(text: str) -> str | None:
    """Return a text without what is not text but leaves the cursor where it is.

    Returns:
        The text itself where there is no such thing in it, None where there are strings in it.
    """
    if "\x1b" in text:
        if _STRING.search(text):
            return None
        text = _STILL.sub("", text)
    for char in "\x00\x07\x0e\x0f\x7f":
        if char in text:
            text = text.replace(char, "")
    return text
