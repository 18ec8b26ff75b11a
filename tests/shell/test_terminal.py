"""A program in the shell has a real terminal, with a person at its keyboard."""

from __future__ import annotations

import shutil
import sys
import threading

import pytest

CTRL_C, CTRL_D, ESCAPE = b"\x03", b"\x04", b"\x1b"
PYTHON = f"'{sys.executable}'"


def needs(program: str):
    return pytest.mark.skipif(not shutil.which(program), reason=f"{program} is not installed")


# What programs see


def test_all_three_are_the_terminal(session):
    assert session.out("[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo yes") == "yes\n"
    assert session.out("sh -c '[ -t 0 ] && [ -t 1 ] && [ -t 2 ]' && echo yes") == "yes\n"
    assert session.out('[ "$(tty)" = "$(tty </dev/tty)" ] || tty').startswith(("", "/dev/"))
    assert session.out("tty").startswith("/dev/")
    assert session.out("echo yes >/dev/tty") == "yes\n"
    assert session.out('echo yes >"$(tty)"') == "yes\n"


def test_the_shell_leads_its_session(session):
    assert session.out("ps -o sess= -p $$").split() == [str(session.shell.pid)]
    assert session.out("echo $$") == f"{session.shell.pid}\n"


def test_the_terminal_has_the_size_asked_for(start):
    session = start(rows=31, columns=97)
    assert session.out("stty size") == "31 97\n"


def test_the_terminal_is_sane(session):
    settings = session.out("stty -a").replace(";", " ").split()
    for setting in ("icanon", "isig", "echo", "opost", "onlcr", "icrnl", "iexten"):
        assert setting in settings


def test_nothing_is_printed_at_the_start(session):
    assert session.out("true") == ""
    assert session.printed == b""


# Reading what is typed


def test_cat_gets_what_is_typed_and_the_end(session):
    session.on("READY", b"one\ntwo\n", CTRL_D)
    printed, status = session.run("echo READY; cat; echo end $?")
    assert status == 0
    assert printed == "READY\none\ntwo\none\ntwo\nend 0\n" or (
        sorted(printed.split()) == sorted(["READY", "one", "two", "one", "two", "end", "0"])
    )


def test_head_gets_three_bytes(session):
    session.on("READY", b"abcdef\n")
    printed, status = session.run("echo READY; head -c3 | od -An -c")
    assert status == 0
    assert "   a   b   c" in printed


def test_read_gets_a_line(session):
    session.on("READY", b"hello there\n")
    assert session.run("echo READY; read a b; echo $b $a") == (
        "READY\nhello there\nthere hello\n",
        0,
    )


def test_read_with_a_prompt(session):
    session.on("name? ", b"Ada\n")
    assert session.out("read -p 'name? ' x; echo \"hello $x\"") == "name? Ada\nhello Ada\n"


def test_read_silently(session):
    session.on("secret? ", b"pass\n")
    assert session.out("read -rs -p 'secret? ' x; echo; echo ${#x}") == "secret? \n4\n"
    session.on("READY", b"seen\n")
    assert session.out("echo READY; read x") == "READY\nseen\n"


def test_read_one_key(session):
    session.on("go? ", b"y")
    assert session.out("read -n1 -p 'go? ' x; echo; echo got $x") == "go? y\ngot y\n"
    session.on("READY", b"line\n")
    assert session.out("echo READY; read x; echo $x") == "READY\nline\nline\n"


def test_read_in_two_commands(session):
    session.on("READY", b"one\ntwo\n")
    session.out("echo READY; read a")
    assert session.run("read b; echo $a $b")[0].endswith("one two\n")


def test_select_gets_a_number(session):
    session.on("#? ", b"2\n")
    text, _ = session.run("select x in apple pear; do echo got $x; break; done")
    assert text.endswith("got pear\n")


def test_getpass_reads_dev_tty(session):
    session.on("Password: ", b"secret\n")
    text = session.out(f"{PYTHON} -c 'import getpass; print(len(getpass.getpass()))'")
    assert text == "Password: \n6\n"


def test_a_program_reads_with_its_standard_input_taken(session):
    session.on("READY", b"typed\n")
    assert session.run("echo piped | { read a; echo READY; read b </dev/tty; echo $a $b; }") == (
        "READY\ntyped\npiped typed\n",
        0,
    )


def test_control_d_ends_the_input_of_a_program_and_not_the_shell(session):
    session.on("READY", CTRL_D)
    assert session.run("echo READY; cat; echo end $?") == ("READY\nend 0\n", 0)
    session.on("READY", CTRL_D)
    assert session.run("echo READY; read x; echo end $?") == ("READY\nend 1\n", 0)
    session.healthy()


def test_the_erase_key_works_while_reading(session):
    session.on("READY", b"helo\x7f\x7fllo\n")
    assert session.out("echo READY; read x; echo =$x").endswith("=hello\n")


