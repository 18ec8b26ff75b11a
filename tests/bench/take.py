"""What a take costs, and how long a long one takes to open."""

from __future__ import annotations

from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from runner.show.events import Ended, Outcome, Output, Started
from runner.take.header import header
from runner.take.writer import Writer
from tests.bench import books, commands, throughput
from tests.bench.figures import Figure, Goal, Result, Row, ms
from tests.bench.lab import Lab, Spent, say

if TYPE_CHECKING:
    from pathlib import Path

# Two runs that differ by a few percent: more of them.
TIMES = 6
STEPS = 10_000
SECONDS = 2.0

NOTES = f"""\
The runbook of {commands.MANY:,} × `true` and the one whose command prints 200 MB are rehearsed
with `--take FILE`, each time a new one, and with `--no-take`, the whole process each time; output
goes to `/dev/null`. The 200 MB make a take of 209 MB. Time is measured by the clock, as the goals
have it, and of processors, which tells more where a machine is busy. Then `cuebook take show` opens
a take of {STEPS:,} commands that printed a line each, the whole process again."""


def run(lab: Lab) -> Result:
    """Time both benchmarks with and without a take, and the opening of a long take."""
    flood = f"# Flood\n\n<!-- @SHOW -->\n\n```bash\n{throughput.COMMAND}\n```\n"
    named = {
        f"{commands.MANY:,} commands": lab.file("trivial.md", books.runbook(commands.MANY)),
        "200 MB of output": lab.file("flood.md", flood),
    }
    take = lab.work / "take.jsonl"
    say(f"take: {', '.join(named)}, each with a take and without")
    contenders = {}
    for name, book in named.items():
        rehearse = [lab.cuebook, "rehearse", str(book)]
        contenders[f"{name}, kept"] = partial(_kept, lab, rehearse, take)
        contenders[f"{name}, not kept"] = partial(lab.spend, [*rehearse, "--no-take"])
    long = _written(lab)
    contenders["open"] = partial(lab.spend, [lab.cuebook, "take", "show", str(long)])
    spent = lab.interleave(contenders, times=TIMES)
    rows = []
    for name in named:
        rows += _cost(name, spent[f"{name}, kept"], spent[f"{name}, not kept"])
    opened = [one.wall for one in spent["open"]]
    rows.append(
        Row(
            name="opening a take",
            what=f"`cuebook take show`, a take of {STEPS:,} commands",
            measured=ms(opened),
            against="nothing",
            figure=Figure(median(opened) * 1e3, min(opened) * 1e3, max(opened) * 1e3, "ms"),
            goal=Goal(SECONDS * 1e3, unit="ms"),
        )
    )
    return Result("Takes", tuple(rows), NOTES)


def _kept(lab: Lab, rehearse: list[str], take: Path) -> Spent:
    """Rehearse with a take. The last one is removed first: to cut 200 MB takes 0.1 s."""
    take.unlink(missing_ok=True)
    return lab.spend([*rehearse, "--take", str(take)])


def _cost(name: str, kept: list[Spent], bare: list[Spent]) -> list[Row]:
    walls = [one.wall for one in kept], [one.wall for one in bare]
    cpus = [one.cpu for one in kept], [one.cpu for one in bare]
    return [
        Row(
            name=f"take: {name}",
            what=f"{name}, with a take",
            measured=ms(walls[0]),
            against=f"without one: {ms(walls[1])}",
            figure=Figure.ratio(*walls),
            goal=Goal(1.1),
        ),
        Row(
            name=f"take: {name}, processors",
            what=f"{name}, with a take: processor time",
            measured=ms(cpus[0]),
            against=f"without one: {ms(cpus[1])}",
            figure=Figure.ratio(*cpus),
        ),
    ]


def _written(lab: Lab) -> Path:
    """Write a take of many steps, as a rehearsal would."""
    from runner.book.read import read

    runbook = read(lab.file("long.md", books.runbook(STEPS)))
    path = lab.work / "long.jsonl"
    with Writer(
        path, header(runbook, "rehearsed", size=(24, 80), env=lab.env), runbook.steps
    ) as take:
        for step in runbook.steps:
            take(Started(step, step.text, step.heading))
            take(Output(b"a line of output\r\n"))
            take(Ended(step, Outcome.PASSED, 0, 0.01))
        take.finish(0)
    return path
