"""A take -> the table that a person reads, and the same in JSON."""

from __future__ import annotations

import json
import re

import pytest

from runner.book.model import Kind
from runner.show.events import Ended, Outcome
from runner.take.format import line
from runner.take.model import Begun, Done, Totals, Verdict


@pytest.fixture
def told(record, step):
    """A take with one of everything."""
    take = record(
        step(1, "# Title", kind=Kind.PROSE),
        step(2, "echo two\n"),
        step(3, "for i in 1 2\ndo echo $i; done\n"),
        step(4, "echo \x1b[31mred日本語" + "x" * 80),
        step(5),
    )
    take.play(1).play(2, b"two\r\n").play(3, status=7, attempts=3, seconds=65.43)
    take.writer(Ended(take.steps[4], Outcome.SKIPPED, 0, 0.0))
    return take


def test_the_table(told, cuebook):
    told.play(5, status=2, reason="the time is up").finish(1, "a step failed")
    assert cuebook("take", "show", "take.jsonl").lines == [
        "demo.md, rehearsed, 2026-01-31T09:30:00.000+01:00, 80 × 24, cuebook 0.1.0, bash 5.2.15",
        "",
        "STEP  RESULT   STATUS  SECONDS  TEXT",
        "   2  passed        0      0.5  echo two",
        "   3  failed        7     65.4  for i in 1 2…",
        "      demo.md:3:1: exit status 7, in 3 attempts",
        "   4  skipped                   echo \\x1b[31mred日本語" + "x" * 40 + "…",
        "   5  failed        2      0.5  echo 5",
        "      demo.md:5:1: the time is up",
        "",
        "4 commands: 1 passed, 2 failed, 1 skipped; 66.9 s; exit status 1, a step failed",
    ]


def test_one_that_broke_off(told, cuebook):
    told.begin(5, "echo 5\n")
    run = cuebook("take", "show", "take.jsonl")
    assert run.status == 0
    assert run.lines[-3:] == [
        "   5  unfinished                   echo 5",
        "",
        "the take breaks off after line 11, in step 5 `echo 5` (demo.md:5)",
    ]


def test_what_the_checks_found(header, tmp_path, cuebook):
    verdicts = (
        Verdict("@expect a", True, "", "demo.md", 3),
        Verdict("output", False, "the output is not as expected", "demo.md", 5, ("  a", "- b\x1b")),
    )
    entries = [
        header,
        Begun(0.0, "h:1", 1, "command", "H", "ls", "demo.md", 4, 1),
        Done(1.0, "h:1", "failed", 0, 1.0, 1, "a check did not hold", verdicts),
        Totals(1.0, 0, 1, 0, 0, 1),
    ]
    (tmp_path / "x.jsonl").write_bytes(b"".join(map(line, entries)))
    lines = cuebook("take", "show", "x.jsonl").lines
    assert lines[4:8] == [
        "      demo.md:4:1: a check did not hold",
        "      demo.md:5: output: the output is not as expected",
        "          a",
        "        - b\\x1b",
    ]


def test_in_json(told, cuebook):
    told.finish(1)
    shown = json.loads(cuebook("take", "show", "take.jsonl", "--format", "json").stdout)
    assert set(shown) == {"take", "steps", "totals", "broke_off"}
    assert shown["take"]["runbook"]["path"] == "demo.md"
    assert [(s["number"], s["result"]) for s in shown["steps"]] == [
        *((1, "passed"), (2, "passed"), (3, "failed"), (4, "skipped"))
    ]
    assert shown["steps"][2]["done"]["attempts"] == 3
    assert re.fullmatch("[0-9a-f]{64}", shown["steps"][1]["output_sha256"])
    assert shown["totals"]["failed"] == 1
    assert shown["broke_off"] == ""


class TestWhichTake:
    """Without a file, the newest; a runbook's path means its newest."""

    @pytest.fixture
    def kept(self, record, tmp_path, monkeypatch):
        from runner.take.keep import place

        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".local" / "state"))
        for name in ("a.md", "b.md"):
            path = place(tmp_path / name)
            record(name=str(path)).play(1, name.encode()).finish()
            yield_to = path
        return yield_to

    def test_the_newest_of_all(self, kept, cuebook):
        assert cuebook("take", "validate").stdout.startswith(f"{kept}: a whole take")

    def test_that_of_a_runbook(self, kept, cuebook):
        shown = cuebook("take", "validate", "a.md").stdout
        assert "/takes/a-" in shown

    def test_there_is_none(self, cuebook):
        run = cuebook("take", "show")
        assert run == (2, "", "cuebook: no take is kept; name one, or perform a runbook\n")
        run = cuebook("take", "cast", "demo.md")
        told = "cuebook: no take of demo.md is kept; perform it, or name a take\n"
        assert run == (2, "", told)


@pytest.mark.parametrize("words", [["show"], ["diff"], ["cast"]])
def test_what_is_no_take(tmp_path, cuebook, words):
    (tmp_path / "x.jsonl").write_text("{}\n")
    names = ["x.jsonl"] * (2 if words == ["diff"] else 1)
    told = 'x.jsonl:1:1: this is no take: its first line does not have "type": "take"'
    assert cuebook("take", *words, *names) == (2, "", f"cuebook: {told}\n")


class TestValidate:
    def test_a_whole_take(self, record, cuebook):
        record().play(1, b"x").play(2).finish()
        run = cuebook("take", "validate", "take.jsonl")
        assert run == (0, "take.jsonl: a whole take, 7 lines, 2 steps\n", "")

    def test_one_that_broke_off(self, record, cuebook):
        record().play(1)
        run = cuebook("take", "validate", "take.jsonl")
        told = "the take breaks off after line 3, after step 1 `echo 1` (demo.md:1)"
        assert run == (1, f"take.jsonl:3:1: {told}\n", "")

    def test_a_wrong_line_in_json(self, record, cuebook):
        path = record().play(1).finish()
        path.write_text(path.read_text().replace('"line": 1,', '"line": null,'))
        run = cuebook("take", "validate", "take.jsonl", "--format", "json")
        found = json.loads(run.stdout)
        assert run.status == 1
        assert (found["valid"], found["line"], found["column"] > 100) == (False, 2, True)
        assert found["problem"].endswith("whole number from 0 to 2⁵³ - 1, and is null")
