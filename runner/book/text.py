"""Making text from a file safe to put on a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Return `text` with every control character written as `\xNN` or `\uNNNN`.

    Args:
        text: One line of anything; a newline counts as a control character, a tab does not.

    Returns:
        Text that moves no cursor and changes no colour; it is as long as `text` or longer.
    """
    if text.isprintable():
        return text
    return "".join(c if c == "\t" or c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
