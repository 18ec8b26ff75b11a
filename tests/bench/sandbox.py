"""The sandbox: what seven clusters cost, and what kubectl pays for talking to one."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from helpers.sandbox.environment import sandbox
from tests.bench.figures import Figure, Goal, Result, Row, ms
from tests.bench.lab import BenchError, say

if TYPE_CHECKING:
    from tests.bench.lab import Lab

NAMES = ("cdn", "faces", "color", "color-b", "faces-dr", "smiley-dr", "smiley")
CALLS = 60  # a round; they differ by more than the contenders do
NOTES = f"""\
Seven clusters in the sandbox's process, with its programs and its proxy: from the start of the
process until all answer, imports included, and the largest resident size that it had by then (VmHWM
of /proc). kubectl is called {CALLS} times a round, in a sandbox of the round's own, each in turn
with `version --client`, which talks to nobody; a round is the median of its calls.
"""


def run(lab: Lab) -> Result:
    """Start seven clusters, and call kubectl."""
    if not Path("/proc/self/status").exists():
        raise BenchError("the sandbox's memory is read from /proc")
    say("sandbox: seven clusters")
    started, sizes = [], []
    for _ in range(lab.rounds):
        before = time.perf_counter()
        with sandbox(NAMES) as found:
            started.append(time.perf_counter() - before)
            sizes.append(_megabytes(Path(found.variables["CUEBOOK_SANDBOX"])))
    say("sandbox: kubectl")
    times: dict[str, list[float]] = {"get": [], "version": []}
    for _ in range(lab.rounds):
        for name, seconds in _calls(replace(lab, rounds=1)).items():
            times[name].append(median(seconds))
    none = [0.0] * lab.rounds
    size = Figure(median(sizes), min(sizes), max(sizes), "MB")
    rows = (
        Row(
            name="sandbox: start",
            what="seven simulated clusters, until all answer",
            measured=ms(started),
            against="nothing",
            figure=Figure.extra_ms(started, none),
            goal=Goal(1000, unit="ms"),
        ),
        Row(
            name="sandbox: memory",
            what="their process",
            measured=f"{median(sizes):.0f} MB",
            against="nothing",
            figure=size,
            goal=Goal(100, unit="MB"),
        ),
        Row(
            name="sandbox: kubectl",
            what="`kubectl get svc` on one of them",
            measured=ms(times["get"]),
            against=f"`kubectl version --client`: {ms(times['version'])}",
            figure=Figure.ratio(times["get"], times["version"]),
            goal=Goal(1.2),
        ),
    )
    return Result("The sandbox", rows, NOTES)


def _calls(lab: Lab) -> dict[str, list[float]]:
    """Return the seconds of calls in a sandbox of their own: where its memory lies plays a part."""
    with sandbox(NAMES[:1]) as found:
        env = {**os.environ, **found.variables}
        env["PATH"] = f"{found.path[0]}{os.pathsep}{env['PATH']}"
        _kubectl(env, "get", "svc")  # what it learns of a server, it keeps
        return lab.interleave(
            {
                "get": partial(_timed, env, "get", "svc"),
                "version": partial(_timed, env, "version", "--client"),
            },
            times=CALLS,
        )


def _megabytes(folder: Path) -> float:
    """Return the largest resident size of the process whose folder it is."""
    number = folder.name.split("-")[2]
    lines = Path(f"/proc/{number}/status").read_text(encoding="utf-8").splitlines()
    (line,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1000


def _timed(env: dict[str, str], *words: str) -> float:
    """Return the seconds that a call takes."""
    before = time.perf_counter()
    _kubectl(env, *words)
    return time.perf_counter() - before


def _kubectl(env: dict[str, str], *words: str) -> None:
    done = subprocess.run(["kubectl", *words], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"kubectl {' '.join(words)}: {done.stderr.strip()}")
