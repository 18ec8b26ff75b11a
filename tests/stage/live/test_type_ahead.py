"""What is typed while a command runs is the terminal's; what is pasted at a wait is no key."""

from __future__ import annotations

import os

import pytest

LEFT = "echo left-$((1 + 1))"

HOLD = "cat go"  # runs until `release`, and reads no key


@pytest.fixture
def held(present):
    """Return a function that presents HOLD and other commands; HOLD runs."""

    def held(*commands, keys="\r"):
        show = present(HOLD, *commands)
        os.mkfifo(show.folder / "go")
        show.asked(HOLD)
        show.press(keys)
        show.wait_for(lambda: not show.listening)
        return show

    return held


def release(show):
    (show.folder / "go").write_bytes(b"released\n")


def test_keys_typed_ahead_act_on_nothing_and_reach_the_next_program_that_reads(held):
    show = held("true", "read -r A; read -r B", 'echo "<$A|$B>"')
    show.press("Q\r-+g\r")
    show.wait_for("-+g")  # the terminal shows them
    release(show)
    for command in ("true", "read -r A; read -r B", 'echo "<$A|$B>"'):
        show.run(command)
    show.ended(0)
    assert "<Q|-+g>" in show.lines


def test_keys_typed_ahead_that_nobody_reads_run_nothing(held):
    show = held(LEFT)
    show.press("echo no-$((1 + 1))\r\r\rQ")
    show.wait_for("echo no-")
    release(show)
    show.asked(LEFT)
    assert "no-2" not in show.text
    assert "left-2" not in show.text
    show.press("\r")
    show.ended(0)
    assert "left-2" in show.lines
    assert "no-2" not in show.text


def test_an_answer_typed_in_one_go_with_return_is_the_commands(present):
    show = present("read -r X", 'echo "<$X>"')
    show.asked("read -r X")
    show.press("\ran answer\r")
    show.run('echo "<$X>"')
    show.ended(0)
    assert "<an answer>" in show.lines


def test_return_pressed_twice_runs_one_command(held):
    show = held(LEFT, keys="\r\r")
    release(show)
    show.asked(LEFT)
    show.press("?")
    show.wait_for("Any key goes back.")
    assert b"left-2" not in show.written
    show.press("x")
    show.asked(LEFT)
    show.quit()


PASTES = {
    "of a line": [b"\x1b[200~echo pasted\r\x1b[201~"],
    "of keys": [b"\x1b[200~\rQ\r+-g?n!\x03\x03\x04\x1b[201~"],
    "of keys that arrive in pieces": [b"\x1b[2", b"00~\r", b"Q\x1b", b"[20", b"1~"],
    "of 100 KB": [b"\x1b[200~" + b"\rQ+" * 33_000 + b"\x1b[201~"],
    "with an escape sequence": [b"\x1b[200~a\x1b[6~\r\x1b[200~\r\x1b[201~"],
}


@pytest.mark.parametrize("typing", [None, 0.001], ids=["waiting", "typing"])
def test_a_paste_does_not_act_as_keys(present, typing):
    show = present(LEFT, "true", typing=typing)
    show.wait_for("$ e")
    assert show.mode(2004)
    for what, pieces in PASTES.items():
        for piece in pieces:
            show.press(piece)
        show.press("?")
        show.wait_for("Any key goes back.")
        assert b"left-2" not in show.written, what
        show.press("x")
        show.wait_for(lambda: not show.alternate)
        show.asked(LEFT)
    show.press("\r")
    show.wait_for("left-2")
    assert show.text.count("left-2") == 1
    show.wait_for(lambda: show.listening)
    show.quit()
