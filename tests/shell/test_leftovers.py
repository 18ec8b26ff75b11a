"""The shell leaves nothing behind: no process, no file descriptor, no thread, no folder."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from runner.shell.folder import PIPE, create, hold
from runner.shell.shell import Shell

FDS = Path("/proc/self/fd") if Path("/proc/self/fd").exists() else Path("/dev/fd")


KILLED = """
import os, random, signal, sys, time
from runner.shell.channel import Channel
from runner.shell.shell import Shell

send = Channel.send

def killed(self, text):
    send(self, text)
    end = time.monotonic() + random.random() * 0.002
    while time.monotonic() < end:
        pass
    os.kill(os.getpid(), signal.SIGKILL)

with Shell(output=lambda _: None) as shell:
    shell.run("true")
    Channel.send = killed
    shell.run(sys.argv[1], valid=True)
"""
"""An engine that is killed while bash takes a command up, at any moment of that."""


def opened() -> int:
    """How many descriptors are open, but for those that other tests' garbage holds."""
    gc.collect()
    return len(os.listdir(FDS))


def zombies() -> list[str]:
    listing = subprocess.run(
        ["ps", "-A", "-o", "ppid=,stat=,args="], capture_output=True, text=True, check=True
    )
    mine = (line.split(None, 2) for line in listing.stdout.splitlines())
    return [" ".join(words) for words in mine if words[0] == str(os.getpid()) and "Z" in words[1]]


def test_300_commands_in_a_row(session):
    session.out("true")
    before = opened()
    for i in range(300):
        assert session.run(f"echo {i}; (exit {i % 128})") == (f"{i}\n", i % 128)
    assert opened() == before
    assert session.out(f"ls /proc/{session.shell.pid}/task 2>/dev/null | wc -l").strip() in {
        "0",
        "1",
    }


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads /proc")
def test_the_shell_itself_keeps_no_more_descriptors(session):
    count = "ls /proc/$$/fd | wc -l"
    session.out("true")
    before = session.out(count)
    for i in range(50):
        session.run(f"echo {i}; cat </dev/null; (exit 3)")
        session.shell.values(["x"])
    assert session.out(count) == before


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads /proc")
def test_reading_on_from_files_keeps_no_more_descriptors(session):
    session.out("exec </dev/null")
    before = session.out("ls /proc/$$/fd | wc -l")
    for _ in range(30):
        session.out("exec </dev/null")
        session.out("true")
    assert session.out("ls /proc/$$/fd | wc -l") == before


def test_thirty_restarts(session):
    session.out("x=1")
    session.end("exit")
    session.restart()
    before, threads = opened(), threading.active_count()
    folders = set()
    for i in range(30):
        folders.add(session.shell.folder)
        session.end(("exit", "kill -9 $$", "exec true")[i % 3])
        session.restart()
    assert session.out("echo $x") == "1\n"
    assert opened() == before
    assert threading.active_count() == threads
    assert zombies() == []
    folders.discard(session.shell.folder)
    assert [folder for folder in folders if folder.exists()] == []


def shell_for(portable: bool, **options) -> Shell:
    return Shell(output=lambda data: None, portable=portable, **options)


def test_close_leaves_nothing(portable, allow):
    with shell_for(portable) as shell:
        shell.run("true")
    before, threads = opened(), threading.active_count()
    for _ in range(10):
        with shell_for(portable) as shell:
            shell.run("echo a")
            folder, pid = shell.folder, shell.pid
            assert folder.is_dir()
        assert not folder.exists()
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert opened() == before
    assert threading.active_count() == threads
    assert zombies() == []


def test_close_twice_and_after_a_loss(portable, allow):
    with shell_for(portable) as shell:
        folder = shell.folder
        shell.run("exit")
        shell.close()
        shell.close()
    assert not folder.exists()
    assert zombies() == []


