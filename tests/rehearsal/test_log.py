"""What a terminal is sent -> the lines of a file, and when they are there."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.rehearsal.log import LIMIT, Log

UP = b"\r\x1b[2K\x1b[1A\x1b[2K"
"""As rich goes up a line: erasing both."""


def logged(*pieces: bytes) -> bytes:
    log = Log(80, 6)
    return b"".join(log.take(piece) for piece in pieces) + log.end()


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        (b"a\r\x1b[Kb\r\n", b"b\n"),
        (b"10 %\r50 %\r100 %\r\ndone\r\n", b"100 %\ndone\n"),
        (b"abc\b\bX\r\n", b"aXc\n"),
        (b"\x1b]0;title\x07\x1b[?25la\x1b[?25h\r\n", b"a\n"),
        (b"\x1b[H\x1b[2J\x1b[3Jclean\r\n", b"clean\n"),
        (b"a\r\x1b[K\x1b[31mred\x1b[m\r\nb\r\n", b"\x1b[38;5;1mred\x1b[m\nb\n"),
        (b"before\r\n\x1b[?1049hfull\r\nscreen\r\n\x1b[?1049l\rafter\r\n", b"before\nafter\n"),
        (b"\x1b[01;31m\x1b[Kfound\x1b[m\x1b[K\tby grep\r\n", b"\x1b[01;31mfound\x1b[m\tby grep\n"),
        (b"x" * 100 + b"\x1b[0Ky\r\n", b"x" * 100 + b"y\n"),
        (b"one\r\n\x1b[1A\x1b[2Ktwo\r\n", b"one\ntwo\n"),
        (b"10 %\r20 %", b"20 %"),
        (b"\r\r\n", b"\n"),
    ],
    ids=str,
)
def test_a_line_is_as_it_was_in_the_end(sent, held):
    assert logged(sent) == held


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        # rich: the cursor is hidden, each frame is drawn over the one before, lines come above.
        (
            [
                b"\x1b[?25l",
                b"1 of 2\r\n0 of 2",
                UP + b"a line\r\n1 of 2\r\n0 of 2",
                UP + b"another\r\n2 of 2\r\n1 of 2",
                UP + b"2 of 2\r\n2 of 2",
                b"\r\n\x1b[?25h",
            ],
            b"a line\nanother\n2 of 2\n2 of 2\n",
        ),
        # docker: hidden and shown for each frame. The first is over when that is known.
        (
            [
                b"\x1b[?25lpull 1\r\n\x1b[?25h",
                b"\x1b[1A\x1b[?25lpull 2\r\n\x1b[?25h",
                b"\x1b[1A\x1b[?25lpull 3\r\n\x1b[?25h",
            ],
            b"pull 1\npull 3\n",
        ),
        (
            [b"up\r\n", b"\x1b[1A\x1b[Kup 2\r\n", b"\x1b[F\x1b[Kup 3\r\n", b"rest"],
            b"up\nup 3\nrest",
        ),
        # A spinner in one line, and what its end is followed by.
        (
            [b"\x1b[?25ltitle\r\n", b"|\r/\r-", b"\rdone\x1b[?25h", b", well\r\n", b"next\r\n"],
            b"title\ndone, well\nnext\n",
        ),
        # What is higher up than the screen is not reached.
        (
            [b"\x1b[?25l", *(b"%d\r\n" % n for n in range(10)), b"\x1b[9A\x1b[Kover\r\n"],
            b"0\n1\n2\n3\n4\nover\n6\n7\n8\n9",
        ),
    ],
    ids=["rich", "docker", "up", "spinner", "above"],
)
def test_lines_that_are_drawn_over_are_as_they_were_in_the_end(sent, held):
    assert logged(*sent) == held


def test_no_more_is_held_back_than_what_can_be_drawn_over():
    log = Log(80, 6)
    assert log.take(b"1\r\n") == b"1\n"
    assert log.take(b"\x1b[?25l2\r\n") == b"", "it is said to be drawn over"
    assert log.take(b"3\r\n4\r\n5\r\n6\r\n7\r\n8\r\n") == b"2\n3\n"
    assert log.take(b"\x1b[?25h") == b"4\n5\n6\n7\n8\n", "and now that it is not"
    assert log.take(b"9\r\n") == b"9\n"


def test_the_end_of_a_command_is_the_end_of_holding_back():
    log = Log(80, 6)
    assert log.take(b"a\r\n\x1b[Ab\r\n") == b"a\n"
    assert log.end() == b"b\n"
    assert log.take(b"c\r\n") == b"c\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"a\tb  \r\n",
        b"\x1b[01;31mred\r\nstill red\x1b[0m\r\n",
        b"\x07bell \xff\xfe \x00\r\n",
        b"no\nreturn\n",
        b"not over",
        b"x" * (3 * LIMIT) + b"\r\n",
    ],
    ids=lambda sent: str(sent[:20]),
)
def test_a_line_that_only_has_colours_is_not_touched(sent):
    assert logged(sent) == sent.replace(b"\r\n", b"\n")


def test_a_line_is_there_once_it_is_over():
    log = Log(80, 6)
    assert log.take(b"a") == b""
    assert log.take(b"b\r") == b""
    assert log.take(b"\nc\r") == b"ab\n"
    assert log.take(b"d\r\n") == b"d\n"
    assert log.take(b"e\r\n") == b"e\n"
    assert log.end() == b""


def test_what_comes_after_a_line_that_was_cut_off_is_another_one():
    log = Log(80, 6)
    assert log.take(b"1 %\r2 %") == b""
    assert log.end() == b"2 %"
    assert log.take(b"next\r\n") == b"next\n"


PIECES = st.lists(
    st.sampled_from(
        [b"a", b"\xc3", b"\xa9", b"\r", b"\r\n", b"\b", b"\x1b[", b"K", b"\x1b[31m", b"0m", b"  "]
    )
)


@given(pieces=PIECES)
def test_pieces_may_be_cut_anywhere(pieces):
    assert logged(*pieces) == logged(b"".join(pieces))


def test_a_line_without_an_end_takes_no_memory():
    log = Log(80, 6)

    def peak(first, last):
        tracemalloc.reset_peak()
        for number in range(first, last):
            log.take(b"\r\x1b[K%d of many" % number)
        return tracemalloc.get_traced_memory()[1]

    tracemalloc.start()
    early = peak(100_000, 110_000)
    late = peak(110_000, 140_000)
    tracemalloc.stop()
    assert log.end() == b"139999 of many"
    assert early < 2_000_000
    assert late < early + 100_000  # three bytes of each


def test_the_cursor_is_shown_again_in_two_pieces():
    log = Log(80, 6)
    assert log.take(b"\x1b[?25lbegin\r\n| working\r") == b""
    assert log.take(b"\x1b[?2") == b""
    assert log.take(b"5h\x1b[Kdone\r\n") == b"begin\ndone\n"
    assert log.take(b"next\r\n") == b"next\n"
