"""action.yml: its shape, and what its script runs, by a real bash.

The installation is a fake, as it needs the network: a `python` that makes an environment whose
`cuebook` is ours. The rehearsal is real.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
import yaml

REPO = Path(__file__).parents[2]
TEXT = (REPO / "action.yml").read_text()
ACTION = yaml.safe_load(TEXT)
PYTHON, REHEARSE = ACTION["runs"]["steps"]

FAKE_PYTHON = f"""#!/bin/bash
# python -m venv FOLDER
mkdir -p "$3/bin"
printf '#!/bin/sh\\necho "$@" >>"$FAKE_LOG"\\n' >"$3/bin/python"
printf '#!/bin/sh\\nexec {sys.executable} -P -m runner.cli.main "$@"\\n' >"$3/bin/cuebook"
chmod +x "$3"/bin/*
"""


class Job(NamedTuple):
    status: int
    log: str
    outputs: dict[str, str]
    summary: str
    installed: str


@pytest.fixture
def job(tmp_path):
    """Return a function that runs the action's script with some inputs, in a folder with files."""

    def job(files: dict[str, str], **inputs: str) -> Job:
        work, temp = tmp_path / "a workspace", tmp_path / "a temp"
        temp.mkdir()
        for name, text in files.items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_text(text)
        fake = tmp_path / "python"
        fake.write_text(FAKE_PYTHON)
        fake.chmod(0o755)
        values = {
            f"inputs.{name}": str(value["default"]) for name, value in ACTION["inputs"].items()
        }
        values |= {f"inputs.{name}": value for name, value in inputs.items()}
        values["steps.python.outputs.python-path"] = str(fake)
        env = {
            name: re.sub(r"\$\{\{ (\S+) \}\}", lambda match: values[match[1]], value)
            for name, value in REHEARSE["env"].items()
        }
        env |= {
            "HOME": str(tmp_path),
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "FAKE_LOG": str(tmp_path / "installed"),
            "GITHUB_ACTION_PATH": str(REPO),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            "GITHUB_WORKSPACE": str(work),
            "RUNNER_TEMP": str(temp),
        }
        # As a runner calls `shell: bash` (docs.github.com, workflow syntax, `steps[*].shell`).
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", REHEARSE["run"]],
            cwd=work,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        output = _text(tmp_path / "output")
        return Job(
            done.returncode,
            done.stdout.decode(),
            dict(line.split("=", 1) for line in output.splitlines()),
            _text(tmp_path / "summary"),
            _text(tmp_path / "installed"),
        )

    return job


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def runbook(command: str) -> str:
    return f"# A\n\n<!-- @SHOW -->\n\n```bash\n{command}\n```\n"


def test_its_shape():
    assert ACTION["runs"]["using"] == "composite"
    assert list(ACTION["inputs"]) == ["runbooks", "args", "python-version"]
    assert all(value["description"] and "default" in value for value in ACTION["inputs"].values())
    assert ACTION["outputs"]["junit"]["value"] == "${{ steps.rehearse.outputs.junit }}"
    assert [PYTHON["id"], REHEARSE["id"]] == ["python", "rehearse"]
    assert REHEARSE["shell"] == "bash"
    # Older ones are for Node 20, which GitHub's runners have no more since September 2026.
    action, _, version = PYTHON["uses"].partition("@v")
    assert (action, int(version) >= 6) == ("actions/setup-python", True)
    minor = int(str(ACTION["inputs"]["python-version"]["default"]).split(".")[1])
    assert minor >= 11


def test_no_input_is_text_in_a_script():
    """What somebody writes into a pull request's file names must not become a command."""
    assert all("${{" not in step.get("run", "") for step in ACTION["runs"]["steps"])
    assert "${{" not in (REPO / ".ci" / "action").read_text()


def test_a_repository_whose_runbooks_hold(job):
    done = job({"docs/a.md": runbook("echo fine"), "README.md": "# Prose\n"})
    assert done.status == 0, done.log
    assert done.installed.endswith(f"install --quiet --disable-pip-version-check {REPO}\n")
    assert "✓ docs/a.md: 1 step passed" in done.log
    assert "docs/a.md" in done.summary
    names = {case.get("name") for case in ET.parse(done.outputs["junit"]).iter("testcase")}
    assert any("echo fine" in name for name in names), names


def test_a_failure_is_annotated_and_fails_the_job(job):
    done = job({"docs/a.md": runbook("false"), "b.md": runbook("false")}, runbooks="docs")
    assert done.status == 1
    assert re.search(r"^::error .*file=docs/a\.md,.*line=6", done.log, re.MULTILINE), done.log
    assert "b.md" not in done.log
    assert Path(done.outputs["junit"]).is_file()


def test_runbooks_are_one_a_line(job):
    files = {"a b.md": runbook("true"), "c/d.md": runbook("true"), "-e.md": runbook("true")}
    done = job(files, runbooks="  a b.md\n\n  c \n-e.md\n", args="-j 2")
    assert done.status == 0, done.log
    assert all(f"✓ passed  {name} " in done.log for name in ("a b.md", "c/d.md", "-e.md")), done.log


def test_args_are_words_and_nothing_in_them_is_expanded(job):
    text = runbook("true") + "\n## To $(touch ran) *\n\n```bash\nfalse\n```\n"
    done = job({"a.md": text}, args="--keep-going  --from 'To $(touch ran) *'\n--no-setup")
    assert done.status == 1, done.log
    assert "✗ a.md: 0 steps passed, 1 failed" in done.log


def test_args_with_a_quote_that_never_ends(job):
    done = job({"a.md": runbook("touch ran")}, args="--from 'x")
    assert done.status == 2
    assert "::error::the input 'args' cannot be split into words" in done.log


@pytest.mark.parametrize("name", ["runbooks", "args"])
def test_an_input_is_no_command(job, tmp_path, name):
    evil = f"$(touch {tmp_path}/ran) `touch {tmp_path}/ran` ; touch {tmp_path}/ran"
    assert job({"a.md": runbook("true")}, **{name: evil}).status == 2
    assert not (tmp_path / "ran").exists()


def test_what_is_ours_stays_out_of_the_runbooks_shell(job):
    names = "CUEBOOK_ARGS CUEBOOK_RUNBOOKS CUEBOOK_PYTHON_PATH"
    done = job({"a.md": runbook(f"for n in {names}; do echo $n=${{!n-unset}}; done")})
    assert done.log.count("=unset") == 3, done.log
