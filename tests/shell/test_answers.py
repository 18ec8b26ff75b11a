"""A command with nobody at the keys: what it is typed, and how it ends when that is not enough."""

from __future__ import annotations

import shutil
import sys

import pytest

from runner.shell.shell import End, Shell

PYTHON = f"'{sys.executable}'"


@pytest.fixture
def run(tmp_path, portable):
    """Return a function: a command and its answers to how it ended and what was printed."""
    said: list[bytes] = []
    with Shell(output=said.append, cwd=tmp_path, portable=portable) as shell:

        def run(command, *answers, timeout=60.0):
            said.clear()
            ending = shell.run(command, answers=[a.encode() for a in answers], timeout=timeout)
            return ending, b"".join(said).decode().replace("\r\n", "\n")

        yield run


@pytest.fixture(params=[False, True], ids=["native", "portable"])
def portable(request):
    return request.param


LINES = [
    ("read x; echo got $x", ["a b\n"], "a b\ngot a b\n"),
    ("read x; read y; echo $x-$y", ["1\n", "2\n"], "1\n2\n1-2\n"),
    ("read -s -p 'pw? ' x; echo; echo $x", ["secret\n"], "pw? \nsecret\n"),
    (f"{PYTHON} -c 'print(input(\"? \"))'", ["py\n"], "? py\npy\n"),
    ("sh -c 'read x; echo $x'", ["in a child\n"], "in a child\nin a child\n"),
    ("cat >f </dev/tty; cat f", ["one\n", "\x04"], "one\none\n"),
]


@pytest.mark.parametrize(("command", "answers", "shown"), LINES)
def test_lines_are_typed_when_they_are_waited_for(tmp_path, command, answers, shown):
    said: list[bytes] = []
    with Shell(output=said.append, cwd=tmp_path) as shell:
        ending = shell.run(command, answers=[a.encode() for a in answers], timeout=60.0)
    assert b"".join(said).decode().replace("\r\n", "\n") == shown
    assert (ending.how, ending.status, ending.untyped) == (End.FINISHED, 0, 0)


def test_ctrl_c_is_typed_though_nobody_reads(run):
    ending, shown = run("trap 'echo caught' INT; sleep 60; echo on", "\x03")
    assert (shown, ending.untyped) == ("^Ccaught\non\n", 0)
    ending, shown = run("(sleep 60)", "\x03")
    assert (ending.status, ending.untyped) == (130, 0)


@pytest.mark.skipif(not shutil.which("vim"), reason="needs vim: apt-get install vim-tiny")
def test_keys_are_typed_when_a_full_screen_program_is_quiet(run, tmp_path):
    ending, _ = run("vim -u NONE -N typed", "ihello\x1b", ":wq\n")
    assert (tmp_path / "typed").read_text() == "hello\n"
    assert (ending.status, ending.untyped) == (0, 0)


def test_a_pager_is_left(run):
    ending, _ = run("seq 100 | LESS= less", "q")
    assert (ending.status, ending.untyped) == (0, 0)


def test_readline_is_typed_to(run):
    ending, shown = run("read -e -p '> ' x; echo got $x", "abc\n")
    assert (ending.status, ending.untyped) == (0, 0)
    assert shown.endswith("got abc\n")


@pytest.mark.parametrize(
    ("command", "answers"),
    [
        ("read x", []),
        ("read x; read y", ["1\n"]),
        ("cat", []),
        ("sh -c 'trap \"\" INT; read x'", []),
        ("echo out; cat </dev/tty", []),
        (f"{PYTHON} -c 'import getpass; getpass.getpass()'", []),
    ],
)
def test_a_command_that_waits_for_nobody_is_ended(tmp_path, command, answers):
    with Shell(output=lambda _: None, cwd=tmp_path) as shell:
        ending = shell.run(command, answers=[a.encode() for a in answers], timeout=60.0)
        assert ending.how is End.WAITING
        assert ending.reason == "it waits for the terminal, and there is nothing to type"
        assert ending.seconds < 20
        if not ending.alive:
            shell.restart()
        assert shell.run("true").status == 0


@pytest.mark.parametrize(
    "command",
    ["sleep 1", "sleep 1 | cat", "x=$(sleep 1)", "cat <(sleep 1)", "read x < <(sleep 1; echo)"],
)
def test_a_command_that_is_only_slow_is_left_alone(run, command):
    ending, _ = run(command)
    assert (ending.how, ending.status) == (End.FINISHED, 0)


def test_a_job_that_reads_in_the_background_is_no_command_that_waits(run):
    ending, _ = run("cat & sleep 1; kill %1")
    assert ending.how is End.FINISHED


def test_what_a_command_does_not_read_of_an_answer_is_not_for_the_next(tmp_path):
    with Shell(output=lambda _: None, cwd=tmp_path) as shell:
        shell.run("read x", answers=[b"one\nmore\n"], timeout=60.0)
        assert shell.run("read y", answers=[b"two\n"], timeout=60.0).untyped == 0
        shell.run('echo "$x $y" >said')
    assert (tmp_path / "said").read_text() == "one two\n"


def test_what_is_not_waited_for_is_counted(run):
    ending, _ = run("true", "a\n", "b\n")
    assert (ending.status, ending.untyped) == (0, 2)
