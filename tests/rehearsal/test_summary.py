"""What happens -> what is said of it at the end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runner.book.model import Directive, Kind, Place, Step
from runner.rehearsal.summary import summary
from runner.rehearsal.tally import Tally
from runner.show.events import Closed, Ended, Outcome, Output, Started
from runner.take.model import Verdict

BOOK = Path("demo.md")


def command(line: int, text: str = "ls", **details) -> Step:
    return Step(line, Kind.COMMAND, f"{text}\n", Place(BOOK, line), **details)


def modified(line: int, name: str) -> Step:
    return command(line, modifiers=(Directive(name, "", Place(BOOK, line)),))


def passed(step: Step, *, exited: bool = False) -> Ended:
    return Ended(step, Outcome.PASSED, 0, 1.0, exited=exited)


def failed(step: Step, status: int, reason: str = "", verdicts=()) -> Ended:
    return Ended(step, Outcome.FAILED, status, 1.0, reason, verdicts=verdicts)


def broken(rule: str, line: int, *difference: str) -> Verdict:
    return Verdict(rule, False, "no", "rules.md", line, difference)


def lines(*events, steps=(), interrupted: bool = False) -> list[str]:
    tally = Tally(steps)
    for event in events:
        tally(event)
    text = summary(BOOK, tally, interrupted=interrupted)
    return re.sub(r", \d+\.\d s$", "", text, flags=re.MULTILINE).splitlines()


A, B, C = command(1, "trap 'echo bye' EXIT"), command(2, "sleep 50"), command(3)


def test_all_is_well():
    said = lines(Started(A, ""), passed(A), Started(B, ""), passed(B), Closed(0))
    assert said == ["✓ demo.md: 2 steps passed"]


@pytest.mark.parametrize(
    ("status", "told"),
    [(3, "exit status 3"), (139, "exit status 139 (SIGSEGV)"), (255, "exit status 255")],
)
def test_a_failure_with_its_status_and_its_last_lines(status, told):
    assert lines(Started(C, ""), Output(b"one\r\ntwo\r\n"), failed(C, status)) == [
        f"demo.md:3:1: failed with {told}",
        "  $ ls",
        "  | one",
        "  | two",
        "✗ demo.md: 0 steps passed, 1 failed",
    ]


def test_a_failure_with_a_reason():
    assert lines(Started(C, ""), failed(C, 3, "it is wrong"))[0] == "demo.md:3:1: it is wrong"


class TestChecksThatDidNotHold:
    """Each with the place of the rule, and expected beside what came."""

    def test_the_one_that_is_told_is_not_told_twice(self):
        verdict = broken("output", 9, "  a", "- b", "+ c")
        assert lines(Started(C, ""), failed(C, 0, "output: no", (verdict,))) == [
            "demo.md:3:1: output: no",
            "  $ ls",
            "  rules.md:9: expected (-), and what came (+):",
            "      a",
            "    - b",
            "    + c",
            "✗ demo.md: 0 steps passed, 1 failed",
        ]

    def test_all_others_have_their_words(self):
        verdicts = (broken("@expect b", 7, "- b"), broken("@exit 3", 8))
        assert lines(Started(C, ""), failed(C, 1, "", verdicts))[1:-1] == [
            "  $ ls",
            "  rules.md:7: @expect b: no",
            "    - b",
            "  rules.md:8: @exit 3: no",
        ]

    def test_the_end_of_the_output_where_they_do_not_show_it(self):
        verdict = broken("output", 9, "- b", "+ c")
        for printed, shown in ((b"c\r\n", []), (b"c\r\nd\r\n", ["  | c", "  | d"])):
            said = lines(Started(C, ""), Output(printed), failed(C, 0, "output: no", (verdict,)))
            assert said[5:-1] == shown

    def test_of_many_the_first(self):
        verdicts = tuple(broken(f"@expect {line}", line) for line in range(1, 9))
        said = lines(Started(C, ""), failed(C, 1, "", verdicts))
        assert said[2:-1] == [
            *(f"  rules.md:{line}: @expect {line}: no" for line in range(1, 6)),
            "  … 3 more did not hold",
        ]

    def test_colours_say_what_the_signs_say_and_nothing_else_gets_through(self):
        verdict = broken("output", 9, "  a", "- b", "+ c\x1b[2J")
        tally = Tally()
        tally(Started(C, ""))
        tally(failed(C, 0, "output: no", (verdict,)))
        said = summary(BOOK, tally, interrupted=False, colour=True).splitlines()
        assert said[0] == "\x1b[31mdemo.md:3:1: output: no\x1b[0m"
        assert said[3:6] == ["      a", "    \x1b[31m- b\x1b[0m", "    \x1b[32m+ c\\x1b[2J\x1b[0m"]


@pytest.mark.parametrize("end", [(), (Output(b"bye\r\n"), Closed(130))])
def test_the_command_that_was_interrupted_has_its_place(end):
    begun = (Started(A, ""), passed(A), Started(B, ""))
    assert lines(*begun, *end, interrupted=True) == [
        "demo.md:2:1: interrupted",
        "  $ sleep 50",
        "✗ demo.md: 1 step passed, 1 unfinished, interrupted",
    ]


def test_a_clean_up_after_an_interruption():
    begun = (Started(A, ""), passed(A), Started(B, ""))
    said = lines(*begun, Started(C, ""), passed(C), Closed(130), interrupted=True)
    assert said[0] == "demo.md:2:1: interrupted"
    assert said[-1] == "✗ demo.md: 2 steps passed, 1 unfinished, interrupted"


def test_interrupted_between_two_commands():
    said = lines(Started(A, ""), passed(A), Closed(0), interrupted=True)
    assert said == ["✗ demo.md: 1 step passed, interrupted"]


def test_a_clean_up_that_is_interrupted_too():
    """The first one is what whoever pressed CTRL-C twice wants to know."""
    said = lines(Started(B, ""), Started(C, ""), interrupted=True)
    assert said == [
        "demo.md:2:1: interrupted",
        "  $ sleep 50",
        "demo.md:3:1: interrupted",
        "  $ ls",
        "✗ demo.md: 0 steps passed, 2 unfinished, interrupted",
    ]


class TestWhatCounts:
    """Commands, pages, and whatever else failed: so do reports."""

    PAGE = Step(4, Kind.BROWSE, "http://a/", Place(BOOK, 4))
    REDACT = Step(5, Kind.REDACT, "/${A}/", Place(BOOK, 5))

    def test_a_page_and_its_time(self):
        tally = Tally()
        for step in (A, self.PAGE):
            tally(Started(step, ""))
            tally(Ended(step, Outcome.PASSED, 0, 1.5))
        assert summary(BOOK, tally, interrupted=False) == "✓ demo.md: 2 steps passed, 3.0 s\n"

    def test_a_page_that_fails(self):
        ended = Ended(self.PAGE, Outcome.FAILED, 1, 1.0, "it is gone")
        said = lines(Started(A, ""), passed(A), Started(self.PAGE, ""), ended)
        assert said[-1] == "✗ demo.md: 1 step passed, 1 failed"

    def test_prose_and_a_redact_that_is_done_do_not(self):
        ended = Ended(self.REDACT, Outcome.PASSED, 0, 0.0)
        assert lines(Started(self.REDACT, ""), ended) == ["✓ demo.md: 0 steps passed"]

    def test_a_redact_that_fails_does(self):
        ended = Ended(self.REDACT, Outcome.FAILED, 1, 0.0, "no")
        said = lines(Started(self.REDACT, ""), ended)
        assert said[-1] == "✗ demo.md: 0 steps passed, 1 failed"


def test_a_terminal_has_its_lines_broken_between_words():
    """And what goes on stands further in; each part is coloured for itself."""
    verdict = broken("@expect b", 7, "- one two three four", "+ five six seven")
    tally = Tally()
    tally(failed(C, 1, "it has words and more words", (verdict,)))
    told = summary(BOOK, tally, interrupted=False, colour=True, columns=22).splitlines()
    assert told[:-1] == [
        "\x1b[31mdemo.md:3:1: it has\x1b[0m",
        "    \x1b[31mwords and more\x1b[0m",
        "    \x1b[31mwords\x1b[0m",
        "  $ ls",
        "  rules.md:7: @expect",
        "      b: no",
        "    \x1b[31m- one two three\x1b[0m",
        "        \x1b[31mfour\x1b[0m",
        "    \x1b[32m+ five six seven\x1b[0m",
    ]


def test_the_time_of_an_interrupted_command_counts(monkeypatch):
    now = 100.0
    monkeypatch.setattr("runner.rehearsal.tally.time.monotonic", lambda: now)
    tally = Tally()
    tally(Started(B, ""))
    now = 104.0
    tally(Closed(130))
    now = 200.0
    assert summary(BOOK, tally, interrupted=True).endswith(", interrupted, 4.0 s\n")


def test_a_runbook_that_ends_itself_says_what_it_left_out():
    cleanup = command(9, cleanup=True)
    rest = [B, C, modified(4, "live"), command(5, hooks=("show_1",)), cleanup]
    said = lines(Started(A, ""), passed(A, exited=True), steps=[A, *rest])
    assert said == [
        "! the runbook ended itself at demo.md:1:1; 2 commands after it have not run",
        "✓ demo.md: 1 step passed",
    ]
    said = lines(Started(B, ""), passed(B, exited=True), steps=[A, B, C])
    assert said[0] == "! the runbook ended itself at demo.md:2:1; 1 command after it has not run"


def test_a_runbook_that_ends_itself_at_its_end():
    said = lines(Started(C, ""), passed(C, exited=True), steps=[A, B, C])
    assert said == ["✓ demo.md: 1 step passed"]


def test_an_exit_trap_that_goes_wrong_is_a_failure_of_the_runbook():
    reason = "the EXIT trap took longer than 2 s"
    tally = Tally()
    for event in (Started(C, ""), Output(b"a\r\n"), passed(C), Output(b"bye\r\n")):
        tally(event)
    tally(Closed(9, reason))
    assert [(f.status, f.exited) for f in tally.failures] == [(9, True)]
    assert summary(BOOK, tally, interrupted=False).splitlines()[:2] == [
        f"demo.md: {reason}",
        "  | bye",
    ]
    assert lines(Started(C, ""), passed(C), Closed(9, reason))[-1] == (
        "✗ demo.md: 1 step passed, its EXIT trap failed"
    )
