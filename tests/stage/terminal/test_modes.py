"""What programs left on, and what turns it off."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.stage.terminal.modes import Modes


def undo(*pieces: bytes) -> bytes:
    modes = Modes()
    for piece in pieces:
        modes.see(piece)
    return modes.undo()


def test_where_nothing_was_turned_on_nothing_is_written():
    assert undo() == b""
    assert undo(b"plain text\r\n" * 100) == b""


@pytest.mark.parametrize(
    "off", [b"\x1b[?25h", b"\x1b[0m", b"\x1b[?1000l", b"\x1b[?2004l", b"\x1b>"]
)
def test_what_is_harmless_is_always_turned_off(off):
    assert off in undo(b"\x1b[31mred")


@pytest.mark.parametrize(
    ("left", "off"),
    [
        (b"\x1b[?1049h", b"\x1b[?1049l"),
        (b"\x1b[?1047h", b"\x1b[?1047l"),
        (b"\x1b[?47h", b"\x1b[?47l"),
        (b"\x1b[?1000;1049;25h", b"\x1b[?1049l"),
        (b"\x1b[2;10r", b"\x1b7\x1b[r\x1b8"),
        (b"\x1b[?6h", b"\x1b[?6l"),
        (b"\x1b[?5h", b"\x1b[?5l"),
        (b"\x1b[?2026h", b"\x1b[?2026l"),
        (b"\x1b[>1u", b"\x1b[<99u"),
        (b"\x1b[>4;2m", b"\x1b[>4m"),
        (b"\x1b[6 q", b"\x1b[0 q"),
    ],
)
def test_what_could_do_harm_is_turned_off_only_where_it_is_on(left, off):
    assert off in undo(left)
    assert off not in undo(b"\x1b[31m")
    assert off not in undo(left, b"\x1bc")
    if off in (b"\x1b[0 q", b"\x1b[>4m", b"\x1b7\x1b[r\x1b8") or b"?" in off:
        assert off not in undo(left, off, b"\x1b[31m")


SEQUENCE = st.sampled_from(
    [
        *(b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[2;10r", b"\x1b[r", b"\x1b[?6h", b"\x1b[>1u"),
        *(b"\x1b", b"[", b"x" * 70, b"\x1b[?", b"\x1b[6 q", b"\x1bc", b"\x1b[1m"),
    ]
)


@given(st.lists(SEQUENCE, max_size=12).map(b"".join), st.lists(st.integers(0, 200)))
def test_however_the_bytes_are_cut_the_same_is_undone(data, cuts):
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    assert undo(*(data[a:b] for a, b in pairwise(places))) == undo(data)


@given(st.binary())
def test_any_bytes_are_fine(data):
    undo(data)
