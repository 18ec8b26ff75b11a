"""What a runbook needs, against programs that are there, missing, too old or odd."""

from __future__ import annotations

import os

import pytest

from runner.book.read import read
from runner.show.require import missing, requirements, version


@pytest.fixture
def programs(tmp_path):
    """Return a function: programs by name, as shell scripts, to the environment that has them."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def programs(**scripts):
        for name, script in scripts.items():
            path = folder / name
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(0o755)
        return {"PATH": f"{folder}:{os.environ['PATH']}"}

    return programs


@pytest.fixture
def objections(tmp_path, programs):
    def objections(text, **scripts):
        path = tmp_path / "book.md"
        path.write_text(text)
        said = missing(requirements(read(path)), programs(**scripts))
        return [f"{place.line}:{place.column}: {sentence}" for place, sentence in said]

    return objections


NEW = 'echo "tool version 1.10.2"'


@pytest.mark.parametrize(
    ("argument", "script", "said"),
    [
        ("tool", NEW, []),
        ("tool", "exit 1", []),
        ("nosuch", NEW, ["3:6: `nosuch` is not on PATH"]),
        ("nosuch https://a.b/c", NEW, ["3:6: `nosuch` is not on PATH; see https://a.b/c"]),
        ("nosuch >=1 https://a.b/c", NEW, ["3:6: `nosuch` is not on PATH; see https://a.b/c"]),
        ("tool >=1.9", NEW, []),
        ("tool >=v1.10.2", NEW, []),
        ("tool >=1.10.2.0", NEW, []),
        ("tool >=2", NEW, ["3:6: `tool` is version 1.10.2, and 2 or newer is needed"]),
        ("tool >=1.10.10", NEW, ["3:6: `tool` is version 1.10.2, and 1.10.10 or newer is needed"]),
        ("tool >=1", "exit 1", ["3:6: `tool` does not tell its version, and 1 or newer is needed"]),
        ("tool >=1.2", '[ "$1" = version ] && echo v1.3.0', []),
        ("tool >=1.2", '[ "$1 $2" = "version --client" ] && echo Client: v1.3.0 >&2', []),
    ],
)
def test_a_program(objections, argument, script, said):
    assert objections(f"# T\n\n<!-- @require {argument} -->\n", tool=script) == said


def test_all_are_named_at_once_and_each_once(objections):
    text = (
        "---\nrequires: [one, 'two >=2']\n---\n\n<!-- @require one -->\n\n<!-- @require three -->\n"
    )
    assert objections(text, two="echo 1.0") == [
        "2:12: `one` is not on PATH",
        "2:17: `two` is version 1.0, and 2 or newer is needed",
        "7:6: `three` is not on PATH",
    ]


def test_a_program_that_never_answers_is_not_waited_for_for_ever(programs, monkeypatch):
    monkeypatch.setattr("runner.show.require._PATIENCE", 0.1)
    assert version("tool", programs(tool="exec sleep 60")) == ""
