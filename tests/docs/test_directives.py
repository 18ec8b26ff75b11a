"""docs/directives.md says of every directive what the registry says."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from runner.book.directives import DIRECTIVES, READ_ONLY_KEYS
from runner.book.model import FrontMatter

PAGE = Path(__file__).parents[2] / "docs" / "directives.md"
ROW = re.compile(r"\| `(?P<name>@?\w+)` \|.*\| (?P<now>yes|read) \|")


def table() -> list[tuple[str, bool]]:
    """Every row that begins with a name and ends in the column "now": name -> performed?"""
    rows = (ROW.fullmatch(line) for line in PAGE.read_text().splitlines())
    return [(row["name"], row["now"] == "yes") for row in rows if row]


def test_every_directive_is_told_once_and_whether_it_is_performed():
    told = [(name[1:], now) for name, now in table() if name.startswith("@")]
    assert sorted(told) == sorted((d.name, d.performed) for d in DIRECTIVES.values())


def test_every_key_of_the_front_matter_is_told_once_and_whether_it_is_performed():
    told = [(name, now) for name, now in table() if not name.startswith("@")]
    # Nothing is to be done in a rehearsal for these two.
    without_effect = {*READ_ONLY_KEYS, "title", "description"}
    assert sorted(told) == sorted(
        (f.name, f.name not in without_effect) for f in fields(FrontMatter)
    )


def test_a_directive_named_anywhere_exists():
    page = PAGE.read_text()
    hooks_and_macros = {
        row for line in page.splitlines() if not ROW.fullmatch(line)
        for row in re.findall(r"^\| `@(\w+)`(?: … `@(\w+)`)? \|", line) for row in row if row
    }  # fmt: skip
    invented = {"name", "NAME", "date"}
    named = set(re.findall(r"`(?:#|<!-- ?)?@(\w+)", page))
    assert named <= set(DIRECTIVES) | hooks_and_macros | invented
