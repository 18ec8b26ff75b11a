r"""The lines of an `output` block: what each of them may stand for.

- `...` alone on a line is any number of lines, also none.
- `<name>` is any text within a line, at least one character; a name is a letter and then letters,
  digits, `-` and `_`. The same name is the same text each time.
- Anything else is itself. Trailing spaces don't matter, and a tab is the spaces to the next column
  that is a multiple of eight, as on the terminal.

A backslash takes the meaning away: `\<name>` is that very text, and so is `\...`. A backslash that
really stands there before one of these is written twice; any other one is only a backslash.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

ANY_LINES = "..."
"""What stands for any number of lines."""

_NAME = re.compile(r"(\\*)<([A-Za-z][\w-]*)>", re.ASCII)
_ESCAPED_DOTS = re.compile(r"\s*\\+\.\.\.")


class Pattern(NamedTuple):
    """A line of a block.

    Attributes:
        source: As it stands in the block, without trailing spaces.
        row: Where, 0-based.
        texts: The literal parts: before, between and after its names; empty for `...`.
        names: The names between them.
    """

    source: str
    row: int
    texts: tuple[str, ...]
    names: tuple[str, ...] = ()

    @property
    def any_lines(self) -> bool:
        """Whether it stands for any number of lines."""
        return not self.texts

    def match(self, line: str, known: Mapping[str, str]) -> Mapping[str, str] | None:
        """Return what is known of names once `line` is this one, or None where it cannot be.

        A name that is not known yet takes as little text as it can, from left to right. That is
        final: where a line has a new name twice, no other way to cut the line is looked for.

        Args:
            line: A line of the output.
            known: The text of the names that are known.
        """
        if not self.names:
            return known if line == self.texts[0] else None
        pattern = self.filled(known)
        values = _between(line, pattern.texts)
        if values is None:
            return None
        learnt = dict(known)
        for name, value in zip(pattern.names, values, strict=True):
            if learnt.setdefault(name, value) != value:
                return None
        return learnt

    def filled(self, known: Mapping[str, str]) -> Pattern:
        """Return it with text for the names that are known."""
        if known.keys().isdisjoint(self.names):
            return self
        texts, names = [self.texts[0]], []
        for name, text in zip(self.names, self.texts[1:], strict=True):
            if name in known:
                texts[-1] += known[name] + text
            else:
                names.append(name)
                texts.append(text)
        return self._replace(texts=tuple(texts), names=tuple(names))


def patterns(content: str) -> list[Pattern]:
    """Read an `output` block's content; of several `...` in a row, one is enough."""
    found: list[Pattern] = []
    for row, line in enumerate(split(content)):
        pattern = _pattern(line, row)
        if not (pattern.any_lines and found and found[-1].any_lines):
            found.append(pattern)
    return found


def split(content: str) -> list[str]:
    """Return a block's lines."""
    return content.removesuffix("\n").split("\n") if content else []


def literal(line: str) -> str:
    """Return how a line of output is written in a block, so that it stands for itself."""
    if line.strip() == ANY_LINES or _ESCAPED_DOTS.fullmatch(line):
        begin = len(line) - len(line.lstrip())
        return f"{line[:begin]}\\{line[begin:]}"
    return _NAME.sub(lambda found: f"{found[1] * 2}\\<{found[2]}>", line)


def _between(line: str, texts: tuple[str, ...]) -> list[str] | None:
    """Return what stands in a line between texts that are all of it otherwise, or None."""
    if len(texts) == 1:
        return [] if line == texts[0] else None
    first, *others, last = texts
    at, end = len(first), len(line) - len(last)
    if at >= end or not (line.startswith(first) and line.endswith(last)):
        return None
    values: list[str] = []
    for text in others:
        found = line.find(text, at + 1, end)
        if found < 0:
            return None
        values.append(line[at:found])
        at = found + len(text)
    return [*values, line[at:end]] if at < end else None


def _pattern(line: str, row: int) -> Pattern:
    source = line.expandtabs().rstrip(" ")
    if source.strip() == ANY_LINES:
        return Pattern(source, row, ())
    if _ESCAPED_DOTS.fullmatch(source):
        return Pattern(source, row, (source.replace("\\", "", 1),))
    texts, names, at = [""], [], 0
    for found in _NAME.finditer(source):
        backslashes, name = found.groups()
        texts[-1] += source[at : found.start()] + backslashes[: len(backslashes) // 2]
        at = found.end()
        if len(backslashes) % 2:
            texts[-1] += f"<{name}>"
        else:
            names.append(name)
            texts.append("")
    texts[-1] += source[at:]
    return Pattern(source, row, tuple(texts), tuple(names))
