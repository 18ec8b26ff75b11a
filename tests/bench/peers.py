"""Other tools from PyPI, in an environment of their own because they pin old dependencies."""

from __future__ import annotations

import subprocess
import venv
from typing import TYPE_CHECKING

from tests.bench.lab import Lab, say

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = {"prysk": "0.20.0", "byexample": "11.0.0"}


def install(lab: Lab, name: str) -> Path | None:
    """Install a tool if it is not there yet; return its program, or None where that fails."""
    folder = lab.cache / "bench-venv"
    program = folder / "bin" / name
    wanted = f"{name}=={VERSIONS[name]}"
    if _installed(folder, name) == VERSIONS[name]:
        return program
    say(f"  installing {wanted} into {folder}")
    if not (folder / "bin" / "python").exists():
        venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "install", "--quiet", wanted], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        say(f"  {wanted} could not be installed: {done.stderr.strip()[-300:]}")
        return None
    return program


def _installed(folder: Path, name: str) -> str:
    """Return the version that the folder holds, or ""."""
    found = folder.glob(f"lib/python*/site-packages/{name}-*.dist-info")
    return next((path.name.removesuffix(".dist-info").split("-")[1] for path in found), "")
