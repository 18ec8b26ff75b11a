"""Masks what must never be seen, in output as it comes and in texts."""

from __future__ import annotations

import codecs
from collections import deque

from runner.redact.line import Lines, masked
from runner.redact.rule import Rule

HOLD = 0.2
"""Seconds that text is held at most because it may be the beginning of a match."""

_ERRORS = "surrogateescape"


class Redactor:
    """Stands between a program's output and everybody who sees it.

    A match lies within a line, has at most `MOST` characters, and is replaced by `MASK`; escape
    sequences in it are kept and do not hide it. Of two rules' matches that overlap, or touch, one
    mask hides both. Text that may be the beginning of a match is held, for `HOLD` at most, then it
    and the rest of its line are masked.

    Limits: what a program encodes (base64, `%40`, quotes of `set -x`) is another text. Text that
    is put together on the screen only, by backspaces or cursor moves, does not count as one. A
    pattern that takes Python's `re` for ever does so here; `Redaction` interrupts it. Not for more
    than one thread.
    """

    def __init__(self) -> None:
        """Begin without rules: everything may be shown."""
        self._rules: list[Rule] = []
        self._lines = Lines(self._rules)
        self._decoder = codecs.getincrementaldecoder("utf-8")(_ERRORS)
        self._arrivals: deque[tuple[int, float]] = deque()  # how much text had come, and when

    def add(self, pattern: str) -> None:
        """Mask from now on what a regular expression matches.

        Raises:
            ValueError: It is not valid, or matches nothing at all, or any text; the message is a
                sentence.
        """
        if all(rule.pattern != pattern for rule in self._rules):
            self._rules.append(Rule(pattern))

    def feed(self, data: bytes, now: float) -> bytes:
        """Take output and return what may be shown now; without rules that is all of it.

        Args:
            data: The bytes, cut anywhere. Bytes that are not UTF-8 stay as they are.
            now: The time in seconds, by a clock that never goes back.
        """
        if not self._rules:
            return data
        shown = self._lines.feed(self._decoder.decode(data))
        if self._lines.taken > self._lines.given:
            self._arrivals.append((self._lines.taken, now))
            due = self.due(now)
            if due is not None and due <= 0:
                shown += self._lines.hide()
        return shown.encode("utf-8", _ERRORS)

    def due(self, now: float) -> float | None:
        """Return the seconds until `flush` has something to give out; None for nothing held."""
        while self._arrivals and self._arrivals[0][0] <= self._lines.given:
            self._arrivals.popleft()
        if not self._arrivals:
            return None
        return max(0.0, self._arrivals[0][1] + HOLD - now)

    def flush(self, now: float) -> bytes:
        """Return, masked, what has been held for too long; nothing where it is not due."""
        if self.due(now) != 0:
            return b""
        return self._lines.hide().encode("utf-8", _ERRORS)

    def close(self) -> bytes:
        """Return what is held, as at the end of a line; more output may follow, on a new line."""
        text = self._decoder.decode(b"", final=True)
        self._decoder.reset()
        shown = self._lines.feed(text) + self._lines.close()
        return shown.encode("utf-8", _ERRORS)

    def text(self, value: str) -> str:
        """Return a whole text with its matches masked."""
        return masked(value, self._rules) if self._rules else value
