"""The window changes its size in the middle of anything."""

from __future__ import annotations

import shutil
import sys

import pytest

SIZE = "stty size"
WINCH = """
import os, signal
def tell(*_):
    columns, rows = os.get_terminal_size()
    os.write(1, f"{rows} {columns}\\n".encode())  # print is not safe in a signal handler
signal.signal(signal.SIGWINCH, tell)
print("ready", flush=True)
os.read(0, 1)
"""
SIZES = [(10, 40), (50, 300), (24, 80)]


def follow(show, rows, columns):
    """Change the size, and wait until the commands' terminal has it."""
    show.resize(rows, columns)
    show.wait_for(lambda: show.inner_size() == (rows, columns))


def passes_on(show):
    """RETURN runs SIZE, which tells the last size."""
    show.run(SIZE)
    show.ended(0)
    assert "24 80" in show.lines


@pytest.mark.parametrize("options", [[], ["--status"]], ids=["", "status"])
def test_at_a_wait(present, options):
    show = present(SIZE, options=options)
    show.wait_for(f"$ {SIZE}")
    for rows, columns in SIZES:
        follow(show, rows, columns)
        if options:
            show.wait_for(lambda: show.lines[-1].startswith("step 1 of 1"))
    assert sum(line.startswith("step 1 of 1") for line in show.lines) == len(options)
    show.press("\r")
    show.ended(0)
    assert "24 80" in show.lines
    assert show.text.count(f"$ {SIZE}") == 1


def test_while_typing(present):
    show = present(f"{SIZE} # {'a comment, ' * 4}", typing=2)
    show.wait_for("$ stty")
    for rows, columns in SIZES:
        follow(show, rows, columns)
    show.press("\r")
    show.ended(0)
    assert "24 80" in show.lines


def test_prose_after_it_has_the_new_width(present):
    words = " ".join(f"word{number:03}" for number in range(30))
    text = f"<!-- @SHOW -->\n<!-- @wait -->\n{words}\n```bash\ntrue\n```\n"
    show = present(text=text, columns=100)
    show.wait_for(lambda: show.listening and show.mode(2004))
    show.resize(24, 40)
    show.press("\r")
    show.asked("true")
    show.quit()
    found = [line for line in show.lines if "word" in line]
    assert " ".join(line.strip() for line in found).split() == words.split()
    assert 6 <= len(found) <= 10


def test_in_a_command(present):
    command = f"{sys.executable} winch.py"
    show = present(command, SIZE, files={"winch.py": WINCH}, columns=120)
    show.begin(command)
    show.wait_for("ready")
    for rows, columns in SIZES:
        show.resize(rows, columns)
        show.wait_for(f"{rows} {columns}")
    show.press("\r")
    passes_on(show)


@pytest.mark.skipif(not shutil.which("vi"), reason="there is no vi")
def test_in_vi(present):
    show = present("vi file", SIZE, files={"file": "first\n"})
    show.begin("vi file")
    show.wait_for(lambda: show.lines[:2] == ["first", "~"])
    for rows, columns in SIZES:
        show.resize(rows, columns)
        show.wait_for(lambda rows=rows: show.lines[:rows].count("~") == rows - 2)
        show.press(":echo 'size' &lines &columns\r")
        show.wait_for(f"size {rows} {columns}")
    show.press(":q!\r")
    passes_on(show)


@pytest.mark.skipif(not shutil.which("less"), reason="there is no less")
def test_in_less(present):
    lines = "".join(f"line {number}\n" for number in range(300))
    show = present("less lines", SIZE, files={"lines": lines})
    show.begin("less lines")
    show.wait_for(lambda: show.lines[22] == "line 22")
    for rows, columns in SIZES:
        show.resize(rows, columns)
        show.press("g")
        last = f"line {rows - 2}"
        show.wait_for(lambda rows=rows, last=last: show.lines[rows - 2] == last)
    show.press("q")
    passes_on(show)


def test_in_the_chooser(present):
    show = present(SIZE, *[f"echo {number}" for number in range(100)])
    show.asked(SIZE)
    show.press("g")
    show.wait_for("RETURN goes")
    for rows, columns in SIZES:
        show.resize(rows, columns)
        show.wait_for(
            lambda rows=rows: (
                show.lines[-1].startswith("RETURN")
                and sum("$ " in line for line in show.lines) == rows - 2
            )
        )
    show.press("\x1b")
    show.run(SIZE)
    show.asked("echo 0")
    assert "24 80" in show.lines
    show.quit()


def test_in_help(present):
    show = present(SIZE)
    show.asked(SIZE)
    show.press("?")
    show.wait_for("Any key goes back.")
    for rows, columns in SIZES:
        show.resize(rows, columns)
        show.wait_for(lambda: show.lines[-1] == "Any key goes back." and "RETURN" in show.text)
    show.press("x")
    passes_on(show)


def test_at_the_question_of_ctrl_c(present):
    show = present(SIZE)
    show.asked(SIZE)
    show.press("\x03")
    show.wait_for("CTRL-C again quits")
    follow(show, 10, 40)
    follow(show, 24, 80)
    show.press("x")
    show.press("\r")
    show.ended(0)
    assert "24 80" in show.lines


def test_between_two_commands(present):
    show = present("true", SIZE)
    show.asked("true")
    follow(show, 30, 100)
    show.press("\r")
    show.run(SIZE)
    show.ended(0)
    assert "30 100" in show.lines
