"""`./localcluster` in a clone: the installed one, or what to do to have it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.localcluster.commands.conftest import REPO


def test_in_a_clone_that_is_not_installed_it_says_what_to_do(tmp_path):
    clone = tmp_path / "a clone"
    clone.mkdir()
    shutil.copy(REPO / "localcluster", clone)
    done = subprocess.run(
        ["./localcluster", "--help"], cwd=clone, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert done.stderr == f"localcluster is not installed yet: run make demo in {clone}, once\n"


def test_it_runs_the_installed_one_from_anywhere_and_plans_name_it_as_it_was_called(tmp_path):
    clone = tmp_path / "a clone"
    (clone / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(REPO / "localcluster", clone)
    installed = Path(sys.executable).with_name("localcluster")
    (clone / ".venv" / "bin" / "localcluster").symlink_to(installed)
    called = "a clone/localcluster"
    done = subprocess.run(
        [called, "create", "--dryrun", str(REPO / "clusters"), "cdn"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"\n'{called}' kubeconfig add " in done.stdout
