"""The runbooks that are measured, and the same commands written for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCK = 10
SECTION = Path(__file__).with_name("section.md")


def runbook(commands: int) -> str:
    """Return a runbook of trivial commands, ten a block, a sentence before each block."""
    return "# Trivial\n\n<!-- @SHOW -->\n\n" + _blocks(commands, "bash", "true\n")


def script(commands: int) -> str:
    """Return the same commands as a plain shell script."""
    return "true\n" * commands


def prysk(commands: int) -> str:
    """Return the same commands as a prysk test."""
    return _each(commands, lambda number: f"Block {number}:\n\n" + "  $ true\n" * BLOCK + "\n")


def byexample(commands: int) -> str:
    """Return the same commands as a byexample document."""
    return "# Trivial\n\n" + _blocks(commands, "shell", "$ true\n")


def realistic(size: int) -> str:
    """Return a runbook of at least `size` bytes: prose, lists, tables, directives, real bash.

    It is one section (`section.md`), repeated with its number filled in.
    """
    section = SECTION.read_text(encoding="utf-8")
    parts = ["---\ntitle: A long runbook\n---\n\n# A long runbook\n\n<!-- @SHOW -->\n\n"]
    length = len(parts[0].encode())
    while length < size:
        parts.append(section.replace("{{n}}", str(len(parts))))
        length += len(parts[-1].encode())
    return "".join(parts)


def _blocks(commands: int, language: str, command: str) -> str:
    return _each(
        commands, lambda number: f"Block {number}.\n\n```{language}\n{command * BLOCK}```\n\n"
    )


def _each(commands: int, block: Callable[[int], str]) -> str:
    return "".join(block(number) for number in range(1, commands // BLOCK + 1))
