"""Whatever ended a presentation, `--resume` goes on at its step, in its shell's state."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest

BOOK = """\
# A long way

```bash
HOME_DIRECTORY=$PWD
mkdir -p desk; cd desk
trap 'echo cleaned up; rm -rf "$HOME_DIRECTORY/desk"' EXIT
greet() { echo "hello $who"; }
alias hail=greet
set -u
```

<!-- @SHOW -->

```bash
who=there
```

```bash
sleep 600
```

```bash
hail
pwd
```
"""
RESUME = ("--resume",)


def hung_up(show):
    show.hang_up()
    show.process.wait(60)


def killed_shell(show):
    """The shell dies by kill -9; the speaker ends the show there."""
    shell = next(pid for pid, line in show.processes().items() if " --norc " in line)
    os.kill(shell, signal.SIGKILL)
    show.wait_for("Q: end here")
    show.press("Q")
    show.exit_status()


def killed(show):
    """The engine dies by kill -9; its shell notices, runs its EXIT trap and ends too."""
    show.signal(signal.SIGKILL)
    show.process.wait(60)
    end = time.monotonic() + 20
    while left := show.processes():
        assert time.monotonic() < end, f"these go on: {left}"
        time.sleep(0.01)


ENDS = {
    "SIGHUP": lambda show: (show.signal(signal.SIGHUP), show.ended(129)),
    "a lost connection": hung_up,
    "SIGTERM": lambda show: (show.signal(signal.SIGTERM), show.ended(143)),
    "kill -9 of the shell": killed_shell,
    "kill -9": killed,
}
# bash itself, when its terminal goes away by kill -9, runs its EXIT trap.
KEEPS_ITS_DIRECTORY = ("SIGHUP", "a lost connection", "kill -9 of the shell")


@pytest.mark.parametrize("end", ENDS)
def test_a_show_that_ended_in_a_command_goes_on_at_it(present, end):
    show = present(text=BOOK)
    show.run("who=there")
    show.begin("sleep 600")
    ENDS[end](show)

    again = present(text=BOOK, options=RESUME, columns=300)
    again.asked("sleep 600")
    assert "Going on at step" in again.text
    assert ("desk is gone" in again.text) == (end not in KEEPS_ITS_DIRECTORY), again.text
    again.press("+")
    again.run("hail")
    again.run("pwd")
    again.ended(0)
    assert "hello there" in again.lines
    if end in KEEPS_ITS_DIRECTORY:
        assert str(again.folder / "desk") in again.lines
        assert "cleaned up" in again.lines
    assert not (again.folder / "desk").exists()


@pytest.mark.parametrize(("keys", "status"), [("Q", 0), ("\x03\x03", 0)])
def test_a_show_that_was_left_at_a_wait(present, keys, status):
    show = present(text=BOOK)
    show.run("who=there")
    show.asked("sleep 600")
    for key in keys:
        show.press(key)
    show.ended(status)
    assert "cleaned up" in show.lines
    assert "to go on here: cuebook present --resume" in show.lines

    again = present(text=BOOK, options=RESUME, columns=300)
    again.asked("sleep 600")
    assert f"Its directory {again.folder}/desk is gone; the new one is in " in again.text
    again.quit()


def test_what_was_typed_at_the_prompt_comes_back_too(present):
    show = present("a=1", "echo $a$b")
    show.run("a=1")
    show.asked("echo $a$b")
    show.press("!")
    show.wait_for("cuebook>")
    show.press("b=2\r\x04")
    show.wait_for(lambda: show.text.count("echo $a$b") == 2)
    show.signal(signal.SIGHUP)
    show.ended(129)

    again = present("a=1", "echo $a$b", options=RESUME)
    again.run("echo $a$b")
    again.ended(0)
    assert "12" in again.lines


def test_background_jobs_are_said_to_be_gone(present):
    commands = ("sleep 600 &", "echo on")
    show = present(*commands)
    show.run("sleep 600 &")
    show.asked("echo on")
    show.signal(signal.SIGHUP)
    show.ended(129)

    again = present(*commands, options=RESUME, columns=300)
    again.asked("echo on")
    assert "The old shell's background job did not come along." in again.text
    again.quit()


def test_the_options_of_the_first_call_hold(present):
    show = present("echo one", "echo two", options=["--prompt", "demo> "])
    show.wait_for("demo> echo one")
    show.quit()

    again = present("echo one", "echo two", options=RESUME)
    again.wait_for("demo> echo one")
    again.quit()
    anew = present("echo one", "echo two", options=[*RESUME, "--prompt", "% "])
    anew.wait_for("% echo one")
    anew.quit()


def test_a_runbook_that_changed(present):
    show = present("echo one", "echo two")
    show.run("echo one")
    show.asked("echo two")
    show.quit()

    again = present("echo zero", "echo one", "echo two", options=RESUME, columns=200)
    again.asked("echo two")
    assert "The runbook has changed: step 2 is step 3 now." in again.text
    again.quit()


def test_after_its_end_there_is_nothing_to_go_on_with(present):
    show = present("echo one")
    show.run("echo one")
    show.ended(0)
    again = present("echo one", options=RESUME)
    assert again.exit_status() == 2
    assert "no presentation of book.md was interrupted" in again.text


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2}', '{"format": 1}', "null"])
def test_a_bookmark_that_is_none(present, content):
    show = present("echo one")
    show.asked("echo one")
    show.quit()
    (bookmark,) = show.folder.parent.glob("home/state/cuebook/resume/*.json")
    assert bookmark.stat().st_mode & 0o077 == 0
    assert json.loads(bookmark.read_text())["step"] == 1
    bookmark.write_text(content)
    again = present("echo one", options=RESUME, columns=300)
    assert again.exit_status() == 2
    assert "is no bookmark of this cuebook" in again.text
