"""A step's expectations, what it printed, its status -> verdicts."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from runner.book.model import Directive, Kind, Place, Step
from runner.checks.judge import KEPT_LINES, Expected, Judge, judge_of
from runner.checks.screen import shown
from runner.take.model import Verdict

FILE = Path("demo.md")
REPO = Path(__file__).resolve().parents[2]


def command(*modifiers: str) -> Step:
    """Return a command's step; its modifiers stand on lines 1, 2, …"""
    found = [
        Directive(name, argument, Place(FILE, line))
        for line, modifier in enumerate(modifiers, 1)
        for name, _, argument in [modifier.partition(" ")]
    ]
    return Step(1, Kind.COMMAND, "run\n", Place(FILE, 10), modifiers=tuple(found))


def of_block(content: str, **more) -> Judge:
    """Return the judge of an `output` block whose content begins on line 20."""
    return Judge(output=Expected(content, Place(FILE, 20), content), **more)


def judged(step: Step, printed: str | bytes = b"", status: int = 0, **more) -> tuple[Verdict, ...]:
    return verdicts(judge_of(step, **more), printed, status)


def verdicts(judge: Judge, printed: str | bytes = b"", status: int = 0) -> tuple[Verdict, ...]:
    data = printed.encode() if isinstance(printed, str) else printed
    for at in range(0, len(data), 7):
        judge.feed(data[at : at + 7])
    return judge.verdicts(status)


def test_a_step_without_expectations_costs_nothing():
    judge = judge_of(command("timeout 5s", "exit 1"))
    tracemalloc.start()
    for _ in range(10_000):
        judge.feed(b"x" * 65536)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000
    assert judge_of(command()).verdicts(7) == ()


@pytest.mark.parametrize(
    ("rule", "printed", "message", "difference"),
    [
        ("*up*", "it is up\r\n", "", ()),
        ("up", "\x1b[32mdow\bn\r\x1b[Kup\x1b[0m\r\n", "", ()),
        (
            "up",
            "a\r\nb\r\nc\r\nd\r\n",
            "no line of the output matches",
            ("- up", "+ a", "+ b", "+ c", "+ d"),
        ),
        ("up", "", "there was no output", ("- up",)),
        (
            "! *err*",
            "a\r\nan error\r\nb\r\n",
            "line 2 of the output matches, and none may",
            ("+ an error",),
        ),
        ("! err", "fine\r\n", "", ()),
        (
            "/(/",
            "x",
            "@expect has a pattern that is not valid, /(/: "
            "missing ), unterminated subpattern at position 0",
            (),
        ),
    ],
)
def test_a_rule(rule, printed, message, difference):
    assert judged(command("wait", f"expect {rule}"), printed) == (
        Verdict(f"@expect {rule}", not message, message, "demo.md", 2, difference),
    )


@pytest.mark.parametrize(
    ("modifiers", "status", "message"),
    [
        (["exit 1"], 1, ""),
        (["exit 1 3"], 3, ""),
        (["exit 0 1"], 0, ""),
        (["exit 1"], 0, "expected exit status 1, but it was 0"),
        (["exit 1 3"], 2, "expected exit status 1 or 3, but it was 2"),
        (["exit ${NONE}"], 0, "expected exit status ${NONE}, but it was 0"),
    ],
)
def test_a_status(modifiers, status, message):
    step = command(*modifiers)
    rule = f"@{modifiers[0]}"
    assert judged(step, "", status) == (Verdict(rule, not message, message, "demo.md", 1),)
    assert judge_of(step).accepts(status) is (not message)


def test_a_status_without_exit_is_left_to_the_director():
    step = command("expect up")
    assert [v.held for v in judged(step, "up\r\n", 7)] == [True]
    assert (judge_of(step).accepts(0), judge_of(step).accepts(7)) == (True, False)


@pytest.mark.parametrize(
    ("content", "printed", "message", "line", "difference"),
    [
        ("a\n...\n<x>\n", "a\r\nb\r\nc\r\n", "", 20, ()),
        ("", "", "", 20, ()),
        ("", "a\r\n", "expected no output, but line 1 of the output is `a`", 20, ("+ a",)),
        (
            "a\nb\n",
            "a\r\nc\r\n",
            "expected `b`, but line 2 of the output is `c`",
            21,
            ("  a", "- b", "+ c"),
        ),
        ("a\nb\n", "", "expected `a`, but there was no output", 20, ("- a", "- b")),
        (
            "a\n",
            b"\xff\x00\r\n",
            "expected `a`, but line 1 of the output is `\ufffd`",
            20,
            ("- a", "+ \ufffd"),
        ),
    ],
)
def test_an_output_block(content, printed, message, line, difference):
    assert verdicts(of_block(content), printed) == (
        Verdict("output", not message, message, "demo.md", line, difference),
    )


