"""Each key, at a wait and while a command is typed: key -> what the screen shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE_UP, PAGE_DOWN = "\x1b[5~", "\x1b[6~"
COMMANDS = ["printf 'one-%s\\n' 1", "echo two-$((1 + 1))", "seq 33 33"]
OUTPUTS = ["one-1", "two-2", "33"]
TEXT = """<!-- @SHOW -->
# First
<!-- @note say one thing -->
```bash
{}
```
# Second
<!-- @note say another thing -->
```bash
{}
{}
```
"""


class Begun:
    """A show that stands at one of the commands, whole or of which one character is typed."""

    def __init__(self, present: Callable[..., object], typing: bool) -> None:
        self.typing = typing
        text = TEXT.format(*COMMANDS)
        self.show = present(text=text, typing=0.001 if typing else None, rows=40)

    def until(self, index: int) -> None:
        """Wait until it stands at that command."""
        shown = COMMANDS[index][0] if self.typing else COMMANDS[index]
        self.show.wait_for(lambda: self.show.text.endswith(f"$ {shown}"))


@pytest.fixture(params=[False, True], ids=["waiting", "typing"])
def begun(request, present) -> Begun:
    """Stand at the second command; the first has run."""
    begun = Begun(present, request.param)
    begun.until(0)
    begun.show.press("\r")
    begun.until(1)
    return begun


@pytest.mark.parametrize("key", ["\r", PAGE_DOWN])
def test_return_or_forward_runs_the_command(begun, key):
    begun.show.press(key)
    begun.until(2)
    lines = begun.show.lines
    at = lines.index(f"$ {COMMANDS[1]}")
    assert lines[at + 1] == OUTPUTS[1]
    assert begun.show.text.count(OUTPUTS[1]) == 1
    begun.show.quit()


def test_every_way_that_terminals_send_return(present):
    keys = ["\n", "\x1bOM", "\x1b[13u", "\x1b[27;1;13~"]  # keypad, kitty, modifyOtherKeys
    show = present(*[f"echo {number}-$((1 + 1))" for number in range(len(keys))])
    for number, key in enumerate(keys):
        show.asked(f"echo {number}-$((1 + 1))")
        show.press(key)
    show.ended(0)
    assert [line for line in show.lines if line.endswith("-2")] == ["0-2", "1-2", "2-2", "3-2"]


def test_space_finishes_the_typing_and_runs_nothing(begun):
    begun.show.press(" ")
    begun.show.asked(COMMANDS[1])
    begun.show.press("  ")
    begun.show.press("?")
    begun.show.wait_for("Any key goes back.")
    begun.show.press(" ")
    begun.show.asked(COMMANDS[1])
    begun.show.press("\r")
    begun.until(2)
    assert begun.show.text.count(OUTPUTS[1]) == 1
    begun.show.quit()


@pytest.mark.parametrize("key", ["-", PAGE_UP])
def test_minus_or_back_shows_the_previous_command_again(begun, key):
    begun.show.press(key)
    begun.show.wait_for(lambda: begun.show.text.count(f"$ {COMMANDS[0]}") == 2)
    assert OUTPUTS[1] not in begun.show.text
    begun.show.quit()


def test_plus_skips_the_command(begun):
    begun.show.press("+")
    begun.until(2)
    assert "skipped" in begun.show.text
    assert OUTPUTS[1] not in begun.show.text
    begun.show.press("\r")
    begun.show.ended(0)
    assert "2 commands ran, 0 failed, 1 skipped" in begun.show.text


MACRO = """<!-- @macro m -->
```bash
echo in-$((++n))
```
<!-- @wait -->
<!-- @end -->
<!-- @SHOW -->
```bash
m
echo on
```
"""


def test_plus_skips_all_that_a_macros_name_stands_for(present):
    show = present(text=MACRO)
    show.asked("m")
    show.press("+")
    show.wait_for(lambda: "skipped" in show.lines)
    show.run("echo on")
    show.ended(0)
    assert "in-1" not in show.text
    assert "1 command ran, 0 failed, 1 skipped" in show.text


def test_minus_repeats_all_that_a_macros_name_stands_for(present):
    show = present(text=MACRO)
    show.run("m")
    show.wait_for(lambda: "in-1" in show.text and show.listening)
    show.press("\r")
    show.asked("echo on")
    show.press("-")
    show.wait_for(lambda: show.text.count("$ m") == 2)
    show.press("\r")
    show.wait_for(lambda: "in-2" in show.text and show.listening)
    show.press("\r")
    show.wait_for(lambda: show.text.count("$ echo on") == 2)
    show.press("\r")
    show.ended(0)
    assert "in-3" not in show.text


def test_exclamation_mark_opens_a_prompt_and_ctrl_d_comes_back(begun):
    begun.show.press("!")
    begun.show.wait_for("cuebook>")
    assert COMMANDS[1] in begun.show.text
    begun.show.press("\x04")
    begun.show.wait_for(lambda: begun.show.listening)
    begun.show.press("?")
    begun.show.wait_for("Any key goes back.")
    begun.show.press("x")
    begun.show.wait_for(lambda: not begun.show.alternate)
    begun.show.press("\r")
    begun.until(2)
    assert begun.show.text.count(OUTPUTS[1]) == 1
    begun.show.quit()


def test_capital_q_quits(begun):
    begun.show.quit()
    assert OUTPUTS[1] not in begun.show.text
    assert "1 command ran, 0 failed, 0 skipped" in begun.show.text


def test_question_mark_shows_the_keys_on_one_screen_and_the_next_key_only_leaves_it(begun):
    begun.show.press("?")
    begun.show.wait_for("Any key goes back.")
    assert begun.show.alternate
    for label in ("RETURN", "SPACE", "CTRL-C", "PAGE DOWN"):
        assert label in begun.show.text
    begun.show.press("Q")
    begun.show.asked(COMMANDS[1])
    assert not begun.show.alternate
    assert OUTPUTS[0] in begun.show.text
    begun.show.quit()


def test_g_lists_what_there_is_and_escape_comes_back(begun):
    begun.show.press("g")
    begun.show.wait_for("RETURN goes there")
    assert begun.show.alternate
    shown = [line.strip(" >") for line in begun.show.lines[1:7]]
    assert shown[0] == "First"
    assert shown[1].startswith("✓")
    assert shown[2] == "Second"
    assert [line[0] for line in shown[3:5]] == ["·", "·"]
    begun.show.press("\x1b")
    begun.show.asked(COMMANDS[1])
    begun.show.quit()


def test_g_goes_ahead(begun):
    begun.show.press("g")
    begun.show.wait_for("RETURN goes there")
    begun.show.press("33\r")
    begun.until(2)
    assert OUTPUTS[1] not in begun.show.text
    begun.show.quit()


def test_g_goes_back(begun):
    begun.show.press("g")
    begun.show.wait_for("RETURN goes there")
    begun.show.press("printf\r")
    begun.until(0)
    begun.show.press("\r")
    begun.show.wait_for(lambda: begun.show.text.count(f"\n{OUTPUTS[0]}") == 2)
    begun.show.quit()


def test_n_shows_this_steps_notes(begun):
    begun.show.press("n")
    begun.show.wait_for("say another thing")
    assert "say one thing" not in begun.show.text
    begun.show.press("x")
    begun.show.wait_for(lambda: not begun.show.alternate)
    assert "say another thing" not in begun.show.text
    begun.show.press("\r")
    begun.until(2)
    assert OUTPUTS[1] in begun.show.text
    begun.show.quit()


@pytest.mark.parametrize("second", ["\x03", "Q"])
def test_ctrl_c_asks_and_a_second_one_quits(begun, second):
    begun.show.press("\x03")
    begun.show.wait_for("CTRL-C again quits")
    begun.show.press(second)
    begun.show.ended(0)
    assert OUTPUTS[1] not in begun.show.text


def test_ctrl_c_asks_and_another_key_goes_on(begun):
    begun.show.press("\x03")
    begun.show.wait_for("CTRL-C again quits")
    begun.show.press("\r")
    begun.show.press("?")
    begun.show.wait_for("Any key goes back.")
    assert OUTPUTS[1] not in begun.show.written.decode()
    begun.show.press("x")
    begun.show.press("\r")
    begun.until(2)
    assert OUTPUTS[1] in begun.show.text
    begun.show.quit()


NOTHING = {
    "letters": "qxGN",
    "the arrows": "\x1b[A\x1b[B\x1b[C\x1b[D\x1bOA\x1bOD",
    "ends of a line": "\x1b[H\x1b[F",
    "F1 and F5": "\x1bOP\x1b[15~",
    "ALT and RETURN": "\x1bx\x1bQ",
    "a mouse's click": "\x1b[<0;10;10M\x1b[<0;10;10m",
    "focus": "\x1b[I\x1b[O",
    "a terminal's answers": "\x1b[?62;22c\x1b[12;40R\x1b]11;rgb:00/00/00\x1b\\\x1bP1$r0m\x1b\\",
    "letters with accents and emoji": "é世🚀",
    "CTRL-D, CTRL-Z, CTRL-\\, CTRL-S": "\x04\x1a\x1c\x13",
    "no UTF-8": b"\xff\xfe\xc3(",
}


def test_any_other_key_does_nothing(begun):
    before = begun.show.text.rpartition("$ ")[0]
    for what, keys in NOTHING.items():
        begun.show.press(keys)
        begun.show.press("?")
        begun.show.wait_for("Any key goes back.")
        begun.show.press("x")
        begun.show.wait_for(lambda: not begun.show.alternate)
        begun.show.asked(COMMANDS[1])
        assert begun.show.text.startswith(before), what
        assert OUTPUTS[1] not in begun.show.text, what
    begun.show.press("\r")
    begun.until(2)
    assert begun.show.text.count(OUTPUTS[1]) == 1
    begun.show.quit()


def test_help_fits_one_small_screen(present):
    show = present("true", rows=24, columns=80)
    show.asked("true")
    show.press("?")
    show.wait_for("Any key goes back.")
    assert "PAGE UP" in show.text
    show.press("x")
    show.asked("true")
    show.quit()
