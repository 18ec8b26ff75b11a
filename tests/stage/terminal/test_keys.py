"""Bytes that terminals send -> keys."""

from __future__ import annotations

import os
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runner.stage.terminal.decode import Decoder
from runner.stage.terminal.keys import MEANINGS, Key, in_show
from runner.stage.terminal.terminal import TerminalGone


def keys_of(*pieces: bytes) -> list[Key | str]:
    """All keys of these bytes, when nothing follows them."""
    decoder = Decoder()
    found = []
    for piece in pieces:
        decoder.feed(piece)
        while (key := decoder.take()) is not None:
            found.append(key)
    last = decoder.expire()
    return [*found, last] if last is not None else found


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        # characters
        (b"\r", [Key.RUN]),
        (b"\n", [Key.RUN]),
        (b" ", [Key.FINISH]),
        (b"-+!Q?gn", [Key.REPEAT, Key.SKIP, Key.PROMPT, Key.QUIT, Key.HELP, Key.GO, Key.NOTES]),
        (b"\x03", [Key.INTERRUPT]),
        (b"\x7f", [Key.BACKSPACE]),
        (b"\x08", [Key.BACKSPACE]),
        (b"\x1b", [Key.ESCAPE]),
        (b"\x1b\x1b", [Key.ESCAPE, Key.ESCAPE]),
        (b"q", ["q"]),
        ("aé世🚀".encode(), ["a", "é", "世", "🚀"]),
        # cursor keys, as xterm, the Linux console, tmux and application mode have them
        (b"\x1b[A\x1b[B", [Key.UP, Key.DOWN]),
        (b"\x1bOA\x1bOB", [Key.UP, Key.DOWN]),
        (b"\x1b[H\x1b[F\x1bOH\x1bOF", [Key.HOME, Key.END] * 2),
        (b"\x1b[1~\x1b[4~\x1b[7~\x1b[8~", [Key.HOME, Key.END] * 2),
        (b"\x1b[5~\x1b[6~", [Key.PAGE_UP, Key.PAGE_DOWN]),
        (b"\x1b[1;2A\x1b[6;5~\x1b[1;3H", [Key.UP, Key.PAGE_DOWN, Key.HOME]),  # with SHIFT and such
        (b"\x1bOM\x1bOk\x1bOm", [Key.RUN, Key.SKIP, Key.REPEAT]),  # the keypad's
        (b"\x1b[A\x1b", [Key.UP, Key.ESCAPE]),
        # keys as numbers: kitty's protocol, modifyOtherKeys
        (b"\x1b[13u\x1b[27u\x1b[99;5u", [Key.RUN, Key.ESCAPE, Key.INTERRUPT]),
        (b"\x1b[13;1:1u\x1b[13;1:3u", [Key.RUN]),  # pressed, let go
        (b"\x1b[1;1:1A\x1b[1;1:3A", [Key.UP]),
        (b"\x1b[27;5;99~\x1b[27;2;13~", [Key.INTERRUPT, Key.RUN]),
        (b"\x1b[13;3u\x1b[57441u\x1b[99999999999u\x1b[u", []),
        # what means nothing
        (b"\x00\x01\x04\x1a\x1c\t", []),
        (b"\x1b[C\x1b[D\x1bOP\x1bOQ\x1b[15~\x1b[2~\x1b[3~\x1b[Z", []),
        (b"\x1b[[A\x1b[[Q", []),  # F1 of the Linux console
        (b"\x1bq\x1bQ\x1b-\x1b\xc3\xa9", []),  # with ALT
        (b"\x1b\r\x1b\x03", [Key.ESCAPE, Key.RUN, Key.ESCAPE, Key.INTERRUPT]),
        (b"\xff\xc0\x80Q", [Key.QUIT]),
        (b"\xc3Q", [Key.QUIT]),
        (b"\x1b[9\rQ", [Key.RUN, Key.QUIT]),  # a sequence broken off
        (b"\x1bO\rQ", [Key.RUN, Key.QUIT]),
        # the mouse, focus, answers
        (b"\x1b[<0;10;20M\x1b[<0;10;20m\x1b[32;10;20M", []),
        (b"\x1b[M Q!\x1b[M`gn-", [Key.REPEAT]),
        (b"\x1b[M\rQ", [Key.RUN, Key.QUIT]),
        (b"\x1b[I\x1b[O", []),
        (b"\x1b[12;40R\x1b[?62;22c\x1b[0n\x1b[?1u", []),
        (b"\x1b]11;rgb:Q/Q/Q\x07-\x1b]11;Q\x1b\\-", [Key.REPEAT, Key.REPEAT]),
        (b"\x1bP>|Q tmux\x1b\\-\x1b_Q\x1b\\-", [Key.REPEAT, Key.REPEAT]),
        (b"\x1b]Q\rQ", [Key.RUN, Key.QUIT]),  # ALT-] and then keys
        (b"\x1b]Q\x1b[A", [Key.UP]),
        # pasted text
        (b"\x1b[200~rm -rf /\rQ\x1b[A\x03\x1b[201~-", [Key.REPEAT]),
        (b"\x1b[200~Q\r", []),
        (b"\x1b[201~-", [Key.REPEAT]),
    ],
)
def test_bytes_become_keys(data, keys):
    assert keys_of(data) == keys


