"""docs/take-format.md: its example is a take, and it names every field."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from runner.take import keep, model
from runner.take.journal import MERGED
from runner.take.read import LONGEST_LINE, read
from runner.take.writer import QUICK

REPO = Path(__file__).parents[2]
PAGE = (REPO / "docs" / "take-format.md").read_text()
SCHEMA = json.loads((REPO / "runner" / "take" / "schema.json").read_text())
TYPES = [ref["$ref"].rpartition("/")[2] for ref in SCHEMA["oneOf"]]


@pytest.fixture
def example() -> str:
    found = re.search(r"```jsonl\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_the_example_is_a_take_with_every_type_of_line(example, tmp_path):
    path = tmp_path / "example.jsonl"
    path.write_text(example)
    assert read(path).broke_off == ""
    lines = [json.loads(line) for line in example.splitlines()]
    for line in lines:
        Draft202012Validator(SCHEMA).validate(line)
    assert {line["type"] for line in lines} == set(TYPES)


def test_every_field_is_told():
    for name in (*TYPES, "source", "verdict"):
        for field in SCHEMA["$defs"][name]["required"]:
            assert f"`{field}`" in PAGE, field


def test_the_figures_are_those_of_the_code():
    assert f"within {MERGED * 1000:.0f} ms" in PAGE
    assert f"{QUICK * 1000:.0f} ms goes with" in PAGE
    assert f"The last {keep.KEPT} takes" in PAGE
    assert f"{LONGEST_LINE >> 20} MiB" in PAGE
    assert f"the version of the format, {model.FORMAT} |" in PAGE
