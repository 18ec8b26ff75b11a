"""Files -> takes: whole ones, those that were cut off, and what is no take at all."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runner.show.events import Notice
from runner.take import read as reading
from runner.take.format import line
from runner.take.model import Begun, Done, Printed
from runner.take.played import played
from runner.take.read import TakeError, entries, read


@pytest.fixture
def problem(tmp_path):
    """Return a function that reads a file of these bytes: what is wrong, its place first."""

    def problem(data: bytes) -> str:
        path = tmp_path / "x.jsonl"
        path.write_bytes(data)
        with pytest.raises(TakeError) as caught:
            read(path)
        return str(caught.value).partition("x.jsonl:")[2]

    return problem


@pytest.fixture
def written(record):
    """A take of three steps, with all that a take may hold."""
    take = record()
    take.play(1, b"\xe2\x82\xac\xff\r\n").play(2, status=3, reason='"why"')
    take.writer(Notice("\n"))
    take.writer.resized(1, 2)
    take.play(3, b"x" * 100)
    take.finish(1)
    return take.path.read_bytes()


def test_a_whole_take(record, header):
    path = record().play(1, b"x").play(2).finish()
    take = read(path)
    assert take.header == header
    assert take.broke_off == ""
    assert [type(entry).__name__ for entry in take.entries] == [
        *("Begun", "Printed", "Done"),
        *("Begun", "Done"),
        "Totals",
    ]


def test_entries_come_one_by_one(record):
    found = entries(record().play(1).play(2).finish())
    assert found.totals is None
    assert isinstance(next(iter(found)), Begun)
    assert found.line == 2


def test_a_last_line_without_its_newline_is_whole(written, tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes(written[:-1])
    assert read(path).broke_off == ""


def test_cut_at_every_byte_it_opens_and_says_where_it_breaks_off(written, tmp_path, problem):
    path = tmp_path / "x.jsonl"
    path.write_bytes(written)
    whole = read(path)
    first = written.index(b"\n")
    for length in range(len(written) - 1):
        data = written[:length]
        if length < first:
            assert problem(data).startswith("1:" if length else " ")
            assert "this is no take" in problem(data)
            continue
        path.write_bytes(data)
        take = read(path)
        number = data.count(b"\n")
        ends = written[length : length + 1] == b"\n" or data.endswith(b"\n")
        kept = number - 1 + (written[length : length + 1] == b"\n")
        assert take.entries == whole.entries[:kept]
        where = f"after line {kept + 1}" if ends else f"within line {number + 1}"
        assert take.broke_off.startswith(f"the take breaks off {where}, ")


def test_in_which_step_it_breaks_off(record):
    take = record()
    assert read(take.path).broke_off == ("the take breaks off after line 1, before the first step")
    take.play(1)
    assert read(take.path).broke_off == (
        "the take breaks off after line 3, after step 1 `echo 1` (demo.md:1)"
    )
    take.begin(2, "for i in 1 2\ndo x; done\n")
    assert read(take.path).broke_off == (
        "the take breaks off after line 4, in step 2 `for i in 1 2` (demo.md:2)"
    )


def test_zeros_that_a_crash_leaves_at_the_end_are_a_cut(written, tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes(written + bytes(4096))
    assert "breaks off within line" in read(path).broke_off


class TestNoTake:
    def test_an_empty_file(self, problem):
        assert problem(b"") == " this is no take: the file is empty"

    def test_a_binary_file(self, problem):
        assert problem(b"\x7fELF\x02\x01\x00\xff") == "1:8: this is no take: not UTF-8 text"

    def test_a_binary_line_in_the_middle(self, written, problem):
        lines = written.split(b"\n")
        lines[2] = b'{"type": "\xe2\x82\xac\xff\xfe'
        assert problem(b"\n".join(lines)) == "3:12: not UTF-8 text"

    def test_a_runbook(self, problem):
        assert problem(b"# Title\n") == "1:1: this is no take: not JSON: Expecting value"

    def test_other_json(self, problem):
        told = '1:1: this is no take: its first line does not have "type": "take"'
        assert problem(b'{"version": 2, "width": 80}\n') == told

    def test_a_folder_or_nothing(self, tmp_path):
        with pytest.raises(TakeError, match="the take cannot be read: Is a directory"):
            read(tmp_path)
        with pytest.raises(TakeError, match="the take cannot be read: No such file"):
            read(tmp_path / "none")
        with pytest.raises(TakeError, match=r"the take cannot be read: .*null byte"):
            read(Path("a\0b"))

    def test_a_line_without_end(self, monkeypatch, written, problem):
        monkeypatch.setattr(reading, "LONGEST_LINE", 1024 * 1024)
        header = written[: written.index(b"\n") + 1]
        assert problem(header + b'"' * 2_000_000) == "2:1: the line is longer than 1 MiB"
        with pytest.raises(TakeError, match="1:1: the line is longer than 1 MiB"):
            read(Path("/dev/zero"))


class TestWrongLines:
    """In the middle of a take, and whole: these are no cuts."""

    def test_no_json(self, written, problem):
        lines = written.split(b"\n")
        lines[2] = lines[2][:-5]
        told = problem(b"\n".join(lines))
        assert told.startswith("3:")
        assert "not JSON" in told

    def test_an_empty_line(self, written, problem):
        assert problem(written.replace(b"\n", b"\n\n", 1)) == "2:1: not JSON: Expecting value"

    def test_a_wrong_type(self, written, problem):
        told = problem(written.replace(b'"line": 2', b'"line": "2"', 1))
        assert told.endswith(
            "begun: `line`: it must be a whole number from 0 to 2⁵³ - 1, and is the text '2'"
        )
        assert told.startswith("5:")

    def test_two_takes_in_a_file(self, written, problem):
        number = written.count(b"\n")
        assert problem(written + written) == (
            f"{number + 1}:1: a second take begins here; a file holds one"
        )

    def test_something_after_the_totals(self, written, problem):
        number = written.count(b"\n")
        last = line(Printed(9.0, "x"))
        assert problem(written + last) == (
            f"{number + 1}:1: nothing follows the totals, which are a take's last line"
        )

    def test_an_end_without_a_beginning(self, written, problem):
        lines = written.splitlines(keepends=True)
        done = line(Done(1.0, "h:1", "passed", 0, 0.1))
        assert problem(lines[0] + done) == "2:1: the step `h:1` ends here, and it has not begun"
        assert "has not begun" in problem(b"".join([*lines[:4], lines[3]]))


def test_killed_in_the_middle_it_still_opens(tmp_path):
    """A process that writes a take without pause is killed with -9, a few times over."""
    program = """
