"""One rule of what must never be seen: a regular expression, as `@redact /REGEX/` gives it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.redact import tree as trees
from runner.redact.beginning import Beginning

if TYPE_CHECKING:
    from collections.abc import Iterator

MASK = "•••"
"""What stands where a match was."""

MOST = 4096
"""The characters that a match has at most: a longer one is none, or hides the rest of its line."""

_IGNORES_CASE = re.compile(r"\(\?[a-zA-Z]*i")
_COMMON = " etaoinsrhldcumfpgwybv.-/0123456789kxjqz"
_PRINTABLE = [chr(code) for code in range(32, 127)]


def problem(pattern: str) -> str | None:
    """Return what is wrong with a rule's pattern, the end of a sentence, or None where it is good.

    A pattern that can match nothing at all, or that matches every text, is not good, and neither is
    one for more than one line.
    """
    try:
        expression = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"has a pattern that is not valid, /{pattern}/: {error}"
    tree = trees.parse(pattern)
    if expression.search("") or (tree is not None and not tree.getwidth()[0]):
        return f"has a pattern that matches nothing at all, so everywhere: /{pattern}/"
    if all(map(expression.search, _PRINTABLE)):
        return f"has a pattern that matches any text, so that nothing would be seen: /{pattern}/"
    if tree is not None and any("\n" in text or "\r" in text for text in trees.literals(tree)):
        return f"has a pattern for more than a line, but is looked for within lines: /{pattern}/"
    return None


class Rule:
    """Where a line has, or may soon have, what the rule hides.

    Without a parse tree a rule knows of no text that every match has, and holds back every line
    that is not finished.
    """

    def __init__(self, pattern: str) -> None:
        """Compile a pattern.

        Raises:
            ValueError: It has a problem.
        """
        wrong = problem(pattern)
        if wrong:
            raise ValueError(f"The redaction {wrong}.")
        self.pattern = pattern
        self._folds = _IGNORES_CASE.search(pattern) is not None
        self._expression = re.compile(pattern)
        tree = trees.parse(pattern)
        self._beginning = None if tree is None else Beginning(tree)
        self._relaxed = None if tree is None else trees.relaxed(tree)
        texts = [""] if tree is None else trees.literals(tree)
        if self._folds:
            texts = [text.lower() for text in texts]
        self._first = texts[0]
        self._firsts = tuple(self._first[:length] for length in range(1, len(self._first)))
        self._needed = max(texts, key=len)
        rare = max(self._needed, key=_rarity, default="")
        self._rare = {rare, rare.upper()} if self._folds else {rare}

    def absent(self, text: str) -> bool:
        """Whether no line of a text has a match, as far as can be known at a glance."""
        return self._lacks(text) or (self._relaxed is not None and not self._relaxed.search(text))

    def matches(self, line: str, start: int) -> Iterator[tuple[int, int]]:
        """Yield where the matches in a line, from a place on, begin and end."""
        if self._lacks(line):
            return
        for match in self._expression.finditer(line, start):
            if match.end() > match.start():
                yield match.span()

    def begins(self, line: str, start: int) -> int:
        """Return where a match may begin that is not decided yet; the line's length for nowhere.

        Args:
            line: A line so far.
            start: Where to look from; what is before counts for lookbehinds.
        """
        if self._first and self._comparable(line):
            known = line.lower() if self._folds else line
            place = known.find(self._first, start)
            if place >= 0:
                start = place
            elif known.endswith(self._firsts, start):
                start = max(start, len(line) - len(self._first) + 1)
            else:
                return len(line)
        if self._beginning is None:
            return start
        found = self._beginning.find(line, start)
        return len(line) if found is None else found

    def settles(self, line: str, start: int) -> bool:
        """Whether a match that begins where `begins` says is certain nevertheless."""
        return self._beginning is not None and self._beginning.settles(line, start)

    def _comparable(self, text: str) -> bool:
        """Whether lower case is what ignoring case means: elsewhere, `ſ` is an `s`."""
        return not self._folds or text.isascii()

    def _lacks(self, text: str) -> bool:
        """Whether a text does not have what every match has."""
        if not self._needed or not self._comparable(text):
            return False
        # To look for one character is ten times as fast as to look for more.
        for char in self._rare:
            if char in text:
                return self._needed not in (text.lower() if self._folds else text)
        return True


def _rarity(char: str) -> int:
    """Return a number that is higher the rarer a character is in what programs print."""
    place = _COMMON.find(char)
    return len(_COMMON) if place < 0 else place