INTERESTING = st.sampled_from(
    [
        *("\x1b", "[", "O", "]", "M", "200~", "201~", "\x1b[200~", "\x1b[201~", "\x07", "\\", "\r"),
        *("Q", ";", "1", "u", "~", "\x1b[M", "\x1b[[", "é", "🚀"),
    ]
).map(str.encode)
STREAM = st.lists(INTERESTING | st.binary(max_size=3), max_size=30).map(b"".join)


@given(STREAM, st.lists(st.integers(0, 90)))
@example(b"\x1b[" + b"1" * 200 + b"Q", list(range(0, 210, 7)))
@example(b"\x1b[200~\x1b[201\x1b[201~", list(range(20)))
def test_however_the_bytes_are_cut_the_keys_are_the_same(stream, cuts):
    places = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    pieces = [stream[a:b] for a, b in pairwise(places)]
    assert keys_of(*pieces) == keys_of(stream)


@given(STREAM)
def test_after_a_while_any_stream_is_over_and_keys_work(stream):
    decoder = Decoder()
    decoder.feed(stream)
    while decoder.take() is not None:
        pass
    if decoder.patience is not None:
        decoder.expire()
    decoder.feed(b"Q")
    assert decoder.take() is Key.QUIT


@given(STREAM)
def test_what_is_not_decoded_can_be_given_to_a_command(stream):
    decoder = Decoder()
    decoder.feed(b"\r" + stream)
    assert decoder.take() is Key.RUN
    assert decoder.rest() == stream
    assert decoder.rest() == b""


# At a wait


@pytest.mark.parametrize(
    ("key", "means"),
    [
        (Key.RUN, Key.RUN),
        (Key.INTERRUPT, Key.INTERRUPT),
        (Key.PAGE_DOWN, Key.RUN),
        (Key.PAGE_UP, Key.REPEAT),
        (Key.UP, None),
        (Key.ESCAPE, None),
        ("q", None),
        (None, None),
    ],
)
def test_what_a_key_means_in_a_show(key, means):
    assert in_show(key) == means


def test_the_help_has_each_key_that_means_something():
    named = {"RETURN": Key.RUN, "SPACE": Key.FINISH, "CTRL-C": Key.INTERRUPT}
    named |= {"PAGE DOWN": Key.PAGE_DOWN, "PAGE UP": Key.PAGE_UP}
    keys = {named.get(m.label) or Key(m.label) for m in MEANINGS}
    assert keys == {key for key in Key if in_show(key)}


# The keyboard


def test_bytes_after_a_key_stay_for_the_next(pipes):
    keyboard, typed = pipes()
    os.write(typed, b"\r-\x1b[Ax")
    assert [keyboard.next(None) for _ in range(4)] == [Key.RUN, Key.REPEAT, Key.UP, "x"]
    assert keyboard.next(0) is None


def test_a_sequence_may_come_in_pieces(pipes):
    keyboard, typed = pipes()
    for piece in (b"\x1b[", b"5", b"~\xc3", b"\xa9"):
        os.write(typed, piece)
        key = keyboard.next(0)
        assert (key is None) == (piece in (b"\x1b[", b"5"))
    assert key == "é"


def test_a_lone_escape_comes_though_nothing_follows(pipes):
    keyboard, typed = pipes()
    os.write(typed, b"\x1b")
    assert keyboard.next(None) is Key.ESCAPE


def test_pending_bytes_are_given_up_as_they_came(pipes):
    keyboard, typed = pipes()
    os.write(typed, b"\ryes\r\x1b[")
    assert keyboard.next(None) is Key.RUN
    assert keyboard.pending() == b"yes\r\x1b["
    assert keyboard.next(0) is None


def test_the_end_of_the_terminal_is_told(pipes):
    keyboard, typed = pipes()
    os.write(typed, b"-")
    os.close(typed)
    assert keyboard.next(None) is Key.REPEAT
    with pytest.raises(TerminalGone, match="the terminal is gone"):
        keyboard.next(None)
