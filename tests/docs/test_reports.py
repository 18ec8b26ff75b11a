"""docs/reports.md: what it shows of each report is what comes of its runbook."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from runner.report import gather, markdown
from runner.report.kinds import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "reports.md").read_text()
RUNBOOK = re.search(r"^````markdown\n(.*?)^````$", PAGE, re.DOTALL | re.MULTILINE)[1]
CUEBOOK = (sys.executable, "-P", "-m", "runner.cli.main")


def shown(kind: str) -> str:
    """The block in a kind's section."""
    section = re.search(rf"^## {kind}: .*?(?=^## \w+: |\Z)", PAGE, re.DOTALL | re.MULTILINE)[0]
    return re.search(r"^(`{3,})\w+\n(.*?)^\1$", section, re.DOTALL | re.MULTILINE)[2]


def still(text: str) -> str:
    """Without what is another one in each run: times, and the version of bash."""
    text = re.sub(r"20\d\d-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d", "TIME", text)
    text = re.sub(r'time="[\d.]+"', 'time=""', text)
    text = re.sub(r"\| [\d.]+ \| rehearsed", "| SECONDS | rehearsed", text)
    return re.sub(r'version.bash" value="[^"]*"', 'version.bash" value=""', text)


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """The reports of a rehearsal of the page's runbook, by their kinds."""
    folder = tmp_path_factory.mktemp("reports")
    (folder / "web.md").write_text(RUNBOOK)
    wanted = [word for kind in KINDS for word in ("--report", f"{kind}=r.{kind}")]
    done = subprocess.run(
        [*CUEBOOK, "rehearse", "web.md", *wanted],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1, done
    return {kind: (folder / f"r.{kind}").read_text() for kind in KINDS}


@pytest.mark.parametrize("kind", ["github", "junit", "markdown"])
def test_what_is_shown_is_what_comes(reports, kind):
    assert still(reports[kind]) == still(shown(kind))


def test_the_object_has_what_is_shown_and_every_field_is_told(reports):
    example, value = json.loads(shown("json")), json.loads(reports["json"])
    step = example["performances"][0]["steps"][0]
    (found,) = [s for s in value["performances"][0]["steps"] if s["number"] == step["number"]]
    for ours, theirs in [
        (example, value),
        (example["performances"][0], value["performances"][0]),
        (step, found),
        (step["output"], found["output"]),
    ]:
        assert set(ours) - {"…"} <= set(theirs)
    assert step["id"] == found["id"]
    assert step["output"]["lines"] == found["output"]["lines"]
    told = set(re.findall(r"`(\w+)`", PAGE))
    performance = value["performances"][0]
    fields = {*value, *performance, *performance["rest"], "result", "done", "notes", "output"}
    assert fields <= told, f"{fields - told} are not told"


def test_every_kind_has_its_section():
    assert sorted(re.findall(r"^## (\w+): ", PAGE, re.MULTILINE)) == sorted(KINDS)


def test_the_figures_are_those_of_the_code():
    assert f"the last {gather.LINES} lines" in PAGE
    assert f"than {gather.WIDEST} characters" in PAGE.replace("\n  ", " ")
    assert f"its last {gather.LIMIT >> 10} KiB" in PAGE
    told = f"The first {markdown.FAILURES} failures are told, each with the last {markdown.LINES}"
    assert told in PAGE
