"""The command line as a person or a script calls it: arguments -> output and exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

CUEBOOK = (sys.executable, "-P", "-m", "runner.cli.main")


class Run(NamedTuple):
    status: int
    stdout: str
    stderr: str

    @property
    def lines(self) -> list[str]:
        return self.stdout.splitlines()


@pytest.fixture
def cuebook(tmp_path) -> Callable[..., Run]:
    """Return a function that calls `cuebook` in a folder of its own; `files` are put there."""
    home = tmp_path / "home"
    work = tmp_path / "work"
    home.mkdir()
    work.mkdir()

    def cuebook(*args: str, files=None, env=None, **options) -> Run:
        for name, text in (files or {}).items():
            path = home / name[2:] if name.startswith("~/") else work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        usual = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        done = subprocess.run(
            [*CUEBOOK, *args],
            check=False,
            cwd=work,
            env=usual | (env or {}),
            stdin=subprocess.DEVNULL,
            timeout=30,
            **options,
        )
        return Run(done.returncode, (done.stdout or b"").decode(), (done.stderr or b"").decode())

    cuebook.work = work  # type: ignore[attr-defined]
    return cuebook
