"""docs/ci.md, typed by a reader: every output that it shows is what comes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "ci.md").read_text()
FILES = re.findall(r"^`(guide/\S+)`:\n\n````markdown\n(.*?)^````$", PAGE, re.DOTALL | re.MULTILINE)
CONSOLES = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def timeless(text: str) -> str:
    """Text without times."""
    return re.sub(r"\d+\.\d+ ?s", "0 s", text)


@pytest.mark.parametrize(("command", "shown"), CONSOLES, ids=[command for command, _ in CONSOLES])
def test_what_is_shown_is_what_comes(command, shown, tmp_path):
    for name, text in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    programs = Path(sys.executable).parent
    path = f"{programs}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": path, "LC_ALL": "C.UTF-8", "COLUMNS": "80"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=60,
    )
    assert timeless(done.stdout.decode()) == timeless(shown)
    assert done.returncode == 1


def test_every_console_is_looked_at():
    assert len(FILES) == 2
    assert len(CONSOLES) == PAGE.count("```console")
