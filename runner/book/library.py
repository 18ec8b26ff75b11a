"""The files of one runbook, each read and parsed once."""

from __future__ import annotations

from pathlib import Path

from runner.book.gate import Gate
from runner.book.parse import Parsed, parse
from runner.book.source import load

PRELUDE = Path(__file__).with_name("prelude.sh")
"""The built-in macros and hooks."""


class Library:
    """Reads files when they are first asked for.

    Attributes:
        gate: Where bash is asked.
    """

    def __init__(self, bash: str) -> None:
        """Make an empty library.

        Args:
            bash: The bash that shell blocks must be valid for.
        """
        self.gate = Gate(bash)
        self._parsed: dict[Path, Parsed] = {}

    def parsed(self, path: Path) -> Parsed:
        """Return a file's contents.

        Raises:
            UnreadableError: It cannot be read.
        """
        if path not in self._parsed:
            self._parsed[path] = parse(load(path), self.gate)
        return self._parsed[path]
