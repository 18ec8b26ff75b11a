"""Whether the time to match output grows in proportion to the output and to the rules."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from statistics import median

from tests.bench.figures import Figure, Goal, Result, Row
from tests.bench.lab import REPO, BenchError, Lab, say

SIZES = (10, 20, 40)  # megabytes of output, against 10 rules
RULES = (10, 20, 40)  # rules for 10 MB
GREAT = (50, 1000)  # megabytes of a whole rehearsal's output
BLOCK = "line 0 of it\n...\nthe <end>\nnever\n"
LINE = b"\x1b[32mpod/web-%d\x1b[0m   1/1   Running   0   5m   10.42.0.7   node-%d   <none>\r\n"

NOTES = """\
`runner.checks.judge.Judge` against coloured lines of about 75 bytes, in pieces of 4 KB, each time
in a process of its own, in processor time, imports not counted: an `output` block and rules of
which none is met before the end, half of them globs and half regular expressions. In proportion
means that a megabyte takes as long of much output as of little, and a rule as long among many as
among few: the time for each rule is what it takes more than with the block alone.

Then a runbook whose one command prints 1 GB, whose last line an `@expect` names, is rehearsed
once, and one that prints 50 MB."""


def run(lab: Lab) -> Result:
    """Time the matching at three sizes of output and with three numbers of rules."""
    say("matching: output of " + ", ".join(f"{size} MB" for size in SIZES))
    cases = [(size, RULES[0]) for size in SIZES] + [(SIZES[0], rules) for rules in (0, *RULES[1:])]
    times = lab.interleave({_name(*case): partial(_in_process, lab, *case) for case in cases})
    per_mb = {size: [s / size for s in times[_name(size, RULES[0])]] for size in SIZES}
    alone = times[_name(SIZES[0], 0)]
    per_rule = {
        rules: [
            (s - base) / rules for s, base in zip(times[_name(SIZES[0], rules)], alone, strict=True)
        ]
        for rules in RULES
    }
    by_output = tuple(
        Row(
            name=f"matching {size} MB",
            what=f"matching {size} MB against {RULES[0]} rules and a block: time for each MB",
            measured=f"{median(per_mb[size]) * 1e3:.1f} ms/MB, {1 / median(per_mb[size]):.0f} MB/s",
            against=f"{SIZES[0]} MB: {median(per_mb[SIZES[0]]) * 1e3:.1f} ms/MB",
            figure=Figure.ratio(per_mb[size], per_mb[SIZES[0]]),
            goal=None if size == SIZES[0] else Goal(1.15),
        )
        for size in SIZES
    )
    by_rules = tuple(
        Row(
            name=f"matching {rules} rules",
            what=f"matching {SIZES[0]} MB against {rules} rules: time for each rule",
            measured=f"{median(per_rule[rules]) * 1e3:.1f} ms/rule",
            against=f"{RULES[0]} rules: {median(per_rule[RULES[0]]) * 1e3:.1f} ms/rule",
            figure=Figure.ratio(per_rule[rules], per_rule[RULES[0]]),
            goal=None if rules == RULES[0] else Goal(1.15),
        )
        for rules in RULES
    )
    return Result("Matching", (*by_output, *by_rules, _great(lab)), NOTES)


def _great(lab: Lab) -> Row:
    """Rehearse great output against an expectation, and compare the memory."""
    say("matching: " + ", ".join(f"a rehearsal with {size} MB" for size in GREAT))
    some, most = (_peak(lab, size) for size in GREAT)
    return Row(
        name="matching 1 GB",
        what="1 GB of output against an expectation, rehearsed: resident memory at its most",
        measured=f"{most:.1f} MiB",
        against=f"50 MB: {some:.1f} MiB",
        figure=Figure.ratio([most], [some]),
        goal=Goal(1.05),
    )


def _peak(lab: Lab, size: int) -> float:
    """Return the MiB that a rehearsal had at its most; its command prints `size` MB."""
    command = f"yes 'a line of 50 bytes, as the logs of programs have it' | head -c {size}000000"
    block = f"<!-- @expect *the very end -->\n\n```bash\n{command}; echo; echo the very end\n```\n"
    book = lab.file("great.md", f"# Great\n\n{block}")
    argv = [lab.cuebook, "rehearse", "--no-take", str(book)]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, cwd=lab.work, env=lab.env)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise BenchError(f"the rehearsal with {size} MB ended with status {process.returncode}")
    return usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def _name(size: int, rules: int) -> str:
    return f"{size} MB, {rules} rules"


def _in_process(lab: Lab, size: int, rules: int) -> float:
    argv = [lab.python, "-m", "tests.bench.matching", str(size), str(rules)]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=REPO, env=lab.env, check=False)
    if done.returncode != 0:
        raise BenchError(f"matching {size} MB failed: {done.stderr.strip()[-1000:]}")
    return float(done.stdout)


def _one(size: int, rules: int) -> float:
    """Return the seconds that a judge takes for `size` MB and `rules` rules."""
    from runner.book.model import Place
    from runner.checks.judge import Expected, Judge

    def expected(text: str) -> Expected:
        return Expected(text, Place(Path("demo.md"), 1), text)

    texts = [f"*never {n}*" if n % 2 else rf"/Failed\s+{n}/" for n in range(rules)]
    judge = Judge(rules=[expected(text) for text in texts], output=expected(BLOCK))
    part = b"".join(LINE % (n, n % 3) for n in range(14_000))[:1_000_000]
    start = time.process_time()
    judge.feed(b"line 0 of it\r\n")
    for _ in range(size):
        for at in range(0, len(part), 4096):
            judge.feed(part[at : at + 4096])
    verdicts = judge.verdicts(0)
    seconds = time.process_time() - start
    if any(verdict.held for verdict in verdicts):
        raise BenchError("a rule held that cannot")
    return seconds


if __name__ == "__main__":
    print(_one(int(sys.argv[1]), int(sys.argv[2])))