def test_typing_from_another_thread(session):
    def typist() -> None:
        session.shell.type(b"typed\n")

    thread = threading.Thread(target=typist)
    session.on("READY", thread.start)
    assert session.out("echo READY; read x; echo =$x").endswith("=typed\n")
    thread.join()


def test_typing_a_lot(session):
    lines = "".join(f"line {i}\n" for i in range(20_000))
    thread = threading.Thread(target=lambda: session.shell.type(lines.encode() + CTRL_D))
    session.on("READY", thread.start)
    session.out("echo READY; stty -echo; cat >got; stty echo")
    thread.join()
    assert session.out("cksum <got") == session.out(
        "for ((i = 0; i < 20000; i++)); do echo line $i; done | cksum"
    )


# Type-ahead


def test_what_is_typed_while_nothing_reads_is_not_executed(session):
    session.on("READY", b"touch executed\n", b"echo pwned\n")
    text = session.out("echo READY; until [ -e go ]; do touch go; done; sleep 0.1; ls")
    assert "executed" not in text.replace("touch executed", "")
    assert session.out("ls") == "go\n"
    assert "\npwned" not in text
    session.healthy()


def test_what_is_typed_ahead_is_there_for_the_next_read(session):
    session.on("READY", b"one\n")
    session.out("echo READY; stty size")
    session.shell.type(b"two\n")
    assert session.run("read a; read b; echo $a-$b")[0].endswith("one-two\n")


def test_control_d_typed_between_commands_does_not_end_the_shell(session):
    session.shell.type(CTRL_D)
    session.healthy()


def test_control_c_typed_between_commands_does_not_end_the_shell(session):
    session.out("x=1")
    session.press(CTRL_C, b"^C")
    session.run("true")
    assert session.run("builtin echo $x") == ("1\n", 0)
    session.healthy()


# The terminal's settings


def test_the_terminal_echoes_as_usual(session):
    session.on("READY", b"hello\n")
    session.run("echo READY; read x")
    assert session.last == b"READY\r\nhello\r\n"


def test_stty_minus_echo_stays_until_it_is_taken_back(session):
    session.out("stty -echo")
    session.on("READY", b"hidden\n")
    assert session.out("echo READY; read x; echo got $x") == "READY\ngot hidden\n"
    assert "-echo " in session.out("stty -a")
    session.healthy()
    session.out("stty echo")
    session.on("READY", b"shown\n")
    assert session.out("echo READY; read x") == "READY\nshown\n"


def test_stty_raw_stays_until_it_is_taken_back(session):
    session.out("stty raw")
    session.run("echo a; echo b")
    assert session.last == b"a\nb\n"
    assert session.run("(exit 3)") == ("", 3)
    assert session.run('echo "$?"')[0] == "3\n"
    assert "-icanon" in session.out("stty -a")
    session.out("stty sane")
    session.run("echo a")
    assert session.last == b"a\r\n"


def test_a_program_that_dies_in_raw_mode(session):
    session.run(
        f"{PYTHON} -c 'import os, tty; tty.setraw(0); os.kill(os.getpid(), 9)'"
    )  # bash puts the terminal right after a job that a signal ended, or the program's mode stays
    session.run("stty sane")
    session.on("READY", b"line\n")
    assert session.out("echo READY; read x; echo $x") == "READY\nline\nline\n"


# Size


def test_a_program_is_told_of_another_size_while_it_runs(session):
    program = (
        "import signal, os\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGWINCH])\n"
        'print("READY", flush=True)\n'
        "signal.sigwait([signal.SIGWINCH])\n"
        'print("told", *os.get_terminal_size())\n'
    )
    session.on("READY", lambda: session.shell.resize(40, 100))
    assert session.out(f"{PYTHON} -c '{program}'") == "READY\ntold 100 40\n"
    assert session.out("stty size") == "40 100\n"


def test_programs_are_not_told_a_size_that_has_passed(session):
    """`set -a` would export LINES and COLUMNS, which many programs believe first."""
    ask = f"{PYTHON} -c 'import shutil; print(*shutil.get_terminal_size())'"
    assert session.out(f"/bin/true; {ask}") == "80 24\n"
    session.shell.resize(40, 100)
    assert session.out(ask) == "100 40\n"
    assert session.out(f"/bin/true; {ask}; bash -c /bin/true; {ask}") == "100 40\n100 40\n"


def test_a_trap_on_sigwinch_runs(session):
    session.out("trap 'got=$(stty size)' WINCH")
    session.on("READY", lambda: session.shell.resize(41, 101))
    assert (
        session.out('echo READY; while [ -z "$got" ]; do :; done; echo $got') == "READY\n41 101\n"
    )
    session.out("trap - WINCH")


def test_resize_between_commands(session):
    session.shell.resize(10, 20)
    assert session.out("stty size") == "10 20\n"
    session.shell.resize(24, 80)
    assert session.out("stty size") == "24 80\n"


# Full-screen and interactive programs


