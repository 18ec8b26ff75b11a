"""What redaction costs where output passes through, and whether that grows in proportion to it.

`python -m tests.bench.redaction SIZE KIND RULES` passes output of a kind on, redacted by the first
RULES rules, and prints how many seconds that took.
"""

from __future__ import annotations

import contextlib
import os
import pty
import shlex
import subprocess
import sys
import time
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from runner.redact import Redactor
from tests.bench.figures import Figure, Goal, Result, Row
from tests.bench.lab import REPO, BenchError, Lab, say

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES = (r"\bAKIA[0-9A-Z]{16}\b", r"ghp_[A-Za-z0-9]{36}", r"(?i)password[=:]\s*\S+")
LINE = "0123456789" * 7
KINDS = {
    "plain": LINE,
    "prose": "the quick brown fox jumps over the lazy dog and asks for a good word",
    "coloured": f"\x1b[32m{LINE[:35]}\x1b[0m{LINE[35:]}",
    "secret": f"token ghp_{'a1B2' * 9} {LINE[:23]}",
}
SIZES = (50_000_000, 100_000_000, 200_000_000)
SMALL = 20_000_000
READ, GATHER = 4096, 1 << 16  # as runner/shell/bash.py does

NOTES = f"""\
`yes LINE | head -c SIZE` on a pseudo-terminal, in a process of its own that reads it as the engine
does and writes it to `/dev/null`, once as it is and once through `runner.redact` with three
rules: {", ".join(f"`/{rule}/`" for rule in RULES)}. The lines have 70 characters: digits, where
nothing is to be hidden; or words; or digits with two colours in them; or a secret in each, which is
the most work there is."""


def run(lab: Lab) -> Result:
    """Time output that is redacted, and output that is not."""
    say("redaction: " + ", ".join(_mb(size) for size in SIZES))
    three = len(RULES)
    cases = {
        **{
            f"{_mb(size)} {rules}": (size, "plain", rules) for size in SIZES for rules in (0, three)
        },
        **{f"{kind} {rules}": (SMALL, kind, rules) for kind in KINDS for rules in (0, three)},
    }
    times = lab.interleave({name: partial(_passed, lab, *case) for name, case in cases.items()})
    large = _mb(SIZES[-1])
    per_mb = {
        size: [seconds / (size / 1e6) for seconds in times[f"{_mb(size)} {three}"]]
        for size in SIZES
    }
    rows = [_row(f"redaction {large}", f"{large} of output", times, large, Goal(1.25))]
    rows += [
        Row(
            name=f"redaction {_mb(size)} in proportion",
            what=f"redacting {_mb(size)}: time for each MB",
            measured=f"{median(per_mb[size]) * 1e3:.2f} ms/MB",
            against=f"{_mb(SIZES[0])}: {median(per_mb[SIZES[0]]) * 1e3:.2f} ms/MB",
            figure=Figure.ratio(per_mb[size], per_mb[SIZES[0]]),
            goal=Goal(1.15),
        )
        for size in SIZES[1:]
    ]
    rows += [
        _row(f"redaction {kind}", f"{_mb(SMALL)} of output, {kind}", times, kind, None)
        for kind in KINDS
        if kind != "plain"
    ]
    return Result("Redaction", tuple(rows), NOTES)


def _row(name: str, what: str, times: dict[str, list[float]], case: str, goal: Goal | None) -> Row:
    redacted, passed = times[f"{case} {len(RULES)}"], times[f"{case} 0"]
    return Row(
        name=name,
        what=f"{what}, redacted by three rules",
        measured=f"{median(redacted):.2f} s",
        against=f"passed through: {median(passed):.2f} s",
        figure=Figure.ratio(redacted, passed),
        goal=goal,
    )


def _mb(size: int) -> str:
    return f"{size / 1e6:g} MB"


def _passed(lab: Lab, size: int, kind: str, rules: int) -> float:
    argv = [lab.python, "-m", "tests.bench.redaction", str(size), kind, str(rules)]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=REPO, env=lab.env, check=False)
    if done.returncode != 0:
        raise BenchError(f"redacting {kind} output failed: {done.stderr.strip()[-1000:]}")
    return float(done.stdout)


def _output(command: str) -> Iterator[bytes]:
    """Yield what a command prints on a terminal."""
    terminal, its_end = pty.openpty()
    with subprocess.Popen(["bash", "-c", command], stdout=its_end, stdin=its_end):
        os.close(its_end)
        with contextlib.suppress(OSError):  # EIO: the command has ended
            os.set_blocking(terminal, True)
            while data := os.read(terminal, READ):
                os.set_blocking(terminal, False)
                pieces, gathered = [data], len(data)
                with contextlib.suppress(BlockingIOError):
                    while gathered < GATHER and (data := os.read(terminal, READ)):
                        pieces.append(data)
                        gathered += len(data)
                yield b"".join(pieces)
                os.set_blocking(terminal, True)
    os.close(terminal)


def main(size: int, kind: str, rules: int) -> None:
    """Pass output on and print the seconds."""
    redactor = Redactor()
    for rule in RULES[:rules]:
        redactor.add(rule)
    command = f"yes {shlex.quote(KINDS[kind])} | head -c {size}"
    came = 0
    with open(os.devnull, "wb", buffering=0) as nowhere:
        start = time.perf_counter()
        for data in _output(command):
            came += len(data)
            nowhere.write(redactor.feed(data, time.monotonic()))
        nowhere.write(redactor.close())
        seconds = time.perf_counter() - start
    if came < size:
        sys.exit(f"only {came:,} of {size:,} bytes came")
    print(seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
