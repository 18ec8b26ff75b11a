"""A take -> what its reports are made from."""

from __future__ import annotations

import tracemalloc

import pytest

from runner.report.gather import LINES, WIDEST, gather
from runner.take.format import line
from runner.take.model import Noted, Printed, Resized


def output(performed, entries, *data: str):
    """What is kept of a step that prints that."""
    printed = (Printed(0.1, piece) for piece in data)
    found = performed(entries.begun(), *printed, entries.done(), entries.totals())
    return found.steps[0].output


class TestWhatAStepPrinted:
    def test_nothing(self, performed, entries):
        found = output(performed, entries)
        assert (found.lines, found.size, found.whole) == ((), 0, True)

    @pytest.mark.parametrize(
        ("printed", "lines"),
        [
            ("a\r\nb\r\n\r\n", ("a", "b")),
            ("\x1b[31mred\x1b[0m\r\n", ("red",)),
            ("10 %\r100 %\r\n", ("100 %",)),
            ("one\r\n\x1b[1Atwo\r\n", ("two",)),
            ("\x1b]0;title\x07a\x07b\r\n", ("ab",)),
            ("\udcffx\r\n", ("\ufffdx",)),
        ],
    )
    def test_is_what_a_terminal_showed(self, performed, entries, printed, lines):
        assert output(performed, entries, printed).lines == lines

    def test_is_wrapped_by_the_width_of_the_terminal_at_that_time(self, performed, entries):
        found = performed(
            Resized(0.0, 24, 10),
            entries.begun(),
            Printed(0.1, "x" * 8 + "\x1b[3Cy\r\n"),  # the cursor stops at the edge
            entries.done(),
            entries.totals(),
        )
        assert found.steps[0].output.lines == ("xxxxxxxx y",)

    def test_its_last_lines_are_kept(self, performed, entries):
        found = output(performed, entries, "".join(f"{n}\r\n" for n in range(LINES + 1)))
        assert found.lines == tuple(str(n) for n in range(1, LINES + 1))
        assert not found.whole

    def test_the_beginning_of_a_long_line_is_kept(self, performed, entries):
        found = output(performed, entries, "x" * 1000 + "\r\n")
        assert found.lines == ("x" * WIDEST + "…",)
        assert not found.whole

    def test_what_is_cut_off_begins_with_a_whole_line(self, performed, entries):
        red = "\x1b[31;1;4mred\x1b[0m\r\n"
        found = output(performed, entries, *[red * 1000] * 10)
        assert set(found.lines) == {"red"}
        assert found.size == len(red) * 10_000

    def test_much_of_it_takes_no_memory(self, write_take, entries, tmp_path):
        path = write_take(entries.begun())
        piece = line(Printed(0.1, ("x" * 98 + "\r\n") * 1000))
        with path.open("ab") as file:
            for _ in range(300):
                file.write(piece)
        tracemalloc.start()
        found = gather(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found.steps[0].output.size == 30_000_000
        assert peak < 6_000_000, f"{peak:,} bytes for a take of {path.stat().st_size:,}"


class TestOutcome:
    def test_passed(self, performed, entries):
        found = performed(entries.begun(), entries.done(), entries.totals())
        assert (found.result, found.why, found.bad) == ("passed", "", ())

    def test_a_step_failed(self, performed, entries):
        found = performed(entries.begun(), entries.done(status=7), entries.totals(1))
        assert (found.result, found.why) == ("failed", "")
        assert [step.told for step in found.bad] == ["exit status 7"]

    def test_a_step_of_a_presentation_failed(self, performed, entries):
        """It goes on, and its own exit status is 0."""
        found = performed(
            entries.begun(), entries.done(status=7), entries.totals(0), mode="presented"
        )
        assert found.result == "failed"

    def test_the_exit_trap_failed(self, performed, entries):
        found = performed(
            entries.begun(),
            entries.done(),
            Printed(1.0, "cannot\r\n"),
            Noted(1.1, "the EXIT trap failed with exit status 3"),
            entries.totals(1),
        )
        assert (found.result, found.bad) == ("failed", ())
        assert found.why == "the EXIT trap failed with exit status 3"
        assert found.rest.lines == ("cannot",)

    def test_it_was_interrupted_in_a_step_and_cleaned_up(self, performed, entries):
        found = performed(
            entries.begun(1),
            entries.begun(2, "clean up"),
            entries.done(2),
            entries.totals(143, reason="ended by signal 15"),
        )
        assert (found.result, found.why) == ("interrupted", "ended by signal 15")
        assert [(step.begun.number, step.result) for step in found.bad] == [(1, "unfinished")]

    def test_it_was_interrupted_between_steps(self, performed, entries):
        found = performed(entries.totals(130, reason="ended by signal 2"))
        assert (found.result, found.why) == ("interrupted", "ended by signal 2")

    def test_it_broke_off_although_all_had_passed(self, performed, entries):
        found = performed(entries.begun(), entries.done())
        assert found.result == "broke off"
        assert found.why == "the take breaks off after line 3, after step 1 `echo 1` (demo.md:1)"

    def test_it_was_cut_off_within_a_line(self, write_take, entries):
        path = write_take(entries.begun(), entries.done())
        path.write_bytes(path.read_bytes()[:-9])
        found = gather(path)
        assert (found.result, found.bad[0].result) == ("broke off", "unfinished")
        assert "within line 3" in found.why


def test_notes_stand_with_the_step_that_had_begun(performed, entries):
    found = performed(
        Noted(0.0, "before"),
        entries.begun(1),
        Noted(0.1, "in"),
        entries.done(1),
        Noted(0.6, "after"),
        entries.begun(2),
        entries.done(2),
        entries.totals(),
    )
    assert found.notes == ("before",)
    assert [step.notes for step in found.steps] == [("in", "after"), ()]


def test_a_signal_is_told_by_its_name_and_attempts_by_their_number(performed, entries):
    found = performed(entries.begun(), entries.done(status=137, attempts=3), entries.totals(1))
    assert found.steps[0].told == "exit status 137 (SIGKILL), in 3 attempts"
