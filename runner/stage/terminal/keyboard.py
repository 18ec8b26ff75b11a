"""The speaker's keyboard: keys as they are pressed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from runner.stage.terminal.decode import Decoder

if TYPE_CHECKING:
    from runner.stage.terminal.keys import Key
    from runner.stage.terminal.terminal import Terminal


class Keyboard:
    """Reads a terminal and tells keys. Text that is pasted never acts as keys: it is passed over.

    Bytes that were read beyond a key are kept for the next.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._decoder = Decoder()
        self._read_at = 0.0

    def next(self, timeout: float | None) -> Key | str | None:
        """Return the next key, or a character that is no key.

        Args:
            timeout: Seconds to wait for it, or None for any time. 0 looks and does not wait.

        Returns:
            None when the time is up.

        Raises:
            TerminalGone: The terminal hung up.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        looked = False
        while True:
            key = self._decoder.take()
            if key is not None:
                return key
            now = time.monotonic()
            if looked and deadline is not None and now >= deadline:
                return None
            looked = True
            patience = self._decoder.patience
            over = None if patience is None else self._read_at + patience
            ends = [end for end in (deadline, over) if end is not None]
            if self._terminal.wait(max(0.0, min(ends) - now) if ends else None):
                self._decoder.feed(self._terminal.read())
                self._read_at = time.monotonic()
            elif over is not None and time.monotonic() >= over:
                key = self._decoder.expire()
                if key is not None:
                    return key

    def pending(self) -> bytes:
        """Give up what was read and is not decoded yet, as it came: type-ahead for a command."""
        return self._decoder.rest()
