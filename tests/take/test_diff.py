"""Two takes -> the steps that differ."""

from __future__ import annotations

import json

import pytest

from runner.take.diff import diff


@pytest.fixture
def differing(record, tmp_path):
    """Return a function that compares two takes: what is told of each step, by its numbers."""

    def differing(first, second):
        paths = [first.finish(), second.finish()]
        return {(d.first, d.second): d.what for d in diff(*paths)}

    return differing


@pytest.fixture
def two(record):
    return record(name="a.jsonl"), record(name="b.jsonl")


def test_nothing(two, differing):
    first, second = two
    for take in two:
        take.play(1, b"x").play(2, status=1)
    assert differing(first, second) == {}


def test_how_steps_ended(two, differing):
    first, second = two
    first.play(1).play(2, status=1)
    second.play(1, status=2).play(2, status=1, reason="the time is up")
    assert differing(first, second) == {
        (1, 1): ("passed, then failed (exit status 2)",),
        (2, 2): ("failed (exit status 1), then failed (the time is up)",),
    }


def test_a_take_that_broke_off(two):
    first, second = two
    first.play(1).finish()
    second.begin(1, second.steps[1].text)
    (found,) = diff(first.path, second.path)
    assert found.what == ("passed, then unfinished",)


@pytest.mark.parametrize(
    ("a", "b", "told"),
    [
        (1.0, 3.1, ("1.0 s, then 3.1 s",)),
        (3.1, 1.0, ("3.1 s, then 1.0 s",)),
        (0.0, 1.1, ("0.0 s, then 1.1 s",)),
        (0.1, 1.0, None),
        (10.0, 19.0, None),
    ],
)
def test_how_long_they_took(two, differing, a, b, told):
    first, second = two
    first.play(1, seconds=a)
    second.play(1, seconds=b)
    assert differing(first, second).get((1, 1)) == told


def test_what_they_printed(two):
    first, second = two
    first.play(1, b"same\r\nold\r\nend\r\n").finish()
    second.play(1, b"same\r\nnew\r\n", b"end\r\n").finish()
    (found,) = diff(first.path, second.path)
    assert found.what == ("the output differs",)
    assert found.lines == ("  same", "- old", "+ new", "  end")


def test_much_output_that_differs_at_its_end(two):
    first, second = two
    first.play(1, *[b"x" * 4000] * 100, b"a").finish()
    second.play(1, *[b"x" * 4000] * 100, b"b").finish()
    (found,) = diff(first.path, second.path)
    assert found.what == ("the output differs; it is long",)
    assert found.lines == ()


def test_of_many_lines_that_differ_only_some_are_told(two):
    first, second = two
    first.play(1, *[b"%d\r\n" % n for n in range(1000)]).finish()
    second.play(1).finish()
    (found,) = diff(first.path, second.path)
    assert len(found.lines) == 13
    assert found.lines[-1].startswith("  … and ")


def test_steps_line_up_however_the_runbook_was_changed(record, step, differing):
    """A step is put in, another one taken out, and all numbers shift."""
    first = record(step(1, "a"), step(2, "b"), step(3, "c"), step(4, "a"), name="a.jsonl")
    second = record(step(1, "new"), step(2, "a"), step(3, "c"), step(4, "a"), name="b.jsonl")
    for take in (first, second):
        for number in take.steps:
            take.play(number)
    assert differing(first, second) == {
        (0, 1): ("only in the second take",),
        (2, 0): ("only in the first take",),
    }


def test_a_command_that_was_edited_is_one_and_not_two(record, step, differing):
    first = record(step(1, "a"), step(2, "ls old"), step(3, "ls"), step(4, "c"), name="a.jsonl")
    second = record(step(1, "a"), step(2, "ls new"), step(3, "ls -l"), step(4, "c"), name="b.jsonl")
    for take in (first, second):
        take.play(1).play(2).play(3, status=int(take is second)).play(4)
    assert differing(first, second) == {
        (2, 2): ("edited: `ls old` → `ls new`",),
        (3, 3): ("edited: `ls` → `ls -l`", "passed, then failed (exit status 1)"),
    }


def test_more_that_come_than_go_are_no_edits(record, step, differing):
    first = record(step(1, "a"), step(2, "b"), name="a.jsonl")
    second = record(step(1, "a"), step(2, "c"), step(3, "d"), name="b.jsonl")
    for take in (first, second):
        for number in take.steps:
            take.play(number)
    assert set(differing(first, second)) == {(2, 0), (0, 2), (0, 3)}


def test_a_value_on_show_is_no_edit(record, step, differing):
    first, second = (record(step(1, "ls ${A}"), name=name) for name in ("a.jsonl", "b.jsonl"))
    first.steps[1] = step(1, "ls x")
    second.steps[1] = step(1, "ls y")
    first.play(1)
    second.play(1)
    assert differing(first, second) == {}


@pytest.mark.parametrize(("lines", "told"), [(6, "1 more line"), (7, "3 more lines")])
def test_a_long_difference_says_how_much_is_not_shown(two, lines, told):
    first, second = two
    first.play(1, b"".join(b"a%d\r\n" % n for n in range(lines)))
    second.play(1, b"".join(b"b%d\r\n" % n for n in range(lines)))
    (found,) = diff(first.finish(), second.finish())
    assert found.lines[-1] == f"  … and {told}"


def test_a_step_that_was_played_twice(two, differing):
    first, second = two
    first.play(1).play(1, b"x").play(2)
    second.play(1).play(1, b"y").play(1).play(2)
    assert differing(first, second) == {
        (1, 1): ("the output differs",),
        (0, 1): ("only in the second take",),
    }


def test_called(two, cuebook):
    first, second = two
    first.play(1, b"old\x1b[31m\r\n").play(2).finish()
    second.play(1, b"new\r\n").play(2).finish()
    run = cuebook("take", "diff", "a.jsonl", "b.jsonl")
    assert run.status == 1
    assert run.lines == [
        "step 1  echo 1",
        "  the output differs",
        "    - old\\x1b[31m",
        "    + new",
        "      ",
    ]
    found = json.loads(cuebook("take", "diff", "a.jsonl", "b.jsonl", "--format", "json").stdout)
    assert [(d["first"], d["what"]) for d in found] == [(1, ["the output differs"])]
    assert cuebook("take", "diff", "a.jsonl", "a.jsonl") == (0, "no step differs\n", "")
