# SPDX-License-Identifier: Apache-2.0
"""The real programs, for the tests that want them."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tools.install import path_of
from tests.tools.pins import BY_NAME, PROGRAMS

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Tools:
    """The programs of `pins`, and a home in which they find nothing of anybody's."""

    home: Path

    def path(self, name: str) -> Path:
        return path_of(BY_NAME[name])

    def run(
        self, name: str | Path, *arguments: str | Path, stdin: str = "", first: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program with no Docker to talk to; `first` is a folder before all on PATH."""
        program = name if isinstance(name, Path) else self.path(name)
        return subprocess.run(
            [str(program), *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd=self.home,
            env=self.environment(first),
        )

    def environment(self, first: Path | None = None) -> dict[str, str]:
        """Return what they run with; `first` is a folder before all on PATH."""
        folders = [str(self.path(program.name).parent) for program in PROGRAMS]
        return {
            "PATH": ":".join([*([str(first)] if first else []), *folders, os.environ["PATH"]]),
            "HOME": str(self.home),
            "DOCKER_HOST": f"unix://{self.home}/no-docker.sock",
            "NO_COLOR": "1",
        }


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    if not os.environ.get("CUEBOOK_TOOLS"):
        pytest.skip("needs the real programs at pinned versions: make test-tools has them")
    missing = [program.name for program in PROGRAMS if not path_of(program).exists()]
    assert not missing, f"not installed: {', '.join(missing)}; run python -m tests.tools"
    return Tools(tmp_path)


def newer_linkerd() -> Path | None:
    """A `linkerd` on PATH that has `link-gen`: 2.18 or newer, which cannot be built here."""
    found = shutil.which("linkerd")
    if found is None:
        return None
    command = [found, "multicluster", "link-gen", "--help"]
    known = subprocess.run(command, capture_output=True, text=True, check=False)
    return Path(found) if "link-gen" in known.stdout else None
