"""CTRL-C, CTRL-Z and CTRL-\\ go to the command that runs, and to nothing else."""

from __future__ import annotations

import shutil
import sys

import pytest

CTRL_C, CTRL_Z, CTRL_BACKSLASH = "\x03", "\x1a", "\x1c"
LEFT = "echo left-$((1 + 1))"
SLEEP = "sleep 600"


def sleeping(show):
    """Wait until a program called sleep runs: then it has the terminal."""
    show.wait_for(lambda: any(line.startswith("sleep") for line in show.processes().values()))


@pytest.mark.parametrize(
    ("key", "told"),
    [(CTRL_C, "✗ exit status 130 (SIGINT)"), (CTRL_BACKSLASH, "✗ exit status 131 (SIGQUIT)")],
)
def test_a_key_ends_the_command_and_the_show_goes_on(present, key, told):
    show = present(SLEEP, LEFT)
    show.begin(SLEEP)
    sleeping(show)
    show.press(key)
    show.run(LEFT)
    show.ended(0)
    assert told in show.lines
    assert "left-2" in show.lines
    assert "2 commands ran, 1 failed, 0 skipped" in show.text


def test_what_goes_on_for_ever_is_meant_to_be_ended_so(present):
    # As `kubectl get -w` ends.
    program = "import time\ntry: print('ready', flush=True); time.sleep(600)\n"
    program += "except KeyboardInterrupt: raise SystemExit(1)\n"
    command = f"{sys.executable} wait.py"
    show = present(
        f"#@for 5s\n#@exit 3\n{command}",
        f"#@for 5s\n{SLEEP}",
        LEFT,
        files={"wait.py": program},
        columns=200,
    )
    show.begin(command)
    show.wait_for("ready")
    show.press(CTRL_C)
    show.begin(SLEEP)
    sleeping(show)
    show.press(CTRL_C)
    show.run(LEFT)
    show.ended(0)
    assert "✗" not in show.text
    assert "3 commands ran, 0 failed, 0 skipped" in show.text


def test_what_ends_without_ctrl_c_has_failed(present):
    show = present("#@for 5s\nfalse", LEFT)
    show.run("false")
    show.asked(LEFT)
    assert "✗ exit status 1" in show.lines
    show.quit()


def test_ctrl_c_ends_a_loop_and_a_pipeline(present):
    loop = "while true; do sleep 600; done | cat"
    show = present(loop, LEFT)
    show.begin(loop)
    sleeping(show)
    show.press(CTRL_C)
    show.run(LEFT)
    show.ended(0)


def test_ctrl_c_is_the_programs_where_it_wants_it(present):
    program = "import time\ntry: print('ready', flush=True); time.sleep(600)\n"
    program += "except KeyboardInterrupt: print('caught')\n"
    command = f"{sys.executable} wait.py"
    show = present(command, LEFT, files={"wait.py": program}, columns=200)
    show.begin(command)
    show.wait_for("ready")
    show.press(CTRL_C)
    show.asked(LEFT)
    assert "^Ccaught" in show.lines
    assert "✗" not in show.text
    show.quit()


def test_ctrl_c_runs_a_trap(present):
    trap = "trap 'echo caught-$((1 + 1))' INT"
    show = present(trap, SLEEP, LEFT)
    show.run(trap)
    show.begin(SLEEP)
    sleeping(show)
    show.press(CTRL_C)
    show.run(LEFT)
    show.ended(0)
    assert "caught-2" in show.text


def test_a_second_ctrl_c_at_once_asks_at_the_wait_and_does_not_quit(present):
    show = present(SLEEP, LEFT)
    show.begin(SLEEP)
    sleeping(show)
    show.press(CTRL_C)
    show.asked(LEFT)
    show.press(CTRL_C)
    show.wait_for("CTRL-C again quits")
    show.press("x")
    show.press("\r")
    show.ended(0)
    assert "left-2" in show.lines


def test_ctrl_z_stops_the_command_and_fg_in_a_later_step_goes_on_with_it(present):
    show = present(SLEEP, LEFT, "jobs", "fg", LEFT)
    show.begin(SLEEP)
    sleeping(show)
    show.press(CTRL_Z)
    show.run(LEFT)
    show.run("jobs")
    show.begin("fg")
    assert show.text.count("Stopped") >= 1
    show.wait_for(lambda: show.lines.count(SLEEP) == 1)  # fg says what it goes on with
    show.press(CTRL_C)
    show.run(LEFT)
    show.ended(0)
    assert "✗ exit status 130 (SIGINT)" in show.lines
    assert show.lines.count("left-2") == 2


def test_a_stopped_command_is_not_left_behind(present):
    show = present(SLEEP, LEFT)
    show.begin(SLEEP)
    sleeping(show)
    show.press(CTRL_Z)
    show.asked(LEFT)
    show.quit()


@pytest.mark.skipif(not shutil.which("vi"), reason="there is no vi")
def test_ctrl_z_in_vi_and_fg(present):
    show = present("vi file", LEFT, "fg", "cat file", files={"file": "first\n"})
    show.begin("vi file")
    show.wait_for(lambda: show.lines[:2] == ["first", "~"])
    show.press("yyp")
    show.wait_for(lambda: show.lines[:2] == ["first", "first"])
    show.press(CTRL_Z)
    show.run(LEFT)
    show.asked("fg")
    assert not show.alternate
    assert "left-2" in show.lines
    show.press("\r")
    show.wait_for(lambda: show.lines[:3] == ["first", "first", "~"])
    assert show.alternate
    show.press(":wq\r")
    show.run("cat file")
    show.ended(0)
    assert show.lines.count("first") == 2
    assert (show.folder / "file").read_text() == "first\nfirst\n"


def test_ctrl_z_and_bg(present):
    show = present("sleep 0.2; echo woken", "sleep 600", "bg", "kill %%; wait; echo gone-$?")
    show.run("sleep 0.2; echo woken")
    show.begin("sleep 600")
    sleeping(show)
    show.press(CTRL_Z)
    show.run("bg")
    show.run("kill %%; wait; echo gone-$?")
    show.ended(0)
    assert "gone-0" in show.text
