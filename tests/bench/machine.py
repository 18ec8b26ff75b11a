"""What the figures were measured on."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from pathlib import Path

from runner import __version__
from tests.bench.lab import REPO, Lab


def facts(lab: Lab) -> dict[str, str]:
    """Return what a reader needs to judge the figures, in the order to show it."""
    version = _said([lab.bash, "-c", 'echo "$BASH_VERSION"'])
    return {
        "date": datetime.datetime.now(tz=datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "cuebook": f"{__version__}, commit {_said(['git', 'rev-parse', '--short', 'HEAD'])}",
        "cores": f"{os.cpu_count()} × {_processor()}",
        "system": f"{platform.system()} {platform.release()}",
        "bash": version,
        "Python": platform.python_version(),
        "load before": f"{os.getloadavg()[0]:.2f}",
        "rounds": str(lab.rounds),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _said(argv: list[str]) -> str:
    try:
        done = subprocess.run(argv, capture_output=True, text=True, cwd=REPO, check=False)
    except OSError:
        return "unknown"
    return done.stdout.strip() or "unknown"
