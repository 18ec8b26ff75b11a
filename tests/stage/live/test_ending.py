"""Whatever ends the show, and wherever it stands: its status, the terminal, and nothing left."""

from __future__ import annotations

import os
import shutil
import signal

import pytest

LEFT = "echo left-$((1 + 1))"
IGNORE = "trap '' INT TERM HUP; sleep 600"


def waiting(present):
    show = present(LEFT)
    show.asked(LEFT)
    return show


def waiting_with_status(present):
    show = present(LEFT, options=["--status"])
    show.wait_for("step 1 of 1")
    return show


def typing(present):
    show = present(LEFT, typing=0.001)
    show.wait_for(lambda: show.text == "$ e")
    return show


def running(present, command="sleep 600"):
    show = present(command, LEFT)
    show.begin(command)
    show.wait_for(lambda: any(line.startswith("sleep") for line in show.processes().values()))
    return show


def running_in_the_background(present):
    show = present("sleep 600 & sleep 601 | cat &", LEFT)
    show.run("sleep 600 & sleep 601 | cat &")
    show.asked(LEFT)
    return show


def reading(present):
    show = present("read -r -s -p 'Pass'word: X", LEFT)
    show.begin("read -r -s -p 'Pass'word: X")
    show.wait_for(lambda: show.line.startswith("Password:"))
    show.press("half a li")
    return show


def in_vi(present):
    if not shutil.which("vi"):
        pytest.skip("there is no vi")
    show = present("vi file", LEFT, files={"file": "first\n"})
    show.begin("vi file")
    show.wait_for(lambda: show.lines[:2] == ["first", "~"])
    return show


def in_less(present):
    if not shutil.which("less"):
        pytest.skip("there is no less")
    show = present("less file", LEFT, files={"file": "line\n" * 100})
    show.begin("less file")
    show.wait_for(lambda: show.lines[:23] == ["line"] * 23)
    return show


def in_help(present):
    show = waiting(present)
    show.press("?")
    show.wait_for("Any key goes back.")
    return show


def in_the_chooser(present):
    show = waiting(present)
    show.press("g")
    show.wait_for("RETURN goes there")
    return show


def at_the_question(present):
    show = waiting(present)
    show.press("\x03")
    show.wait_for("CTRL-C again quits")
    return show


PLACES = [
    waiting,
    waiting_with_status,
    typing,
    running,
    running_in_the_background,
    reading,
    in_vi,
    in_less,
    in_help,
    in_the_chooser,
    at_the_question,
]


def named(place):
    return place.__name__.replace("_", " ")


@pytest.mark.parametrize("place", PLACES, ids=named)
def test_sigterm(present, place):
    show = place(present)
    show.signal(signal.SIGTERM)
    show.ended(143)
    assert b"left-2" not in show.written


@pytest.mark.parametrize("place", [waiting, typing, running, in_vi], ids=named)
@pytest.mark.parametrize(("number", "status"), [(signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_other_signals(present, place, number, status):
    show = place(present)
    show.signal(number)
    show.ended(status)


@pytest.mark.parametrize("place", [waiting, typing, running, in_vi, in_the_chooser], ids=named)
def test_the_terminal_hangs_up(present, place):
    show = place(present)
    show.hang_up()
    assert show.exit_status() == 128 + signal.SIGHUP
    show.nothing_runs()


@pytest.mark.parametrize(
    "place",
    [waiting, running, running_in_the_background, in_vi],
    ids=named,
)
def test_kill_9_leaves_no_process(present, place):
    show = place(present)
    show.signal(signal.SIGKILL)
    assert show.exit_status() == -signal.SIGKILL
    show.nothing_runs()


@pytest.mark.parametrize(
    "place", [waiting, waiting_with_status, typing, at_the_question], ids=named
)
def test_a_key(present, place):
    place(present).quit()


def test_a_key_after_what_holds_the_keys_for_itself(present):
    for place, key in ((in_help, "Q"), (in_the_chooser, "Q\x1b"), (at_the_question, "x")):
        show = place(present)
        show.press(key)
        show.wait_for(lambda show=show: not show.alternate)
        show.quit()


def test_jobs_in_the_background_end_with_the_show(present):
    running_in_the_background(present).quit()


def test_a_command_that_ignores_signals_ends_all_the_same(present):
    show = running(present, IGNORE)
    show.signal(signal.SIGTERM)
    show.ended(143)


def test_the_exit_trap_runs(present):
    trap = "trap 'echo told >told' EXIT"
    for number in (0, signal.SIGTERM):
        show = present(trap, LEFT)
        show.run(trap)
        show.asked(LEFT)
        if number:
            show.signal(number)
            show.ended(128 + number)
        else:
            show.quit()
        assert (show.folder / "told").read_text() == "told\n"
        os.remove(show.folder / "told")


def test_settings_that_a_command_changed_are_put_back(present):
    show = present("stty -echo -icanon -isig min 0", LEFT)
    show.run("stty -echo -icanon -isig min 0")
    show.run(LEFT)
    show.ended(0)
    assert "left-2" in show.lines


def test_a_show_on_a_terminal_with_unusual_settings_leaves_them(present):
    import termios

    show = present(LEFT)
    show.asked(LEFT)
    show.quit()
    settings = show.settings()
    settings[3] &= ~termios.ECHOCTL
    settings[0] |= termios.IXANY
    settings[6][termios.VINTR] = b"\x07"
    again = present(LEFT, termios_settings=settings)
    again.asked(LEFT)
    again.press("\r")
    again.ended(0)
