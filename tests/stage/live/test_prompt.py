"""The key `!`: a prompt in the very shell that the runbook's commands run in."""

from __future__ import annotations

import signal

import pytest

UP, TAB, CTRL_C, CTRL_D = "\x1b[A", "\t", "\x03", "\x04"


@pytest.fixture
def prompt(present):
    """Return a function that presents commands, goes to the last, and opens the prompt there."""

    def prompt(*commands, **options):
        show = present(*commands, **options)
        for command in commands[:-1]:
            show.asked(command)
            show.press("\r")
        show.asked(commands[-1])
        show.press("!")
        at_prompt(show)
        return show

    return prompt


def at_prompt(show, **options):
    """Wait until the cursor stands at a prompt with nothing typed."""
    show.wait_for(lambda: show.line == "cuebook>" and not show.listening, **options)


def leave(show):
    show.press(CTRL_D)
    show.wait_for(lambda: show.listening)


def say(show, line):
    """Type a line and wait for the next prompt."""
    count = show.text.count("cuebook>")
    show.press(f"{line}\r")
    show.wait_for(lambda: show.text.count("cuebook>") > count)
    at_prompt(show)


def test_variables_functions_and_the_directory_go_both_ways(prompt):
    show = prompt(
        "V=of-step; f() { echo f-$V; }; mkdir deep; cd deep", "pwd | tail -c 12; g; echo $W"
    )
    say(show, "f; pwd | tail -c 6")
    assert "f-of-step\ndeep" in show.text.replace("/", "")
    say(show, "W=of-prompt; g() { echo g-$V; }; mkdir er; cd er")
    leave(show)
    show.press("\r")
    show.ended(0)
    lines = show.lines
    assert lines[lines.index("g-of-step") - 1].endswith("/deep/er")
    assert lines[lines.index("g-of-step") + 1] == "of-prompt"


def test_it_comes_back_to_the_command_that_waits_and_nothing_has_run(prompt):
    show = prompt("echo $((1 + 1))", "echo $((2 + 2))")
    leave(show)
    assert "4" not in show.lines
    show.press("\r")
    show.ended(0)
    assert show.lines.count("2") == 1
    assert show.lines.count("4") == 1


def test_history(prompt):
    show = prompt("true")
    say(show, "echo $((40 + 2))")
    say(show, "echo $((40 + 3))")
    say(show, f"{UP}{UP}")
    assert show.lines.count("42") == 2
    leave(show)
    show.press("!")
    at_prompt(show)
    say(show, f"{UP}{UP}")  # also in the next prompt
    assert show.lines.count("43") == 2
    leave(show)
    show.quit()


def test_completion(prompt):
    show = prompt("true", files={"a-long-name.txt": "its contents\n"})
    show.press(f"cat a-lo{TAB}")
    show.wait_for("cat a-long-name.txt")
    say(show, "")
    assert "its contents" in show.lines
    leave(show)
    show.quit()


def test_a_line_is_edited(prompt):
    show = prompt("true")
    say(show, "ecoh x\x1b[H\x1b[C\x1b[C\x1b[3~\x1b[Co\x1b[F-edited")
    assert "x-edited" in show.lines
    leave(show)
    show.quit()


def test_a_paste_is_typed_in_and_does_not_run(prompt):
    show = prompt("true")
    show.press("\x1b[200~echo $((6 * 7))\x1b[201~")
    show.wait_for("cuebook> echo $((6 * 7))")
    assert "42" not in show.lines
    say(show, "")
    assert "42" in show.lines
    leave(show)
    show.quit()


def test_ctrl_c_abandons_the_line_and_the_prompt_is_still_there(prompt):
    show = prompt("echo $((2 + 2))")
    show.press("echo $((1 + 1))")
    show.wait_for("echo $((1 + 1))")
    show.press(CTRL_C)
    show.wait_for(lambda: show.line == "cuebook>" or show.listening)
    at_prompt(show, timeout=1)
    say(show, "echo $((3 + 3))")
    assert "6" in show.lines
    assert "2" not in show.lines
    leave(show)
    show.quit()


def test_ctrl_c_of_a_command_and_the_prompt_is_still_there(prompt):
    show = prompt("true")
    # Told by what gets the CTRL-C: bash itself loses one that comes as it starts a program.
    show.press("sh -c 'echo begun-$((1 + 1)); exec sleep 600'\r")
    show.wait_for("begun-2")
    show.press(CTRL_C)
    show.wait_for(lambda: show.line == "cuebook>" or show.listening)
    at_prompt(show, timeout=1)
    leave(show)
    show.quit()


@pytest.mark.parametrize("line", ["false", "no-such-program", "if", "echo 'unclosed", "x=${y?no}"])
def test_a_line_that_fails_does_not_leave_the_prompt(prompt, line):
    show = prompt("echo $((2 + 2))")
    say(show, line)
    say(show, "echo $((3 + 3))")
    assert "6" in show.lines
    leave(show)
    show.press("\r")
    show.ended(0)
    assert "4" in show.lines


def test_exit_comes_back_to_a_new_shell_with_the_state(prompt):
    show = prompt("V=kept; f() { echo $V-by-f; }", "f")
    say(show, "W=also")
    show.press("exit 3\r")
    show.wait_for(lambda: show.listening)
    show.press("\r")
    show.ended(0)
    assert "kept-by-f" in show.lines


def test_a_resize(prompt):
    show = prompt("stty size")
    show.resize(30, 100)
    say(show, "stty size")
    assert "30 100" in show.lines
    leave(show)
    show.press("\r")
    show.ended(0)
    assert show.lines.count("30 100") == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal(prompt, number):
    show = prompt("true")
    show.press("half a li")
    show.wait_for("half a li")
    show.signal(number)
    show.ended(128 + number)
