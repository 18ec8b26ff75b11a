"""A runbook -> a take's first line."""

from __future__ import annotations

import hashlib
import os
import re
import time

import pytest

from runner import __version__
from runner.book.read import read
from runner.take.header import header
from runner.take.versions import versions


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Return a function that makes the header of a runbook's text."""
    monkeypatch.chdir(tmp_path)

    def made(text: str, *, path: str = "demo.md", env=None, **files: str):
        for name, content in {path: text, **files}.items():
            (tmp_path / name).write_text(content)
        runbook = read(tmp_path / path)
        assert not runbook.errors
        env = env or dict(os.environ)
        return header(runbook, "rehearsed", size=(24, 80), env=env)

    return made


@pytest.fixture
def program(tmp_path):
    """Return a function that writes a program; return the environment that finds it."""

    def program(name: str, text: str) -> dict[str, str]:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(f"#!/bin/bash\n{text}\n")
        (folder / name).chmod(0o755)
        return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}

    return program


def test_what_it_says(made):
    text = "---\ntitle: A demo\n---\n<!-- @import lib.sh -->\n```bash\nx=1\n```\n"
    found = made(text, **{"lib.sh": "echo lib\n"})
    assert found.runbook.path == "demo.md"
    assert found.runbook.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert [(s.path, s.sha256) for s in found.imports] == [
        ("lib.sh", hashlib.sha256(b"echo lib\n").hexdigest())
    ]
    assert (found.title, found.mode, found.environment) == ("A demo", "rehearsed", "")
    assert (found.rows, found.columns) == (24, 80)
    assert list(found.versions) == ["cuebook", "bash"]
    assert found.versions["cuebook"] == __version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", found.versions["bash"])
    assert re.fullmatch(r"[\d-]{10}T[\d:.]{12}[+-]\d\d:\d\d", found.started)


def test_each_program_that_is_required(made, program):
    env = program("tool", 'echo "tool version v2.31.4-rc1+k3s (build 7)"; echo 9.9')
    text = "---\nrequires: [tool >=2, nothere-x]\n---\n<!-- @require tool -->\n```bash\nx=1\n```\n"
    found = made(text, env=env).versions
    assert list(found) == ["cuebook", "bash", "tool", "nothere-x"]
    assert found["tool"] == "2.31.4-rc1+k3s"
    assert found["nothere-x"] == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("exit 1", ""),
        ("echo no number", ""),
        ("echo >&2 jq-1.7.1", "1.7.1"),
        ("cat; echo 1.2.3", "1.2.3"),
        ("head -c 100000000 /dev/zero; echo 1.2.3", ""),
        ("printf '1.2.3'; kill -9 $$", "1.2.3"),
        ("printf '\\xff\\xfe 1.2.3 \\xff'", "1.2.3"),
    ],
)
def test_what_programs_may_answer(program, text, number):
    env = program("tool", text)
    assert versions(["tool"], env) == {"tool": number}


def test_one_that_does_not_answer_is_not_waited_for_and_leaves_nothing(program, tmp_path):
    env = program("slow", f"sleep 60 & echo $! > {tmp_path}/pid; sleep 60")
    program("quick", "echo 1.2")
    began = time.monotonic()
    assert versions(["slow", "quick"], env, timeout=0.5) == {"slow": "", "quick": "1.2"}
    assert time.monotonic() - began < 10
    pid = int((tmp_path / "pid").read_text())
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        state = (tmp_path / "/proc" / str(pid) / "stat").read_text().split()[2]
        if state == "Z":
            return
    pytest.fail("what it started still runs")


def test_a_runbook_in_a_pipe_has_no_digest(tmp_path, book, monkeypatch):
    os.mkfifo(tmp_path / "pipe.md")
    from runner.take.header import source

    assert source(tmp_path / "pipe.md").sha256 == ""
    assert source(tmp_path / "none.md").sha256 == ""


def test_paths_below_the_current_folder_are_relative(tmp_path, monkeypatch):
    from runner.take.header import shown_path

    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    assert shown_path(tmp_path / "a" / "x.md") == "x.md"
    assert shown_path(tmp_path / "x.md") == str(tmp_path / "x.md")
    assert shown_path(tmp_path / "a" / ".." / "a" / "b" / "x.md") == "b/x.md"
