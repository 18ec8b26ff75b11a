r"""`@expect RULE`: what a line of the output must be, or must not be.

| rule | holds where |
|---|---|
| `text` | a whole line is that text; `*` is any text, `?` any one character |
| `/regex/` | the regular expression, as Python's `re` has it, is found in a line |
| `! RULE` | RULE holds for no line |

In a text, `\*`, `\?` and `\\` are the characters themselves, as are `\!` and `\/` at its
beginning; a backslash before anything else is only a backslash. Letters' case matters; `(?i)` at
the beginning of a regular expression makes it not matter. Lines are as a terminal shows them: a tab
is spaces, and there are no spaces at the end.
"""

from __future__ import annotations

import re
import time
import warnings
from typing import TYPE_CHECKING

from runner.checks.limit import TooSlowError, processor_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SECONDS = 2.0
"""Processor time that a rule may take, and again for each 5 MB of output."""

_ALLOWED = SECONDS / 5_000_000  # for a character


class Rule:
    """A rule and what it has found so far in one command's output.

    Attributes:
        text: The rule as it was read.
        found: The first line that it matches, and that line's number, 1-based; None before.
        given_up: Its pattern took too long, so that nobody knows.
    """

    def __init__(
        self, text: str, matches: Callable[[str], object], certain: str, *, absent: bool
    ) -> None:
        """Make a rule; `parse` is the way in.

        Args:
            text: As it was read.
            matches: Tells whether a line matches, by what is true.
            certain: Text that every matching line has in it.
            absent: No line may match.
        """
        self.text = text
        self.found: tuple[int, str] | None = None
        self.given_up = False
        self._matches = matches
        self._certain = certain
        self._absent = absent
        self._lines = 0
        self._left = SECONDS

    @property
    def held(self) -> bool:
        """Whether it holds for what it was given."""
        return not self.given_up and (self.found is None) == self._absent

    def feed(self, lines: Sequence[str]) -> None:
        """Take the next lines of the output."""
        if self.found is None and not self.given_up:
            self._left += _ALLOWED * sum(map(len, lines))
            began = time.process_time()
            try:
                with processor_time(self._left):
                    self._search(lines)
            except TooSlowError:
                self.given_up = True
            self._left -= time.process_time() - began
        self._lines += len(lines)

    def _search(self, lines: Sequence[str]) -> None:
        certain, matches = self._certain, self._matches
        for number, line in enumerate(lines, self._lines + 1):
            if certain in line and matches(line):
                self.found = number, line
                return

    @property
    def problem(self) -> str:
        """One sentence that says why it does not hold, "" where it does."""
        if self.held:
            return ""
        if self.given_up:
            return "the pattern takes too long to search for, so nobody knows: make it simpler"
        if self.found:
            return f"line {self.found[0]} of the output matches, and none may"
        return "no line of the output matches" if self._lines else "there was no output"


def parse(text: str) -> Rule | str:
    """Read a rule.

    Args:
        text: What stands after `@expect`, without space around it.

    Returns:
        The rule; or, where it is none, the end of a sentence that says why: "needs a rule: …".
    """
    wanted = text.removeprefix("!").strip()
    absent = text.startswith("!")
    if not wanted:
        return "needs a rule: text, /regex/, or ! before either"
    if len(wanted) > 1 and wanted.startswith("/") and wanted.endswith("/"):
        return _regex(text, wanted, absent=absent)
    pattern, certain = _glob(wanted)
    return Rule(text, re.compile(pattern, re.DOTALL).fullmatch, certain, absent=absent)


def _regex(text: str, wanted: str, *, absent: bool) -> Rule | str:
    if wanted == "//":
        return "needs a pattern between the slashes; \\// is a line of two slashes"
    try:
        with processor_time(SECONDS), warnings.catch_warnings():
            # What a later Python may read otherwise is a warning for programmers, not for authors.
            warnings.simplefilter("ignore")
            pattern = re.compile(wanted[1:-1])
    except (re.error, OverflowError, RecursionError) as error:
        return f"has a pattern that is not valid, {wanted}: {error}"
    except TooSlowError:
        return f"has a pattern that takes too long to read, {wanted}"
    return Rule(text, pattern.search, "", absent=absent)


def _glob(wanted: str) -> tuple[str, str]:
    """Return a text with `*` and `?` as a regular expression, and its longest plain part."""
    parts: list[list[str]] = [[]]  # between the stars; "" stands for any one character
    at = 0
    while at < len(wanted):
        character = wanted[at]
        at += 1
        escapable = "*?\\!/" if at == 1 else "*?\\"
        if character == "\\" and at < len(wanted) and wanted[at] in escapable:
            parts[-1].append(wanted[at])
            at += 1
        elif character == "*":
            parts.append([])
        else:
            parts[-1].append("" if character == "?" else character)
    first, *others = ["".join(re.escape(c) if c else "." for c in part) for part in parts]
    if others:
        # A part is taken where it first comes, for good: what comes after has no less to match in
        # than from any later place. So no combinations are tried, and time is in proportion.
        *others, last = others
        first += "".join(f"(?>.*?{part})" for part in others if part) + f".*{last}"
    plain = max(
        (run for part in parts for run in "".join(c or "\0" for c in part).split("\0")), key=len
    )
    return first, plain
