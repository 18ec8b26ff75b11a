"""While a command runs the terminal is its own: editors, pagers, passwords, the mouse."""

from __future__ import annotations

import os
import shutil
import sys
import termios

import pytest

needs_vi = pytest.mark.skipif(not shutil.which("vi"), reason="there is no vi")
needs_less = pytest.mark.skipif(not shutil.which("less"), reason="there is no less")
LINES = "".join(f"line {number}\n" for number in range(1, 301))
LEFT = "echo left-$((1 + 1))"
# Reads bytes as they come until `q`, and says what they are.
RAW = """
import os, sys, termios, tty
before = termios.tcgetattr(0)
tty.setraw(0)
sys.stdout.write("".join(f"\\x1b[?{mode}h" for mode in (1000, 1006, 2004)) + "ready\\r\\n")
sys.stdout.flush()
data = b""
while not data.endswith(b"q"):
    data += os.read(0, 100)
termios.tcsetattr(0, termios.TCSANOW, before)
print(repr(data))
"""


def no_echo(show):
    """Wait until the command's terminal, which it has printed, shows no more what is typed."""
    show.wait_for("/dev/pts/")
    path = next(line for line in show.lines if line.startswith("/dev/pts/"))
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
    try:
        show.wait_for(lambda: not termios.tcgetattr(fd)[3] & termios.ECHO)
    finally:
        os.close(fd)


@needs_vi
def test_vi_is_opened_edits_saves_and_is_left(present):
    show = present("vi file.txt", "cat file.txt", files={"file.txt": "first\nsecond\n"})
    show.run("vi file.txt")
    show.wait_for(lambda: show.lines[:2] == ["first", "second"] and show.lines[2] == "~")
    assert show.alternate
    show.press("oadded +-!Q?gn\x1b")
    show.wait_for(lambda: show.lines[1] == "added +-!Q?gn")
    show.press(":wq\r")
    show.asked("cat file.txt")
    assert not show.alternate
    assert show.lines[0] == "$ vi file.txt"
    assert (show.folder / "file.txt").read_text() == "first\nadded +-!Q?gn\nsecond\n"
    show.press("\r")
    show.ended(0)
    assert show.lines[1:5] == ["$ cat file.txt", "first", "added +-!Q?gn", "second"]


@needs_vi
def test_vi_is_quit_without_a_change(present):
    show = present("vi file.txt", LEFT, files={"file.txt": "first\n"})
    show.run("vi file.txt")
    show.wait_for(lambda: show.lines[:2] == ["first", "~"])
    show.press("dd")
    show.wait_for("--No lines in buffer--")
    show.press("\x03")  # is vi's
    show.wait_for("exit Vim")
    # It may throw away what comes right behind a CTRL-C.
    show.wait_for(lambda: show.press("\x1b:") or show.line == ":")
    show.press("q!\r")
    show.asked(LEFT)
    assert (show.folder / "file.txt").read_text() == "first\n"
    show.quit()


@needs_less
def test_less_scrolls_searches_and_is_left(present):
    show = present("less lines", LEFT, files={"lines": LINES})
    show.run("less lines")
    show.wait_for(lambda: show.lines[0] == "line 1" and show.lines[22] == "line 23")
    show.press(" ")
    show.wait_for(lambda: show.lines[0] == "line 24")
    show.press("\x1b[5~")  # PAGE UP is less's
    show.wait_for(lambda: show.lines[0] == "line 1")
    show.press("G")
    show.wait_for(lambda: show.lines[22] == "line 300")
    show.press("/nowhere\r")
    show.wait_for("Pattern not found")
    show.press("\rq")
    show.asked(LEFT)
    assert show.lines[0] == "$ less lines"
    show.quit()


def test_read_takes_a_line_that_may_be_corrected(present):
    show = present("read -r -p 'Name? ' NAME", "echo hello-$NAME")
    show.begin("read -r -p 'Name? ' NAME")
    show.wait_for(lambda: show.line == "Name?")
    show.press("Wird")
    show.wait_for("Name? Wird")
    show.press("\x7f\x7f\x7forld +-!Q?gn\r")
    show.asked("echo hello-$NAME")
    assert "Name? World +-!Q?gn" in show.lines
    show.press("\r")
    show.ended(0)
    assert "hello-World +-!Q?gn" in show.lines


def test_read_is_left_by_ctrl_d(present):
    show = present("cat", LEFT)
    show.begin("cat")
    show.press("said\r")
    show.wait_for(lambda: show.lines.count("said") == 2)
    show.press("\x04")
    show.run(LEFT)
    show.ended(0)
    assert "left-2" in show.lines


PASSWORDS = {
    "read -s": "tty; read -r -s -p 'Password: ' PW; echo; printf %s \"$PW\" >said",
    "getpass": f'tty; {sys.executable} -c \'import getpass; open("said", "w")'
    ".write(getpass.getpass())'",
}


@pytest.mark.parametrize("command", PASSWORDS.values(), ids=PASSWORDS)
def test_a_password_is_never_shown(present, command):
    show = present(command, LEFT, columns=200)
    show.run(command)
    show.wait_for("Password:")
    no_echo(show)
    show.press("s3cret Q\r")
    show.run(LEFT)
    show.ended(0)
    assert (show.folder / "said").read_text() == "s3cret Q"
    assert b"s3cret" not in show.written
    assert "left-2" in show.lines


def test_a_password_prompt_that_is_interrupted_leaves_the_echo_on(present):
    command = PASSWORDS["getpass"]
    show = present(command, "read -r X", columns=200)
    show.run(command)
    show.wait_for("Password:")
    no_echo(show)
    show.press("s3cret\x03")
    show.begin("read -r X")
    show.press("seen\r")
    show.ended(0)
    assert "seen" in show.lines
    assert b"s3cret" not in show.written


def test_the_mouse_a_paste_and_any_byte_pass_untouched(present):
    command = f"{sys.executable} raw.py"
    show = present(command, LEFT, files={"raw.py": RAW}, columns=200)
    show.run(command)
    show.wait_for("ready")
    assert all(show.mode(mode) for mode in (1000, 1006, 2004))
    keys = (
        b"\x1b[<0;5;5M\x1b[<0;5;5m\x1b[200~a\rb\x1b[201~\x03\x1a\x1c\x13\x11\x7f\r\n\xc3\xa9\x80q"
    )
    show.press(keys)
    show.wait_for(repr(keys))
    show.run(LEFT)  # it has left the modes on
    assert not any(show.mode(mode) for mode in (1000, 1006))
    show.ended(0)
    assert "left-2" in show.lines


def test_a_paste_of_two_lines_is_two_lines_to_a_program_without_brackets(present):
    show = present("read -r A; read -r B; echo $B-$A", LEFT)
    show.begin("read -r A; read -r B; echo $B-$A")
    show.wait_for(lambda: not show.mode(2004))
    show.press("one\rtwo\r")
    show.asked(LEFT)
    assert "two-one" in show.lines
    show.quit()


def test_a_program_that_dies_in_the_alternate_screen_leaves_nothing_of_it(present):
    command = r"printf '\e[?1049h\e[?25l\e[?1003h\e[2;5r\e[31mgar''bage'; kill -9 $BASHPID"
    show = present(f"({command})", LEFT, columns=200)
    show.run(f"({command})")
    show.run(LEFT)
    show.ended(0)
    assert "garbage" not in show.text
    assert "left-2" in show.lines