import sys
from pathlib import Path
from tests_take_conftest import Recording, step
take = Recording(Path(sys.argv[1]), [step(n) for n in range(1, 10)])
print("ready", flush=True)
while True:
    for number in range(1, 10):
        take.play(number, b"x" * 30_000, b"\\xff")
"""
    here = Path(__file__).parent
    (tmp_path / "tests_take_conftest.py").write_text((here / "conftest.py").read_text())
    root = str(here.parents[1])
    for attempt in range(5):
        path = tmp_path / f"{attempt}.jsonl"
        process = subprocess.Popen(
            [sys.executable, "-c", program, path],
            env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"},
            stdout=subprocess.PIPE,
        )
        assert process.stdout.readline() == b"ready\n"
        end = time.monotonic() + 15
        while path.stat().st_size < 300_000 * (attempt + 1) and time.monotonic() < end:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        take = read(path)
        assert take.broke_off.startswith("the take breaks off ")
        assert "step " in take.broke_off
        assert sum(isinstance(entry, Done) for entry in take.entries) >= 9


class TestPlayed:
    def test_steps_with_their_output(self, record):
        path = record().play(1, b"a\r\n", b"b\r\n").play(2, b"\xff", status=1).finish(1)
        found = list(played(read(path).entries))
        assert [(p.begun.number, p.result, p.output) for p in found] == [
            (1, "passed", "a\nb\n"),
            (2, "failed", "\udcff"),
        ]

    def test_one_that_was_interrupted_and_one_that_broke_off(self, record):
        take = record()
        take.begin(1)
        take.play(2)
        take.begin(3)
        found = played(read(take.path).entries)
        assert [p.result for p in found] == ["unfinished", "passed", "unfinished"]

    def test_of_much_output_only_some_is_kept(self, record):
        take = record()
        take.play(1, *itertools.repeat(b"x" * 4096, 200)).play(2, b"y").finish()
        first, second = played(entries(take.path), most=10_000)
        assert not first.whole
        assert 10_000 <= len(first.output) < 200_000
        assert second.whole
