"""Whether the time to read a runbook grows in proportion to its size."""

from __future__ import annotations

import subprocess
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from tests.bench import books
from tests.bench.figures import Figure, Goal, Result, Row
from tests.bench.lab import REPO, BenchError, Lab, say

if TYPE_CHECKING:
    from pathlib import Path

SIZES = (500_000, 1_000_000, 2_000_000)

NOTES = """\
`runner.book.read.read` on runbooks of 0.5, 1 and 2 MB, each in a process of its own, imports not
counted: `tests/bench/section.md` over and over, with prose, lists, a table, directives,
here-documents, functions, loops and blocks in other languages. In proportion means that a megabyte
takes as long in a large runbook as in a small one."""


def run(lab: Lab) -> Result:
    """Time the reading of three runbooks."""
    paths = {size: lab.file(f"book-{size}.md", books.realistic(size)) for size in SIZES}
    say("parsing: runbooks of " + ", ".join(_mb(size) for size in SIZES))
    times = lab.interleave({_mb(size): partial(_read, lab, paths[size]) for size in SIZES})
    per_mb = {
        size: [seconds / (paths[size].stat().st_size / 1e6) for seconds in times[_mb(size)]]
        for size in SIZES
    }
    small = SIZES[0]
    rows = tuple(
        Row(
            name=f"parsing {_mb(size)}",
            what=f"parsing and splitting {_mb(size)}: time for each MB",
            measured=f"{median(times[_mb(size)]):.2f} s, {median(per_mb[size]):.3f} s/MB",
            against=f"{_mb(small)}: {median(per_mb[small]):.3f} s/MB",
            figure=Figure.ratio(per_mb[size], per_mb[small]),
            goal=None if size == small else Goal(1.15),
        )
        for size in SIZES
    )
    return Result("Parsing", rows, NOTES)


def _mb(size: int) -> str:
    return f"{size / 1e6:g} MB"


def _read(lab: Lab, path: Path) -> float:
    argv = [lab.python, "-m", "tests.bench.read_one", str(path)]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=REPO, env=lab.env, check=False)
    if done.returncode != 0:
        raise BenchError(f"reading {path.name} failed: {done.stderr.strip()[-1000:]}")
    return float(done.stdout)
