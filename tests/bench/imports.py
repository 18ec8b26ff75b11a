"""Which heavy modules a rehearsal imports: nothing that it does not use."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from tests.bench import start
from tests.bench.figures import Result
from tests.bench.lab import REPO, BenchError, Lab, say

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = (
    *("aiohttp", "asyncio", "click", "cryptography", "docker", "jinja2", "kubernetes"),
    *("markdown_it", "pexpect", "pygments", "rich", "tree_sitter", "yaml"),
)
LINE = re.compile(r"^import time:\s+(?P<self>\d+) \|\s+(?P<total>\d+) \|\s+(?P<name>\S+)$", re.M)

NOTES = """\
What Python says by `-X importtime` of the modules that are heavy; a dash: not imported.
The times are those of one run.

| module | one command | the tour |
|---|---|---|
{lines}
| modules in all | {one_total} | {tour_total} |"""


def run(lab: Lab) -> Result:
    """List the heavy modules that rehearsals of one command and of the tour import."""
    say("imports: one command, the tour")
    one = _imported(lab, lab.file("one.md", start.BOOK), lab.work)
    tour = _imported(lab, REPO / "runbooks" / "tour.md", REPO)
    lines = [f"| `{name}` | {_cell(one, name)} | {_cell(tour, name)} |" for name in HEAVY]
    notes = NOTES.format(lines="\n".join(lines), one_total=len(one), tour_total=len(tour))
    return Result("Imports", (), notes)


def _imported(lab: Lab, book: Path, cwd: Path) -> dict[str, int]:
    """Return the modules that a rehearsal imports, each with its own microseconds."""
    argv = [lab.python, "-X", "importtime", lab.cuebook, "rehearse", str(book)]
    done = subprocess.run(
        argv, capture_output=True, stdin=subprocess.DEVNULL, cwd=cwd, env=lab.env, check=False
    )
    said = done.stderr.decode(errors="replace")
    if done.returncode != 0:
        raise BenchError(f"rehearsing {book.name} failed: {said[-1000:]}")
    return {found["name"]: int(found["self"]) for found in LINE.finditer(said)}


def _cell(imported: dict[str, int], name: str) -> str:
    """Return what the module and all below it took, or a dash."""
    own = [us for module, us in imported.items() if module.split(".")[0] == name]
    return f"{sum(own) / 1000:.1f} ms" if own else "–"
