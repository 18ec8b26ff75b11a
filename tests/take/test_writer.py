"""Events -> what stands in the file, and when."""

from __future__ import annotations

import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.book.identity import identities
from runner.book.library import PRELUDE
from runner.book.model import Kind, Place, Step
from runner.show.events import Closed, Ended, Notice, Outcome, Output, Waiting
from runner.take.journal import MERGED, PIECE
from runner.take.read import read


def data(recording) -> bytes:
    return "".join(recording.field("printed", "data")).encode("utf-8", "surrogateescape")


def test_a_performance(record, step):
    take = record(step(1, "# Title\n", kind=Kind.PROSE), step(2), step(3), step(4))
    take.play(1, seconds=0).play(2, b"2\r\n").play(3, status=7, reason="killed", attempts=3)
    four = take.steps[4]
    take.writer(Ended(four, Outcome.SKIPPED, 0, 0.0, "not now"))
    take.writer(Notice("by the way"))
    take.finish(1, "why")
    names = identities(take.steps.values())
    assert [line["type"] for line in take.lines] == [
        *("begun", "done"),
        *("begun", "printed", "done"),
        *("begun", "done"),
        *("begun", "done"),
        *("noted", "totals"),
    ]
    assert take.field("begun", "id") == take.field("done", "id") == names
    assert take.lines[2] == {
        "type": "begun",
        "at": 0.0,
        "id": names[1],
        "number": 2,
        "kind": "command",
        "heading": "H",
        "text": "echo 2\n",
        "file": "demo.md",
        "line": 2,
        "column": 1,
        "shown": True,
    }
    assert take.lines[6] == {
        "type": "done",
        "at": 1.0,
        "id": names[2],
        "result": "failed",
        "status": 7,
        "seconds": 0.5,
        "attempts": 3,
        "reason": "killed",
        "verdicts": [],
    }
    assert take.lines[-1] == {
        "type": "totals",
        "at": 1.0,
        "passed": 1,
        "failed": 1,
        "skipped": 1,
        "simulated": 0,
        "status": 1,
        "reason": "why",
    }


def test_waiting_the_shells_end_and_another_size(record):
    take = record()
    take.writer(Waiting(take.steps[1], 2, -0.1))
    take.writer(Closed(0))
    take.writer(Closed(1, "the trap failed"))
    take.writer.resized(40, 120)
    take.finish()
    assert take.lines[:3] == [
        {"type": "waited", "at": 0.0, "attempts": 2, "left": 0.0},
        {"type": "noted", "at": 0.0, "text": "the trap failed"},
        {"type": "resized", "at": 0.0, "rows": 40, "columns": 120},
    ]


def test_what_is_filled_in_is_what_stands_there(record):
    take = record()
    take.begin(1, "echo filled", "Filled")
    assert take.field("begun", "text") == ["echo filled"]
    assert take.field("begun", "heading") == ["Filled"]


def test_the_text_of_a_skipped_step_is_redacted(record, step):
    take = record(step(1, "echo s3cret\n"), redacted=lambda text: text.replace("s3cret", "•••"))
    take.writer(Ended(take.steps[1], Outcome.SKIPPED, 0, 0.0))
    assert take.field("begun", "text") == ["echo •••\n"]


def test_a_macros_name_that_is_skipped_counts_as_a_command(record, step):
    take = record(step(1, "m\n", kind=Kind.MACRO), step(2, "n\n", kind=Kind.MACRO))
    take.play(1)
    take.writer(Ended(take.steps[2], Outcome.SKIPPED, 0, 0.0))
    take.finish()
    assert (take.lines[-1]["passed"], take.lines[-1]["skipped"]) == (0, 1)


def test_a_step_of_a_builtin_macro_stands_where_it_is_used(record):
    used = (Place(Path("demo.md"), 7, 3), Place(PRELUDE, 2))
    take = record(Step(1, Kind.COMMAND, "x\n", Place(PRELUDE, 5), within=used))
    take.play(1)
    line = take.lines[0]
    assert (line["file"], line["line"], line["column"]) == ("demo.md", 7, 3)


