"""Rehearsals in an environment that stands in for the real thing: a package of the test's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MODULE = """
import contextlib, pathlib, types

@contextlib.contextmanager
def entered():
    here = pathlib.Path(__file__).parent
    (here / "mark").touch()
    try:
        yield types.SimpleNamespace(
            label="cardboard clusters",
            variables={"CUEBOOK_SIMULATED": str(here / "mark"), "SCENERY": "cardboard"},
            path=[str(here / "props")],
        )
    finally:
        (here / "left").touch()
"""


@pytest.fixture
def package(stage) -> Path:
    """Install a package whose environment is called `sandbox`, before the real one."""
    files = {
        "scenery.py": MODULE,
        "scenery-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: scenery\nVersion: 1.0\n",
        "scenery-1.0.dist-info/entry_points.txt": (
            "[cuebook.environments]\nsandbox = scenery:entered\n"
        ),
        "props/visit": '#!/bin/sh\necho "[cardboard] $1"\n'
        'echo "visit $1 needs a road" >>"$CUEBOOK_SIMULATED"\nexit "${2:-0}"\n',
    }
    root = stage.work / "package"
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "props/visit").chmod(0o755)
    stage.env["PYTHONPATH"] = str(root)
    return root


RUNBOOK = """\
```bash
echo "scenery: $SCENERY"
#@expect a town
#@until 1m
visit town 7
```

<!-- @browse http://192.0.2.1/ Town -->
"""


def test_the_third_outcome(rehearse, stage, package):
    run = rehearse(RUNBOOK, "--sandbox", "--take", "a.take", "--report", "junit=r.xml")
    assert run.status == 0, run
    lines = run.stdout.splitlines()
    assert lines[0] == "! rehearsed on cardboard clusters"
    assert "scenery: cardboard" in lines
    assert lines.count("≈ simulated: visit town needs a road") == 1
    assert "≈ simulated: a page needs real traffic" in lines
    end = "✓ demo.md: rehearsed on cardboard clusters: 1 step passed, 2 simulated"
    assert lines[-1].startswith(end)
    head, *_, totals = map(json.loads, (stage.work / "a.take").read_text().splitlines())
    assert head["environment"] == "cardboard clusters"
    assert (totals["passed"], totals["failed"], totals["simulated"]) == (1, 0, 2)
    cases = ET.parse(stage.work / "r.xml").getroot().iter("skipped")
    assert [case.get("message") for case in cases] == [
        "visit town needs a road",
        "a page needs real traffic",
    ]
    assert (package / "left").exists()


def test_a_failure_stays_one(rehearse, package):
    run = rehearse("```bash\nfalse\nvisit town\n```\n", "--sandbox", "--keep-going")
    assert run.status == 1
    assert "0 steps passed, 1 failed, 1 simulated" in run.stdout


def test_the_real_thing_is_not_asked(rehearse, package):
    run = rehearse("```bash\necho ${SCENERY-none}\n```\n")
    assert "none" in run.stdout
    assert "simulated" not in run.stdout
    assert not (package / "mark").exists()


def test_what_a_runbook_performs_is_in_it_too(rehearse, stage, package):
    run = rehearse(
        "```bash\n$SHELL inner.md\n```\n",
        "--sandbox",
        files={"inner.md": "```bash\ntrue\n```\n<!-- @browse http://192.0.2.1/ -->\n"},
    )
    assert run.status == 0, run
    assert run.stdout.count("rehearsed on cardboard clusters") == 3  # two beginnings, one end


def test_output_of_what_stands_in_is_never_approved(rehearse, package):
    run = rehearse("```bash\ntrue\n```\n", "--sandbox", "--approve")
    assert run.status == 2
    assert "--approve is for real output" in run.stderr


def test_an_environment_that_nobody_has(monkeypatch):
    from runner.show.environments import entered
    from runner.show.events import PerformanceError

    with pytest.raises(PerformanceError, match="there is no environment `moon`"), entered("moon"):
        pass


def test_a_page_says_it_too(rehearse, stage, package):
    run = rehearse(RUNBOOK, "--sandbox", "--take", "a.take")
    assert run.status == 0, run
    for name in ("out.md", "out.html"):
        made = stage.cuebook("render", "--no-init", "--take", "a.take", "-o", name, "demo.md")
        assert made.status == 0, made
        page = (stage.work / name).read_text()
        assert "in a simulation (" in page
        assert "cardboard clusters" in page
        assert "This was simulated: visit town needs a road." in page
