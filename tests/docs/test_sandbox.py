"""docs/sandbox.md: each claim of its tables names what holds it, and that is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "sandbox.md").read_text()
CLAIMS = [
    tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1])
    for row in re.findall(r"^\|.*\|$", PAGE, re.MULTILINE)
]
CLAIMS = [claim for claim in CLAIMS if claim[1] != "held by" and not set(claim[0]) <= set("-")]


@cache
def functions(path: Path) -> set[str]:
    """The names of a module's functions."""
    tree = ast.parse(path.read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_there_are_claims():
    assert len(CLAIMS) > 15


@pytest.mark.parametrize(("claim", "holders"), CLAIMS, ids=[claim[:40] for claim, _ in CLAIMS])
def test_what_holds_a_claim_is_there(claim, holders):
    named = re.findall(r"`([^`]+)`", holders)
    assert named, f"nothing holds: {claim}"
    for one in named:
        path, _, function = one.partition("::")
        assert path.startswith("tests/"), one
        assert (ROOT / path).exists(), one
        if path.endswith(".py"):
            assert function in functions(ROOT / path), one
