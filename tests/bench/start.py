"""How long until the first command has run, against an interpreter that does nothing."""

from __future__ import annotations

import time
from functools import partial

from tests.bench.figures import Figure, Goal, Result, Row, ms
from tests.bench.lab import Lab, say

# Each run is short: more of them.
TIMES = 4
BOOK = """\
# One command

<!-- @SHOW -->

```bash
echo "${EPOCHREALTIME:-$(date +%s.%N)}" >stamp
```
"""
NOTES = """\
A runbook whose only command writes the time of day into a file, rehearsed; from just before the
process is started to that time. `python -c pass` is the same interpreter, from start to end."""


def run(lab: Lab) -> Result:
    """Time a rehearsal up to its first command, and to its end."""
    book = lab.file("one.md", BOOK)
    say("start: one command")
    rehearse = [lab.cuebook, "rehearse", str(book)]
    contenders = {
        "cuebook": partial(_first_and_whole, lab, [*rehearse, "--no-take"]),
        "with a take": partial(_first_and_whole, lab, rehearse),
        "python": partial(_whole, lab, [lab.python, "-c", "pass"]),
    }
    times = lab.interleave(contenders, times=TIMES)
    first, whole = ([pair[i] for pair in times["cuebook"]] for i in (0, 1))
    recorded = [pair[0] for pair in times["with a take"]]
    nothing = [pair[1] for pair in times["python"]]
    against = f"`python -c pass`: {ms(nothing)}"
    rows = (
        Row(
            name="start",
            what="start to first command, rehearsed",
            measured=ms(first),
            against=against,
            figure=Figure.extra_ms(first, nothing),
            goal=Goal(120, unit="ms more"),
        ),
        Row(
            name="start with a take",
            what="start to first command, rehearsed and recorded",
            measured=ms(recorded),
            against=against,
            figure=Figure.extra_ms(recorded, nothing),
        ),
        Row(
            name="start to end",
            what="the same rehearsal to its end",
            measured=ms(whole),
            against=against,
            figure=Figure.extra_ms(whole, nothing),
        ),
    )
    return Result("Start", rows, NOTES)


def _first_and_whole(lab: Lab, argv: list[str]) -> tuple[float, float]:
    """Return the seconds to the first command and to the end of the process."""
    start = time.time()
    whole = lab.run(argv)
    # The stamp's decimal mark is the locale's.
    stamp = (lab.work / "stamp").read_text().replace(",", ".")
    return float(stamp) - start, whole


def _whole(lab: Lab, argv: list[str]) -> tuple[float, float]:
    """Return the seconds to the end of the process, twice."""
    whole = lab.run(argv)
    return whole, whole