@needs("vi")
def test_vi_edits_and_writes_a_file(session, work):
    session.on("note.txt", b"ihello from vi", ESCAPE)
    session.on("hello from vi", b":wq\r")
    session.run("vi -u NONE note.txt")
    assert (work / "note.txt").read_text() == "hello from vi\n"
    session.healthy()
    session.on("READY", b"line\n")
    assert session.out("echo READY; read x; echo $x") == "READY\nline\nline\n"


@needs("vi")
def test_vi_follows_the_size(session):
    session.on("note.txt", lambda: session.shell.resize(33, 99))
    session.on("\x1b[32;1H~", b":exe 'silent !echo '.&lines.'x'.&columns.' >size' | q!\r")
    session.run("vi -u NONE note.txt")
    assert session.out("cat size") == "33x99\n"


@needs("less")
def test_less_pages_and_quits(session):
    session.on("23\r\n", b"G")
    session.on("500", b"q")
    text, status = session.run("seq 1 500 | less")
    assert status == 0
    assert "\n250\r" not in text
    session.healthy()


@needs("less")
def test_less_on_a_file(session):
    session.out("seq 1 500 >numbers")
    session.on("numbers", b"/^77$\r")
    session.on("99", b"q")
    assert session.run("less -M numbers")[1] == 0
    session.healthy()


def test_a_nested_interactive_bash(session):
    session.on("nested> ", b"echo in$((1 + 1)); x=inner\n")
    session.on("in2", b"sh -c 'echo REA''DY; exec sleep 30'\n")
    session.on("READY", CTRL_C)
    session.on("nested> ", b"exit 5\n")
    _, status = session.run("PS1='nested> ' bash --norc --noprofile --noediting -i")
    assert status == 5
    assert session.run('echo "$? ${x-outer}"') == ("5 outer\n", 0)


def test_a_nested_bash_with_editing_and_jobs(session):
    session.on("nested> ", b"sleep 100 &\n")
    session.on("nested> ", b"jobs; kill %1; wait\n")
    session.on("nested> ", CTRL_D)
    text, _ = session.run("PS1='nested> ' bash --norc --noprofile -i")
    assert "sleep 100" in text
    session.healthy()


def test_a_nested_python_prompt(session):
    session.on(">>> ", b"6 * 7\n")
    # The prompt of Python 3.13.0 to 3.13.2 makes 1 of any status of `sys.exit` (gh-129900).
    session.on("42", b"import os; os._exit(4)\n")
    assert session.run(f"{PYTHON} -i -q -c ''")[1] == 4


@needs("script")
def test_a_nested_terminal_by_script(session):
    text, status = session.run('script -qec "tty; echo inner; exit 3" /dev/null')
    assert text.splitlines()[1] == "inner"
    assert text.splitlines()[0] != session.out("tty").strip()
    assert status == 3


def test_a_nested_terminal_by_python(session):
    session.on("inner> ", b"echo a$((1 + 1))\n")
    session.on("a2", b"exit\n")
    status = session.run(
        f'PS1=\'inner> \' {PYTHON} -c \'import pty; pty.spawn(["bash", "--norc", "-i"])\''
    )[1]
    assert status == 0
    session.healthy()


def test_tail_follows_until_control_c(session):
    session.out("echo READY >log")
    session.on("READY", lambda: session.shell.type(CTRL_C))
    assert session.run("tail -f log; echo after") == ("READY\n^C\n", 130)
    session.healthy()


# Standard input of the shell itself


def test_exec_from_dev_null_lasts(session):
    session.out("exec </dev/null")
    assert session.run("read x; echo $?") == ("1\n", 0)
    assert session.run("cat; [ -t 0 ] || echo none") == ("none\n", 0)
    session.out("exec </dev/tty")
    session.on("READY", b"back\n")
    assert session.out("echo READY; read x; echo $x") == "READY\nback\nback\n"


def test_exec_from_a_file_is_read_on_by_the_next_commands(session, work):
    (work / "lines").write_text("first\nsecond\nthird\nfourth\n")
    session.out("exec <lines")
    session.out("read a")
    session.out("read b")
    assert session.out("echo $a $b; head -n1") == "first second\nthird\n"
    session.run("exec </dev/tty")
    session.on("READY", b"typed\n")
    assert session.out("echo READY; read x; echo $x") == "READY\ntyped\ntyped\n"


def test_exec_from_a_file_and_a_failure_and_control_c(session, work):
    (work / "lines").write_text("first\nsecond\n")
    session.out("exec <lines; read a")
    assert session.run("false")[1] == 1
    session.on("READY", CTRL_C)
    session.run("sh -c 'echo READY; exec sleep 30'")
    assert session.out("read b; echo $a $b") == "first second\n"


def test_exec_from_a_saved_descriptor(session):
    session.out("exec 5<&0 </dev/null")
    assert session.run("read x")[1] == 1
    session.out("exec <&5 5<&-")
    session.on("READY", b"back\n")
    assert session.out("echo READY; read x; echo $x") == "READY\nback\nback\n"


def test_standard_input_closed(session):
    session.run("exec <&-")
    session.run("true")
    session.run("exec </dev/tty")
    session.healthy()