class TestFlushing:
    """What is in the file before the end, as it stays after `kill -9`."""

    def test_the_first_line_is_there_before_anything_happens(self, record):
        assert record().path.read_text().startswith('{"type": "take", "format": 1')

    def test_a_step_is_there_when_it_begins_and_when_it_has_ended(self, record):
        take = record()
        take.begin(1)
        assert [line["type"] for line in take.lines] == ["begun"]
        take.play(1, b"x")
        assert [line["type"] for line in take.lines] == ["begun", "begun", "printed", "done"]

    def test_the_end_of_a_quick_step_is_there_when_the_next_one_begins(self, record):
        take = record()
        take.play(1, seconds=0)
        take.begin(2)
        assert [line["type"] for line in take.lines] == ["begun", "done", "begun"]

    def test_a_speaker_may_be_long_in_going_on(self, record, header):
        take = record(header=header._replace(mode="presented"))
        take.play(1, seconds=0)
        assert [line["type"] for line in take.lines] == ["begun", "done"]

    def test_output_is_there_after_a_second(self, record):
        take = record()
        for number in range(8):
            take.writer(Output(b"%d" % number))
            take.clock.now += 0.3
        assert data(take) == b"01234"


class TestOutput:
    def test_what_comes_together_is_one_line(self, record):
        take = record()
        for _ in range(3):
            take.writer(Output(b"ab"))
            take.clock.now += MERGED * 0.4
        take.writer(Output(b"c"))
        take.finish()
        assert take.field("printed", "data") == ["ababab", "c"]
        assert take.field("printed", "at") == [0.0, round(MERGED * 1.2, 6)]

    def test_much_output_becomes_many_lines(self, record):
        take = record()
        for _ in range(100):
            take.writer(Output(b"x" * 4096))
        take.finish()
        lines = take.field("printed", "data")
        assert {len(line) for line in lines[:-1]} == {PIECE}
        assert sum(map(len, lines)) == 409_600

    def test_memory_stays_flat(self, record):
        take = record()
        tracemalloc.start()
        try:
            for _ in range(2000):
                take.writer(Output(b"\x1b[31mred \xff\r\n" * 1000))
            assert tracemalloc.get_traced_memory()[1] < 24 * PIECE
        finally:
            tracemalloc.stop()
        take.finish()
        assert len(data(take)) == 2000 * 12 * 1000

    def test_a_character_in_two_pieces_is_one_and_half_of_one_stays(self, record):
        take = record()
        take.writer(Output(b"a\xe2\x82"))
        take.clock.now += 5
        take.writer(Output(b"\xac\xe2"))
        take.play(1, b"\x82\xac")
        assert take.field("printed", "data") == ["a", "€", "\udce2", "\udc82\udcac"]
        assert data(take) == "a€€".encode()

    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.binary(max_size=9), st.sampled_from([0, 0.01, 2])), max_size=20))
    def test_its_bytes_are_kept(self, record, pieces):
        take = record()  # in the file of the one before
        for number, (piece, pause) in enumerate(pieces):
            take.writer(Output(piece))
            take.clock.now += pause
            if number % 5 == 4:
                take.writer(Notice("x"))
        take.finish()
        assert data(take) == b"".join(piece for piece, _ in pieces)
        assert not read(take.path).broke_off


class StopError(Exception):
    pass


@pytest.mark.parametrize("times", range(1, 120, 2))
def test_a_signal_handler_that_raises_anywhere_leaves_a_sound_take(record, times):
    """Where Python lets it: as functions are called and return. The performance goes on."""
    take = record()
    take.play(1, b"one")
    calls = 0

    def trace(frame, event, _):
        nonlocal calls
        if event in ("call", "c_return") and "/runner/take/" in frame.f_code.co_filename:
            calls += 1
            if calls == times:
                sys.setprofile(None)
                raise StopError
        return

    sys.setprofile(trace)
    try:
        take.play(2, b"two\xe2", b"\x82\xac", status=1)
    except StopError:
        pass
    finally:
        sys.setprofile(None)
    take.play(3, b"three")
    take.finish(130, "interrupted")
    found = read(take.path)
    assert not found.broke_off
    printed = data(take)
    assert printed in [b"one" + two + b"three" for two in (b"", b"two\xe2", "two€".encode())]
    numbers = take.field("begun", "number")
    assert numbers in ([1, 2, 3], [1, 3])
    assert take.field("done", "status") in ([0, 1, 0], [0, 0])
