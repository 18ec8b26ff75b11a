"""Whether a file is a take, every line of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.take.read import TakeError, entries

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Validity:
    """What is known of a file.

    Attributes:
        valid: It is a whole take.
        line: The line that is wrong, or the last one; 0 where the file cannot be read.
        column: Where in it.
        problem: What is wrong, a sentence; "" where nothing is.
        steps: The steps that began, as far as it was read.
    """

    valid: bool
    line: int
    column: int
    problem: str
    steps: int


def validate(path: Path) -> Validity:
    """Read a take line by line, up to the first thing that is wrong."""
    kinds: Counter[str] = Counter()
    try:
        found = entries(path)
        kinds.update(type(entry).__name__ for entry in found)
    except TakeError as error:
        return Validity(False, error.line, error.column, error.problem, kinds["Begun"])
    return Validity(not found.broke_off, found.line, 1, found.broke_off, kinds["Begun"])
