"""Asking bash whether shell blocks are valid, without ever running any of them (`bash -n`)."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from runner.book import split, unended
from runner.book.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.book.elements import Block
    from runner.book.model import Place
    from runner.book.split import Cut

# Linux takes no single argument of 128 KiB or more (MAX_ARG_STRLEN, execve(2)).
_LONGEST_ARGUMENT = 100_000
_TOGETHER = 64_000


@dataclass
class Draft:
    """A shell block on its way to its pieces.

    Attributes:
        block: The block.
        lines: Its lines, without their ends, with the lines that only go on a directive masked.
        cuts: Its commands and comments.
        continued: The rows of the masked lines.
    """

    block: Block
    lines: Sequence[str]
    cuts: list[Cut]
    continued: set[int] = field(default_factory=set)

    @property
    def doubtful(self) -> bool:
        """Whether the grammar was in doubt about any of its commands."""
        return not all(cut.sure for cut in self.cuts)

    @property
    def commands(self) -> list[str]:
        """The text of each of its commands."""
        texts = split.pieces(self.lines, self.cuts)
        return [t for t, cut in zip(texts, self.cuts, strict=True) if not cut.comment]


class Finding(NamedTuple):
    """What bash says against a block."""

    place: Place
    severity: Severity
    message: str


class Gate:
    """bash as the judge of what is valid bash.

    One instance serves one runbook: it remembers what bash said.

    Attributes:
        bash: The program to ask.
    """

    def __init__(self, bash: str) -> None:
        """Make a gate.

        Args:
            bash: The program to ask.
        """
        self.bash = bash
        self._said: dict[tuple[str, bool], tuple[str, ...]] = {}

    def settle(self, drafts: Sequence[Draft]) -> Iterator[Finding]:
        """Check blocks, and cut those anew that the grammar cannot be trusted with.

        Args:
            drafts: The blocks of one file; their `cuts` may be replaced.

        Yields:
            What bash says against them. A here-document that is never ended is a warning.

        Raises:
            OSError: bash cannot be started.
        """
        alone = [draft for draft in drafts if draft.doubtful]
        for together in _in_bunches([draft for draft in drafts if not draft.doubtful]):
            alone += self._suspects(together)
        for draft in alone:
            yield from self._settle_alone(draft)

    def objections(self, text: str) -> tuple[str, ...]:
        """Return what bash prints about some text, without extglob and, if that fails, with it.

        Raises:
            OSError: bash cannot be started.
        """
        return self._objections(text, extglob=False) and self._objections(text, extglob=True)

    def _suspects(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Return the blocks that do not pass, by asking about ever fewer of them at once.

        Each command stands in braces of its own, so that one which is incomplete, and would be
        completed by the next, does not pass.
        """
        braced = "".join(f"{{\n{text}}}\n" for draft in drafts for text in draft.commands)
        if not braced or not self._objections(braced, extglob=False):
            return []
        if len(drafts) == 1:
            return list(drafts)
        middle = len(drafts) // 2
        return [*self._suspects(drafts[:middle]), *self._suspects(drafts[middle:])]

    def _settle_alone(self, draft: Draft) -> Iterator[Finding]:
        said = self.objections("".join(f"{line}\n" for line in draft.lines))
        errors = [line for line in said if "warning:" not in line]
        for line in errors[:1] or said:
            yield _finding(draft, line)
        if not errors:
            draft.cuts = split.exactly(draft.lines, draft.cuts, self._complete)

    def _complete(self, text: str) -> bool:
        return not self.objections(text)

    def _objections(self, text: str, *, extglob: bool) -> tuple[str, ...]:
        key = (text, extglob)
        if key not in self._said:
            self._said[key] = self._ask(text, extglob=extglob)
        return self._said[key]

    def _ask(self, text: str, *, extglob: bool) -> tuple[str, ...]:
        data = text.encode()
        # From a pipe, bash reads a byte at a time, so that is only for what no argument can hold.
        piped = len(data) > _LONGEST_ARGUMENT
        options = ["-O", "extglob"] if extglob else []
        try:
            result = subprocess.run(
                [self.bash, "-n", *options, *([] if piped else ["-c", "--", text])],
                input=data if piped else b"",
                capture_output=True,
                check=False,
                cwd="/",  # ours may be gone, and bash would say so
                # Nothing of the caller's: no BASH_ENV, no exported functions, messages in English.
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            )
        except OSError as error:
            raise OSError(error.errno, error.strerror, self.bash) from error
        said = tuple(result.stderr.decode(errors="replace").splitlines())
        if result.returncode and not said:
            return (f"line 1: it ended with status {result.returncode}",)
        return said


def _in_bunches(drafts: Sequence[Draft]) -> Iterator[list[Draft]]:
    bunch: list[Draft] = []
    size = 0
    for draft in drafts:
        length = len(draft.block.text.encode())
        if bunch and size + length > _TOGETHER:
            yield bunch
            bunch, size = [], 0
        bunch.append(draft)
        size += length
    if bunch:
        yield bunch


def _finding(draft: Draft, said: str) -> Finding:
    """Turn a line of bash's, such as `bash: -c: line 3: syntax error: …`, into a finding."""
    is_warning = "warning:" in said
    # A here-document's warning names two lines; the one it begins at is the second.
    number = re.search(r"document at line (\d+)" if is_warning else r"\bline (\d+): ", said)
    row = int(number.group(1)) - 1 if number else 0
    row = max(0, min(row, len(draft.lines) - 1))
    while row and not draft.lines[row].strip():
        row -= 1
    column = len(draft.lines[row]) - len(draft.lines[row].lstrip())
    place = draft.block.place(row, column)
    if is_warning:
        delimiter = re.search(r"wanted `(.*)'", said)
        name = delimiter.group(1) if delimiter else "its delimiter"
        message = f"a here-document that never ends: no line says just `{name}`"
        return Finding(place, Severity.WARNING, message)
    reason = re.split(r"line \d+: ", said, maxsplit=1)[-1]
    if reason.endswith("unexpected end of file"):
        place, what = _without_end(draft, place)
        reason = f"{reason}: {what}"
    return Finding(place, Severity.ERROR, f"this is not valid bash: {reason}")


def _without_end(draft: Draft, place: Place) -> tuple[Place, str]:
    """Return what a block lacks that ends too early, and the place where that began.

    Args:
        draft: The block.
        place: The place to return where nothing is known of it.
    """
    opener = unended.last("".join(f"{line}\n" for line in draft.lines))
    if opener is None:
        return place, f"in the block that begins in line {draft.block.line}"
    place = draft.block.place(opener.row, opener.column)
    return place, f"the `{opener.word}` of line {place.line} has no `{opener.closer}`"