def test_close_after_the_folder_was_deleted(portable, allow):
    with shell_for(portable) as shell:
        folder = shell.folder
        shell.run(f"rm -rf '{folder}'")
    assert not folder.exists()


@pytest.mark.parametrize(
    "command",
    [
        "sleep 100 &",
        "(trap '' HUP TERM; sleep 100) &",
        "yes &",
        "trap '' HUP TERM INT EXIT",
        "sleep 100 & disown",
        "nohup sleep 100 >/dev/null 2>&1 &",
        "trap 'sleep 100' EXIT",
        "set -o posix; trap : HUP",
    ],
)
def test_close_is_quick_whatever_goes_on(start, command):
    session = start()
    session.run(command)
    pid = session.shell.pid
    before = time.monotonic()
    session.shell.close()
    assert time.monotonic() - before < 4
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_an_error_in_the_output_function_leaves_nothing(portable, allow):
    class Broken(Exception):  # noqa: N818
        pass

    def output(data: bytes) -> None:
        raise Broken

    before = opened()
    folders = []
    with Shell(output=output, portable=portable) as shell:
        folders.append(shell.folder)
        with pytest.raises(Broken):
            shell.run("echo a")
    assert not folders[0].exists()
    assert opened() == before
    assert zombies() == []


def test_a_folder_that_is_not_there_is_an_error_and_leaves_nothing(portable, allow, tmp_path):
    before = opened()
    with pytest.raises(Exception, match="nowhere"), shell_for(portable, cwd=tmp_path / "nowhere"):
        pass
    assert opened() == before
    assert zombies() == []


def test_two_shells_at_once(start):
    one, two = start(), start()
    one.out("x=1")
    two.out("x=2; sleep 0 &")
    assert (one.out("echo $x"), two.out("echo $x")) == ("1\n", "2\n")
    one.end("exit")
    assert two.out("echo $x") == "2\n"
    one.restart()
    assert one.out("echo $x") == "1\n"


def test_a_shell_in_another_thread(portable, allow):
    got = []

    def work() -> None:
        with Shell(output=got.append, portable=portable) as shell:
            shell.run("echo from a thread; (exit 3)")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert b"".join(got) == b"from a thread\r\n"


def test_only_what_is_an_engines_folder_is_swept(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # /dev/shm: others sweep there too
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed, somebodys = tmp_path / "cuebook-killed", tmp_path / "cuebook-notes"
    for folder in (killed, somebodys):
        folder.mkdir()
    os.mkfifo(killed / PIPE)
    for folder in (killed, somebodys):
        os.utime(folder, (0, 0))
    assert create().parent == tmp_path
    assert not killed.exists()
    assert somebodys.exists()


def test_what_one_made_is_swept_by_the_next_unless_it_is_held(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, held = create(large=True), create()
    lock = hold(held)
    for folder in (left, held):
        os.utime(folder, (0, 0))
    create()
    os.close(lock)
    assert (left.exists(), held.exists()) == (False, True)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc")
@pytest.mark.parametrize("command", ["sleep 100", "sleep 100 | cat"])
def test_an_engine_killed_as_a_command_begins_leaves_no_process(command, tmp_path, until):
    """Without the guard, one in 80 of these left something: many at once, to see one."""
    mark = f"CUEBOOK_TEST={tmp_path}"
    env = {**os.environ, "CUEBOOK_TEST": str(tmp_path)}
    argv = [sys.executable, "-c", KILLED, command]
    for _ in range(4):
        engines = [subprocess.Popen(argv, env=env) for _ in range(5)]
        assert [engine.wait() for engine in engines] == [-signal.SIGKILL] * 5
    until(lambda: not marked(mark), f"one of 20 left {command}")


def marked(mark: str) -> list[int]:
    """The processes with a variable in their environment."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if mark.encode() in Path("/proc", pid, "environ").read_bytes().split(b"\0"):
                found.append(int(pid))
    return found
