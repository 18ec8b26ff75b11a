"""What a command costs: runbooks of 1,000 and 2,000 trivial commands."""

from __future__ import annotations

import subprocess
import time
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from tests.bench import books, peers
from tests.bench.figures import Figure, Goal, Result, Row, ms
from tests.bench.lab import Lab, say

if TYPE_CHECKING:
    from collections.abc import Callable

FEW, MANY = 1000, 2000

NOTES = f"""\
Runbooks of {FEW:,} and {MANY:,} × `true`, ten a block, a sentence before each block, all shown;
output goes to `/dev/null`. The difference of the two times, divided by {MANY - FEW:,}, is what one
more command costs. `bash -c true` is started {FEW:,} times by Python's `subprocess`, one after the
other. The other tools run the same commands, written their way, and offer no terminal: `bash` on a
script is the floor, prysk feeds one script to one shell that is not interactive, byexample types
into a shell on a pseudo-terminal."""


def run(lab: Lab) -> Result:
    """Time cuebook, plain bash, prysk and byexample on the same commands."""
    tools: dict[str, Callable[[int], list[str]]] = {"cuebook": partial(_cuebook, lab)}
    tools["`bash`, one script"] = partial(_bash, lab)
    missing = []
    for name, arguments in (
        ("prysk", partial(_prysk, lab)),
        ("byexample", partial(_byexample, lab)),
    ):
        if program := peers.install(lab, name):
            tools[f"{name} {peers.VERSIONS[name]}"] = partial(arguments, str(program))
        else:
            missing.append(name)

    contenders: dict[str, Callable[[], float]] = {"bash -c": partial(_many_bashes, lab)}
    for name, argv in tools.items():
        for commands in (FEW, MANY):
            contenders[f"{name}, {commands}"] = partial(lab.run, argv(commands))
    say(f"commands: {', '.join(tools)}; {FEW:,} and {MANY:,} commands each")
    times = lab.interleave(contenders)

    bashes = times["bash -c"]
    rows = []
    for name in tools:
        few, many = times[f"{name}, {FEW}"], times[f"{name}, {MANY}"]
        rows += _rows(name, few, many, bashes)
    rows += [
        Row(name=name, what=name, measured="could not be installed here", against="–")
        for name in missing
    ]
    return Result("Commands", tuple(rows), NOTES)


def _rows(name: str, few: list[float], many: list[float], bashes: list[float]) -> list[Row]:
    ours = name == "cuebook"
    more = [(b - a) / (MANY - FEW) for a, b in zip(few, many, strict=True)]
    each = [seconds / FEW for seconds in bashes]
    return [
        Row(
            name=f"{name}: one more command",
            what=f"{name}: one more command",
            measured=f"{median(more) * 1e3:.3f} ms",
            against=f"one `bash -c true`: {median(each) * 1e3:.3f} ms",
            figure=Figure.ratio(more, each),
            goal=Goal(0.35) if ours else None,
        ),
        Row(
            name=f"{name}: {FEW} commands",
            what=f"{name}: {FEW:,} commands, the whole process",
            measured=ms(few),
            against=f"{FEW:,} × `bash -c true`: {ms(bashes)}",
            figure=Figure.ratio(few, bashes),
            goal=Goal(0.5) if ours else None,
        ),
    ]


def _many_bashes(lab: Lab) -> float:
    env = lab.env
    start = time.perf_counter()
    for _ in range(FEW):
        subprocess.run([lab.bash, "-c", "true"], env=env, check=True)
    return time.perf_counter() - start


def _cuebook(lab: Lab, commands: int) -> list[str]:
    path = lab.file(f"trivial-{commands}.md", books.runbook(commands))
    return [lab.cuebook, "rehearse", "--no-take", str(path)]


def _bash(lab: Lab, commands: int) -> list[str]:
    return [lab.bash, str(lab.file(f"trivial-{commands}.sh", books.script(commands)))]


def _prysk(lab: Lab, program: str, commands: int) -> list[str]:
    path = lab.file(f"trivial-{commands}.t", books.prysk(commands))
    return [program, f"--shell={lab.bash}", str(path)]


def _byexample(lab: Lab, program: str, commands: int) -> list[str]:
    path = lab.file(f"byexample-{commands}.md", books.byexample(commands))
    return [program, "-l", "shell", "--no-progress-bar", str(path)]
