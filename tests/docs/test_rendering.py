"""docs/rendering.md: the page that it shows is what comes of its runbook."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runner.render.html import FEW

PAGE = (Path(__file__).parents[2] / "docs" / "rendering.md").read_text()
RUNBOOK, SHOWN = re.findall(r"^````markdown\n(.*?)^````$", PAGE, re.DOTALL | re.MULTILINE)
CUEBOOK = (sys.executable, "-P", "-m", "runner.cli.main")


def cuebook(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CUEBOOK, *args],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def still(text: str) -> str:
    """Without what is another one in each run: the time, and the versions of programs."""
    text = re.sub(r"on 20\d\d-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d", "on TIME", text)
    return re.sub(r"\b(bash|python3) \d+\.[\d.]*\d", r"\1 VERSION", text)


@pytest.fixture
def free_port():
    """A port that nobody has, in place of the page's: others may test at the same time."""
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


@pytest.mark.skipif(not shutil.which("curl"), reason="its runbook needs curl: install that")
def test_the_page_is_what_comes(tmp_path, free_port):
    (tmp_path / "web.md").write_text(RUNBOOK.replace("8123", free_port))
    rehearsed = cuebook(tmp_path, "rehearse", "web.md")
    assert rehearsed.returncode == 0, rehearsed.stdout
    rendered = cuebook(tmp_path, "render", "web.md", "-o", "page.md", "--take", "latest")
    assert (rendered.returncode, rendered.stderr) == (0, "")
    came = (tmp_path / "page.md").read_text().replace(free_port, "8123")
    assert still(came) == still(SHOWN)


def test_the_error_is_what_comes(tmp_path):
    shown = re.search(r"^```console\n\$ cuebook (render .*?)\n(.*?)^```$", PAGE, re.S | re.M)
    (tmp_path / "web.md").write_text(f"```bash\nls\n```{chr(10) * 9}See [the set-up](set-up.md).\n")
    (tmp_path / "setup.md").write_text("")
    run = cuebook(tmp_path, *shown[1].split())
    assert (run.returncode, run.stderr) == (2, shown[2])


def test_the_numbers_that_it_tells_are_those_of_the_code():
    from runner.render.recorded import HEAD, TAIL

    told = re.search(r"more than (\d+) lines, the first\s+(\d+) and the last (\d+)", PAGE)
    assert [int(number) for number in told.groups()] == [HEAD + TAIL, HEAD, TAIL]


def test_the_templates_that_it_names_are_those_that_there_are():
    from runner.render.html import TEMPLATES

    told = re.search(r"^`--templates FOLDER`.*?\n\n", PAGE, re.DOTALL | re.MULTILINE)
    named = set(re.findall(r"`([a-z]+\.(?:css|html|js))`", told[0]))
    assert named == {path.name for path in TEMPLATES.iterdir()}


def test_the_fold_says_what_it_tells():
    from runner.render import words
    from runner.render.content import Output

    assert words.folded(988, Output((), 700)) in PAGE
    assert f"more than {FEW} lines away" in PAGE
