"""How promptly the stage acts on a key, and keeps its typing rhythm, on a busy machine."""

from __future__ import annotations

import json
import os
import pty
import random
import re
import select
import signal
import subprocess
import time
from statistics import median, quantiles
from typing import TYPE_CHECKING

from tests.bench.figures import Figure, Goal, Result, Row
from tests.bench.lab import REPO, BenchError, Lab, say

if TYPE_CHECKING:
    from collections.abc import Sequence

KEYS = 300
PATIENCE = 20.0  # seconds until what should come is missed
FLOOD = "while :; do :; done"
NOTES = f"""\
While a background job keeps one of the cores busy (`{FLOOD}`).

A key: `cuebook present` on a pseudo-terminal stands at an `@wait`, {KEYS} times; from the writing
of RETURN to the last byte of the `@print` behind it.

Typing: 600 characters of commands, three times as fast as usual; how much later than its schedule
has it each character is written (`tests/bench/type_one.py`)."""


def run(lab: Lab) -> Result:
    """Time keys and typing."""
    say(f"latency: {KEYS} keys, 600 characters typed")
    keys = _keys(lab)
    late = _typing(lab)
    rows = (
        _row("key", "a key at a wait, until it acts", keys, 20),
        _row("typing", "a typed character, later than planned", late, 2),
    )
    return Result("Latency", rows, NOTES)


def _row(name: str, what: str, seconds: Sequence[float], limit: float) -> Row:
    values = sorted(1e3 * s for s in seconds)
    late = quantiles(values, n=100)[98]
    return Row(
        name=name,
        what=f"{what}: 99th percentile",
        measured=f"{late:.2f} ms",
        against=f"median {median(values):.2f} ms",
        figure=Figure(late, values[0], values[-1], "ms"),
        goal=Goal(limit, unit="ms"),
    )


def _keys(lab: Lab) -> list[float]:
    ticks = "\n".join(f"<!-- @wait -->\n<!-- @print tick {n}. -->" for n in range(1, KEYS + 1))
    book = lab.file("ticks.md", f"```bash\n{FLOOD} &\n```\n\n{ticks}\n\n<!-- @wait -->\n")
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(lab.work)
        os.execve(lab.cuebook, [lab.cuebook, "present", str(book)], lab.env | {"TERM": "xterm"})
    try:
        return [_press(fd, n) for n in range(1, KEYS + 1)]
    finally:
        os.kill(pid, signal.SIGTERM)
        os.close(fd)
        os.waitpid(pid, 0)


def _press(fd: int, number: int) -> float:
    """Press RETURN at a wait. Returns the seconds until all of the next tick is there."""
    _read(fd, None if number > 1 else re.compile(rb"\x1b\[\?2004h"))
    time.sleep(random.uniform(0.02, 0.04))
    start = time.perf_counter()
    os.write(fd, b"\r")
    _read(fd, re.compile(rb"tick %d\.[^\n]*\n" % number))
    return time.perf_counter() - start


def _read(fd: int, wanted: re.Pattern[bytes] | None) -> None:
    """Read until something has come; without it, what is there."""
    data = b""
    end = time.monotonic() + PATIENCE
    while True:
        ready, _, _ = select.select([fd], [], [], 0.0 if wanted is None else PATIENCE)
        if ready:
            data += os.read(fd, 65536)
        if (wanted is None and not ready) or (wanted and wanted.search(data)):
            return
        if time.monotonic() > end:
            raise BenchError(f"{wanted} never came; what came: {data[-500:]!r}")


def _typing(lab: Lab) -> list[float]:
    flood = subprocess.Popen([lab.bash, "-c", FLOOD])
    result = lab.work / "typed.json"
    try:
        pid, fd = pty.fork()
        if pid == 0:
            os.chdir(REPO)
            argv = [lab.python, "-m", "tests.bench.type_one", str(result)]
            os.execve(lab.python, argv, lab.env | {"TERM": "xterm"})
        _drain(fd)
        _, status = os.waitpid(pid, 0)
    finally:
        flood.kill()
        flood.wait()
    if status != 0:
        raise BenchError(f"typing ended with wait status {status}")
    late: list[float] = json.loads(result.read_text())
    return late


def _drain(fd: int) -> None:
    try:
        while os.read(fd, 65536):
            pass
    except OSError:
        pass  # EIO: it has ended
    finally:
        os.close(fd)
