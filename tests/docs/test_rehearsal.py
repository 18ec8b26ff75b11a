"""docs/rehearsal.md is a runbook, and so is the tour: what they say of checks is true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CUEBOOK = (sys.executable, "-P", "-m", "runner.cli.main")
CHECKS = {
    "browse",
    "cleanup",
    "edit",
    "exit",
    "expect",
    "for",
    "live",
    "redact",
    "rehearsal",
    "require",
    "timeout",
    "type",
    "until",
}


@pytest.fixture
def rehearse(tmp_path):
    """Return a function that rehearses a copy of a file, perhaps with a change in it."""

    def rehearse(name: str, old: str = "", new: str = "") -> subprocess.CompletedProcess[str]:
        text = (ROOT / name).read_text()
        assert text.count(old) == 1 or not old, f"{old!r} stands {text.count(old)} times in {name}"
        copy = tmp_path / name
        copy.parent.mkdir(parents=True)
        copy.write_text(text.replace(old, new) if old else text)
        for part in (ROOT / name).with_suffix("").glob("*"):
            (copy.with_suffix("") / part.name).parent.mkdir(exist_ok=True)
            (copy.with_suffix("") / part.name).write_text(part.read_text())
        return subprocess.run(
            [*CUEBOOK, "rehearse", "--no-take", name],
            cwd=tmp_path,
            env={"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return rehearse


@pytest.mark.parametrize("name", ["docs/rehearsal.md", "runbooks/tour.md"])
def test_every_check_holds(rehearse, name):
    done = rehearse(name)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert not re.search("harpoon-1851", done.stdout), "the token is shown"


def test_every_check_is_shown():
    text = (ROOT / "docs/rehearsal.md").read_text()
    assert set(re.findall(r"^#@([a-z]+)", text, re.MULTILINE)) >= CHECKS
    assert "\n```output\n" in text


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("docs/rehearsal.md", "(exit 3)", "(exit 4)", "@exit 0 3: "),
        ("docs/rehearsal.md", "3 passengers' ", "4 passengers' ", "@expect *3 passengers:"),
        ("docs/rehearsal.md", "'Cargo: oil'", "'no mutiny'", "@expect ! *mutiny*:"),
        ("docs/rehearsal.md", "date +%H:%M) home", "date +%H:%M) lost", "output:"),
        ("docs/rehearsal.md", "until 30s", "until 1ms", "it has not succeeded within 1ms"),
        ("docs/rehearsal.md", "#@timeout 20s\nwait", "#@timeout 1s\nsleep 60", "time was up: 1 s"),
        ("docs/rehearsal.md", "#@type yes\\n\n", "", "it waits for the terminal"),
        ("docs/rehearsal.md", "s/weight: 10/", "s/weight: 1/x/", "sed refused it"),
        ("docs/rehearsal.md", "bash >=4.4", "bash >=94.4", "bash"),
        ("runbooks/tour.md", "timber;40", "timber;41", "@expect 21:15"),
        ("runbooks/tour.md", "bar <= 20", "bar <= 19", "output:"),
        ("runbooks/tour.md", 'bread and news;1" >>', 'bread;1" >>', "output:"),
    ],
)
def test_a_check_that_does_not_hold_is_told(rehearse, name, old, new, told):
    done = rehearse(name, old, new)
    assert done.returncode == 1, done.stdout
    summary = done.stdout.rpartition("\n\n")[2] + done.stderr
    assert told in summary
