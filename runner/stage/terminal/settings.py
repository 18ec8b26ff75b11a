"""A terminal's settings (termios): what they are while we listen and while a command runs."""

from __future__ import annotations

import os
import termios
from typing import Any

Settings = list[Any]
"""What `termios.tcgetattr` returns."""

_IFLAG, _OFLAG, _LFLAG, _CC = 0, 1, 3, 6  # places in it
_TRANSLATION = (
    termios.IGNBRK
    | termios.BRKINT
    | termios.PARMRK
    | termios.ISTRIP
    | termios.INLCR
    | termios.IGNCR
    | termios.ICRNL
    | termios.IXON
)
_COOKED = termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN


class TerminalGone(Exception):  # noqa: N818
    """The terminal hung up, or was never one. The message is for a person."""


def listening(usual: Settings) -> Settings:
    r"""Return settings in which keys come as they are pressed, and `\n` is written as a new line.

    What is typed ahead is as the terminal sent it, as a command's own terminal wants it.
    """
    settings = passing(usual)
    settings[_OFLAG] |= termios.OPOST | termios.ONLCR
    return settings


def passing(usual: Settings) -> Settings:
    """Return settings in which every byte passes unchanged, both ways."""
    settings = [*usual[:_CC], list(usual[_CC])]
    settings[_IFLAG] &= ~_TRANSLATION
    settings[_OFLAG] &= ~termios.OPOST
    settings[_LFLAG] &= ~_COOKED
    settings[_CC][termios.VMIN] = 1
    settings[_CC][termios.VTIME] = 0
    return settings


def get(fd: int) -> Settings:
    """Return the terminal's settings.

    Raises:
        TerminalGone: It is no terminal.
    """
    try:
        return termios.tcgetattr(fd)
    except termios.error as error:
        raise TerminalGone(f"the keyboard is not a terminal: {error.args[1]}") from error


def put(fd: int, settings: Settings) -> None:
    """Change the terminal's settings.

    Raises:
        TerminalGone: It hung up.
    """
    try:
        # NOW: waiting for output could take for ever, and nothing that was typed may be lost.
        termios.tcsetattr(fd, termios.TCSANOW, settings)
    except termios.error as error:
        raise TerminalGone(f"the terminal is gone: {error.args[1]}") from error


def discard(fd: int) -> None:
    """Throw away what was typed and not read.

    Raises:
        TerminalGone: It hung up.
    """
    try:
        termios.tcflush(fd, termios.TCIFLUSH)
    except termios.error as error:
        raise TerminalGone(f"the terminal is gone: {error.args[1]}") from error


def in_foreground(fd: int) -> bool:
    """Whether the terminal is ours to change: no other job has it."""
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:
        return True  # not the terminal that controls us: there are no jobs on it
