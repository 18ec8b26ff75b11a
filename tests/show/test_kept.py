"""What is kept of much output: its end."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.show.kept import LIMIT, Kept


def kept(pieces: list[bytes], limit: int = LIMIT) -> Kept:
    kept = Kept(limit)
    for piece in pieces:
        kept.add(piece)
    return kept


@given(st.lists(st.binary(max_size=40)), st.integers(1, 30))
def test_the_tail_is_the_outputs_own(pieces, limit):
    assert kept(pieces, limit).tail == b"".join(pieces)[-limit:]


def test_memory_stays_flat():
    found = Kept()
    piece = b"x" * 65536
    tracemalloc.start()
    for _ in range(3000):
        found.add(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * LIMIT


def test_nothing():
    assert (kept([]).tail, kept([]).last_lines(5)) == (b"", [])


@pytest.mark.parametrize(
    ("output", "lines"),
    [
        (b"a\r\nb\r\n\r\n  \r\nc", ["a", "b", "c"]),
        (b"1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n", ["2", "3", "4", "5", "6"]),
        (b"\xff\xc3\xa9\r\n", ["\ufffd\xe9"]),
        (b"\x1b[31merror:\x1b[0m no\r\n", ["error: no"]),
        (b" 10%\r 90%\r100%\r\n\x1b[1A\x1b[2Kdone\r\n", ["done"]),
    ],
)
def test_last_lines(output, lines):
    assert kept([output]).last_lines(5) == lines


def test_last_lines_of_what_was_cut():
    assert kept([b"first\r\n", b"x" * 100, b"\r\nlast\r\n"], 16).last_lines(1) == ["last"]
    assert kept([b"a\r\nb\r\n", b"c\r\nd\r\n"], 12).last_lines(5) == ["a", "b", "c", "d"]
    assert kept([b"a\r\nb\r\n", b"c\r\nd\r\n"], 6).last_lines(5) == ["c", "d"]
