"""How fast output passes through, and whether memory stays flat: 200 MB to a terminal."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.figures import Figure, Goal, Result, Row
from tests.bench.lab import BenchError, Lab, find, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZE = 200_000_000
LINE = "0123456789" * 7
COMMAND = f"yes {LINE} | head -c {SIZE}"
SOURCE = Path(__file__).with_name("drain.c")

NOTES = """\
`yes LINE | head -c 200000000` with lines of 70 characters. The floor runs it in `bash -c` on a
pseudo-terminal that a C program (`tests/bench/drain.c`) drains in reads of up to 64 KiB and
otherwise ignores. cuebook rehearses a runbook that has it as a command; the time is that from the
command before it to the command after it. Once what it captures goes to `/dev/null`, and once to
another pseudo-terminal that the C program drains: three programs and two terminals for two cores.

cuebook's resident memory (MiB) as the output passed
25 %, 50 %, 75 %, 100 %, medians: {curve}."""


@dataclass(frozen=True, slots=True)
class Drained:
    """What the C program reports: see drain.c."""

    bytes: int
    seconds: float
    rss: tuple[int, ...]
    status: int


def run(lab: Lab) -> Result:
    """Time 200 MB through cuebook and straight to the terminal."""
    drain = _compile(lab)
    times = [lab.work / name for name in ("before", "after")]
    before, after = (f"date +%s.%N > {path}" for path in times)
    block = f"{before}\n{COMMAND}\n{after}"
    book = lab.file("flood.md", f"# Flood\n\n<!-- @SHOW -->\n\n```bash\n{block}\n```\n")
    rehearse = [lab.cuebook, "rehearse", "--no-take", str(book)]

    def seconds() -> float:
        start, end = (float(path.read_text()) for path in times)
        return end - start

    def captured() -> Drained:
        lab.run(rehearse)
        return Drained(SIZE, seconds(), (), 0)

    def shown() -> Drained:
        return replace(_drained(lab, drain, rehearse), seconds=seconds())

    say(f"throughput: {SIZE // 1_000_000} MB through a pseudo-terminal")
    contenders: dict[str, Callable[[], Drained]] = {
        "captured": captured,
        "shown": shown,
        "floor": partial(_drained, lab, drain, [lab.bash, "-c", COMMAND]),
    }
    results = lab.interleave(contenders)
    speeds = {name: [SIZE / 1e6 / r.seconds for r in found] for name, found in results.items()}
    curve = [median(r.rss[i] for r in results["shown"]) / 1024 for i in range(4)]

    def row(name: str, what: str, goal: Goal | None) -> Row:
        return Row(
            name=name,
            what=f"200 MB through a command to the terminal, {what}",
            measured=f"{median(speeds[name]):.1f} MB/s",
            against=f"a C loop that only drains: {median(speeds['floor']):.1f} MB/s",
            figure=Figure.ratio(speeds[name], speeds["floor"]),
            goal=goal,
        )

    rows = (
        row("captured", "captured", Goal(0.85, at_most=False)),
        row("shown", "captured and written to another terminal", None),
        Row(
            name="memory",
            what="resident memory after 200 MB",
            measured=f"{curve[3]:.1f} MiB",
            against=f"after 50 MB: {curve[0]:.1f} MiB",
            figure=_growth(results["shown"]),
            goal=Goal(1.05),
        ),
    )
    return Result("Throughput", rows, NOTES.format(curve=", ".join(f"{c:.1f}" for c in curve)))


def _growth(samples: list[Drained]) -> Figure | None:
    """Compare the memory at the end with the memory after a quarter, where it is known."""
    if not all(all(r.rss) for r in samples):
        return None
    return Figure.ratio([r.rss[3] for r in samples], [r.rss[0] for r in samples])


def _compile(lab: Lab) -> Path:
    program = lab.cache / "drain"
    libraries = ["-lutil"] if Path("/proc").exists() else []
    argv = [find("cc"), "-O2", "-Wall", "-Wextra", "-o", str(program), str(SOURCE), *libraries]
    subprocess.run(argv, check=True)
    return program


def _drained(lab: Lab, drain: Path, argv: Sequence[str]) -> Drained:
    result = lab.work / "drained.json"
    lab.run([drain, result, str(SIZE), *argv])
    fields = json.loads(result.read_text())
    drained = Drained(**fields | {"rss": tuple(fields["rss"])})
    if drained.status != 0 or drained.bytes < SIZE:
        raise BenchError(
            f"`{argv[0]}` let {drained.bytes:,} of {SIZE:,} bytes through, "
            f"and its wait status was {drained.status}"
        )
    return drained