def test_all_of_them_together():
    step = command("expect up", "exit 3", "expect ! down")
    found = judged(step, "up\r\n", 3)
    assert [(v.rule, v.held, v.line) for v in found] == [
        ("@expect up", True, 1),
        ("@expect ! down", True, 3),
        ("@exit 3", True, 2),
    ]


def test_a_value_that_is_filled_in_is_looked_for_and_never_told():
    fill = {"*${T}*": "*s3cret*", "/${T}/": "/s3cret(/", "${N}": "4"}.get
    step = command("expect *${T}*", "expect /${T}/", "exit ${N}")
    found = judged(step, "other\r\n", 5, fill=fill)
    assert [v.held for v in found] == [False, False, False]
    assert "s3cret" not in str(found)
    assert judged(command("expect *${T}*", "exit ${N}"), "a s3cret\r\n", 4, fill=fill) == (
        Verdict("@expect *${T}*", True, "", "demo.md", 1),
        Verdict("@exit ${N}", True, "", "demo.md", 2),
    )


def test_the_width_of_the_terminal_is_what_a_program_counts_with():
    printed = b"0123456789abc\r\n\x1b[2A\x1b[Jdone\r\n"
    assert judged(command("expect done"), printed, columns=10)[0].held
    assert not judged(command("expect 0123456789abc"), printed, columns=10)[0].held
    assert judged(command("expect 0123456789abc"), b"0123456789abc\r\n", columns=10)[0].held


def test_approving():
    judge = of_block("id <x>\nold\n", keep=True)
    judge.feed(b"id 7\r\n\x1b[1mnew\x1b[0m\r\n")
    assert not judge.verdicts(0)[0].held
    assert judge.approved() == "id <x>\nnew\n"


def test_what_is_too_long_for_a_runbook_is_not_approved():
    for count, kept in ((KEPT_LINES, True), (KEPT_LINES + 1, False)):
        judge = of_block("x\n", keep=True)
        judge.feed(b"line\r\n" * count)
        judge.verdicts(0)
        assert (judge.approved() is not None) is kept
    assert of_block("x\n").approved() is None


MUCH = """
import resource, sys
from pathlib import Path
from runner.book.model import Place
from runner.checks.judge import Expected, Judge

def expected(text):
    return Expected(text, Place(Path("demo.md"), 1), text)

judge = Judge(
    rules=[expected(rule) for rule in ("*never*", "/never[0-9]/", "! /fatal|panic/")],
    output=expected("line 0 of it\\n...\\nthe <end>\\nnever\\n"),
    keep=True,
)
part = b"\\x1b[32mok\\x1b[0m a line as any other one is, of sixty bytes or so\\r\\n" * 1000
judge.feed(b"line 0 of it\\r\\n")
for megabyte in range(50):
    if megabyte == 5:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(1_000_000 // len(part)):
        judge.feed(part)
more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print([v.held for v in judge.verdicts(0)], more // (1024 if sys.platform != "darwin" else 1024**2))
"""


def test_much_output_against_expectations_takes_no_memory():
    """Of 50 MB, in a process of its own; `make bench` shows that the time is in proportion."""
    done = subprocess.run(
        [sys.executable, "-c", MUCH], capture_output=True, text=True, check=True, cwd=REPO
    )
    held, more = done.stdout.rsplit(maxsplit=1)
    assert held == "[False, False, True, False]"
    assert int(more) < 4, "megabytes after the first five of output"


def test_a_line_without_an_end_against_an_expectation():
    for judge in (judge_of(command("expect *x*")), of_block("...\n")):
        for _ in range(200):
            judge.feed(b"x" * 65536)
        assert [v.held for v in judge.verdicts(0)] == [True]


def test_the_lines_are_those_of_the_screen():
    data = b"a\r\n\x1b[1Ab\r\nc\td\r\n"
    assert judged(command("expect b", "expect ! a", "expect c       d"), data) == tuple(
        Verdict(f"@expect {rule}", True, "", "demo.md", line)
        for line, rule in enumerate(["b", "! a", "c       d"], 1)
    )
    assert shown(data) == ["b", "c       d"]
