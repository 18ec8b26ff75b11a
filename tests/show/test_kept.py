"""What is kept of much output: the head, the tail, and how much is missing between."""

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
def test_head_and_tail_are_the_outputs_own_and_the_middle_is_counted(pieces, limit):
    whole = b"".join(pieces)
    found = kept(pieces, limit)
    assert found.total == len(whole)
    assert len(found.head) + found.left_out + len(found.tail) == found.total
    assert found.head == whole[:limit]
    assert found.tail == whole[limit:][-limit:]
    if len(whole) <= 2 * limit:
        assert found.head + found.tail == whole


@given(st.binary(max_size=200), st.integers(1, 30), st.data())
def test_how_the_output_is_cut_into_pieces_does_not_matter(whole, limit, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)))))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    one, many = kept([whole], limit), kept(pieces, limit)
    assert (one.head, one.tail, one.total) == (many.head, many.tail, many.total)


def test_memory_stays_flat():
    found = Kept()
    piece = b"x" * 65536
    tracemalloc.start()
    for _ in range(3000):
        found.add(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.total == 3000 * 65536
    assert peak < 10 * LIMIT


def test_nothing():
    found = kept([])
    assert (found.total, found.left_out, found.head, found.tail) == (0, 0, b"", b"")
    assert found.last_lines(5) == []


@pytest.mark.parametrize(
    ("output", "lines"),
    [
        (b"a\r\nb\r\n\r\n  \r\nc", ["a", "b", "c"]),
        (b"1\n2\n3\n4\n5\n6\n", ["2", "3", "4", "5", "6"]),
        (b"\xff\xc3\xa9\n", ["\ufffdé"]),
    ],
)
def test_last_lines(output, lines):
    assert kept([output]).last_lines(5) == lines


def test_last_lines_of_what_was_cut():
    assert kept([b"first\n", b"x" * 100, b"\nlast\n"], 16).last_lines(1) == ["last"]
    assert kept([b"a\nb\n", b"c\nd\n"], 4).last_lines(5) == ["a", "b", "c", "d"]
