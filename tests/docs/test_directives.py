"""docs/directives.md says of every directive what the registry says."""

from __future__ import annotations

import re
from pathlib import Path

from runner.book.directives import DIRECTIVES
from runner.book.front import KEYS

PAGE = Path(__file__).parents[2] / "docs" / "directives.md"
ROW = re.compile(r"\| `(?P<name>@?\w+)` \|.*\|")


def table() -> list[str]:
    """The names that rows of the tables begin with."""
    rows = (ROW.fullmatch(line) for line in PAGE.read_text().splitlines())
    return [row["name"] for row in rows if row]


def test_every_directive_is_told_once():
    told = [name[1:] for name in table() if name.startswith("@")]
    assert [name for name in sorted(told) if name in DIRECTIVES] == sorted(DIRECTIVES)


def test_every_key_of_the_front_matter_is_told_once():
    assert [name for name in sorted(table()) if name in KEYS] == sorted(KEYS)


def test_a_directive_named_anywhere_exists():
    page = PAGE.read_text()
    hooks_and_macros = {
        row for line in page.splitlines() if line.count("|") < 5
        for row in re.findall(r"^\| `@(\w+)`(?: … `@(\w+)`)? \|", line) for row in row if row
    }  # fmt: skip
    invented = {"name", "NAME", "date"}
    named = set(re.findall(r"`(?:#|<!-- ?)?@(\w+)", page))
    assert named <= set(DIRECTIVES) | hooks_and_macros | invented
