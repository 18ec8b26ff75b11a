"""README.md's tour, typed by a new user: every output that it shows is what comes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[2] / "README.md").read_text()
CUEBOOK = (sys.executable, "-P", "-m", "runner.cli.main")
RUNBOOK = re.search(r"^````markdown\n(.*?)^````$", README, re.DOTALL | re.MULTILINE)[1]
CONSOLES = re.findall(r"^```console\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
MENDED = RUNBOOK.replace("@wiat", "@wait")
PASSING = MENDED.replace("cat notes/monday.txt\n", "test ! -e notes\n")


@pytest.fixture
def typed(tmp_path):
    """Return a function that calls `cuebook` with `backup.md` beside it: status, and lines."""

    def typed(runbook: str, command: str) -> tuple[int, list[str]]:
        (tmp_path / "backup.md").write_text(runbook)
        done = subprocess.run(
            [*CUEBOOK, *shlex.split(command)],
            cwd=tmp_path,
            env={"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=60,
        )
        return done.returncode, lines(done.stdout.decode())

    return typed


def lines(text: str) -> list[str]:
    """Lines without the time that it took."""
    return re.sub(r"[\d.]+ s$", "", text, flags=re.MULTILINE).strip("\n").split("\n")


def consoles(command: str) -> list[list[str]]:
    """What README shows for a command, each time."""
    begin = f"$ cuebook {command}\n"
    return [lines(console.removeprefix(begin)) for console in CONSOLES if console.startswith(begin)]


def test_check_finds_the_mistake_and_then_nothing(typed):
    wrong, right = consoles("check backup.md")
    assert typed(RUNBOOK, "check backup.md") == (1, wrong)
    assert typed(MENDED, "check backup.md") == (0, right)


def test_steps(typed):
    ((*shown, dots),) = consoles("steps backup.md")
    status, printed = typed(MENDED, "steps backup.md")
    assert (status, printed[: len(shown)], dots) == (0, shown, "…")


def test_the_rehearsal_that_fails(typed):
    (shown,) = consoles("rehearse backup.md")
    assert typed(MENDED, "rehearse backup.md") == (1, shown)


def test_the_rehearsal_that_passes(typed):
    (shown,) = (lines(console) for console in CONSOLES if not console.startswith("$"))
    status, printed = typed(PASSING, "rehearse backup.md")
    assert (status, printed[-len(shown) :]) == (0, shown)


def test_the_part_that_is_rehearsed(typed):
    command = re.search(r"`cuebook (rehearse --from[^`]*)`", README)[1].replace("\n ", "")
    assert typed(PASSING, command)[0] == 0
    assert typed(PASSING, "rehearse --from 'The backup' backup.md")[0] == 1, "no notes to back up"


def test_every_console_is_looked_at():
    begun = [console.split("\n")[0] for console in CONSOLES if console.startswith("$")]
    assert begun == [
        "$ cuebook check backup.md",
        "$ cuebook check backup.md",
        "$ cuebook steps backup.md",
        "$ cuebook rehearse backup.md",
        "$ cuebook present backup.md",  # looked at by nobody
    ]


def test_its_table_has_every_command():
    table = re.findall(r"^\| `cuebook (\w+)", README, re.MULTILINE)
    usage = subprocess.run([*CUEBOOK, "--help"], capture_output=True, text=True, check=True)
    commands = re.findall(r"^  ([a-z]+) ", usage.stdout.partition("Commands:")[2], re.MULTILINE)
    assert sorted(table) == sorted(commands)


def test_every_page_of_documentation_is_linked_to_at_its_end():
    further = README.partition("## Further")[2]
    linked = set(re.findall(r"\]\(docs/([\w-]+\.md)\)", further))
    documents = {path.name for path in (Path(__file__).parents[2] / "docs").glob("*.md")}
    assert documents <= linked | {"take-format.md"}
