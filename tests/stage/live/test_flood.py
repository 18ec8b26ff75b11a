"""Output that is much, long or garbage: the stage stays usable and the next step is right."""

from __future__ import annotations

import random
import time

import pytest

LEFT = "echo left-$((1 + 1))"
SHOWN = f"$ {LEFT}"


def goes_on(show):
    """The next step is shown and runs; keys act."""
    show.asked(LEFT)
    show.press("?")
    show.wait_for("Any key goes back.")
    show.press("x")
    show.run(LEFT)
    show.ended(0)
    assert "left-2" in show.lines


def test_50_000_lines(present):
    show = present("seq 50000", LEFT)
    show.asked("seq 50000")
    began = time.monotonic()
    show.press("\r")
    written = show.flood(SHOWN)
    assert time.monotonic() - began < 10  # about 1, where nothing else runs
    assert b"".join(b"%d\r\n" % number for number in range(1, 50_001)) in written
    goes_on(show)


@pytest.mark.parametrize("end", ["", "; echo"], ids=["unended", "ended"])
def test_a_line_of_5_mb(present, end):
    command = f"head -c 5000000 /dev/zero | tr '\\0' x{end}"
    show = present(command, LEFT)
    show.run(command)
    written = show.flood(SHOWN)
    assert b"x" * 5_000_000 in written
    goes_on(show)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_megabyte_of_random_bytes(present, seed):
    data = random.Random(seed).randbytes(1 << 20)
    show = present("cat data", LEFT, files={"data": data})
    show.run("cat data")
    written = show.flood(SHOWN)
    assert data.replace(b"\n", b"\r\n") in written
    goes_on(show)


GARBAGE = {
    "a region that scrolls": r"\e[2;5r\e[5;1H",
    "an unended string": r"\e]0;title",
    "an unended sequence": r"\e[3",
    "an unended character": r"\xf0\x9f",
    "another character set": r"\e(0\x0e",
    "colours": r"\e[31;7;1m",
    "insert mode, no wrapping": r"\e[4h\e[?7l",
    "tabs cleared, cursor hidden": r"\e[?25l",
}


def test_what_a_command_leaves_on_does_not_touch_the_next_step(present):
    commands = [f"printf '{garbage}'" for garbage in GARBAGE.values()]
    echoes = [f"echo 'lqk é世' {number}" for number in range(len(GARBAGE))]
    show = present(
        *[command for pair in zip(commands, echoes, strict=True) for command in pair], rows=60
    )
    for number, (command, echo) in enumerate(zip(commands, echoes, strict=True)):
        show.run(command)
        show.run(echo)
        show.wait_for(lambda number=number: f"lqk é世 {number}" in show.lines)
    show.ended(0)


def test_a_command_that_turns_utf_8_off(present):
    show = present(r"printf '\e%%@'", LEFT)
    show.run(r"printf '\e%%@'")
    show.asked(LEFT)
    show.quit()
    assert show.utf8


UNENDED = """<!-- @SHOW -->
```bash
printf unended-%s 1
```
Prose.
```bash
printf unended-%s 2
```
"""


def test_after_output_without_a_line_end_prose_begins_on_a_new_line(present):
    show = present(text=UNENDED)
    show.run("printf unended-%s 1")
    show.asked("printf unended-%s 2")
    show.quit()
    assert [line for line in show.lines if line][1:3] == ["unended-1", "Prose."]


def test_after_output_without_a_line_end_a_command_begins_on_a_new_line(present):
    show = present("printf unended-%s 1", LEFT)
    show.run("printf unended-%s 1")
    show.asked(LEFT)
    show.quit()
    assert show.lines[1:3] == ["unended-1", f"$ {LEFT}"]


def test_output_of_a_job_in_the_background_comes_with_the_next_step(present):
    show = present("(cat go; echo behind) &", LEFT)
    import os

    os.mkfifo(show.folder / "go")
    show.run("(cat go; echo behind) &")
    show.asked(LEFT)
    (show.folder / "go").write_bytes(b"")
    show.press("\r")
    show.wait_for("left-2")
    show.ended(0)
