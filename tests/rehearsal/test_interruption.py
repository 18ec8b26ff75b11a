"""SIGINT, SIGTERM and worse, sent to the real process while a command runs."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

BASH = shutil.which("bash")
SLEEPS = "trap 'echo bye; touch trapped' EXIT\nsleep 100 &\necho READY; sleep 100\ntouch no\n"


@pytest.fixture
def begin(stage):
    """Return a function that rehearses a text and comes back when it has printed READY."""

    def begin(text, *args, **files):
        stage.write({"demo.sh": text, **{f"{name}.sh": t for name, t in files.items()}})
        live = stage.start("rehearse", "demo.sh", *args)
        live.until("READY")
        live.folder = folder(live.pid)
        return live

    return begin


@pytest.fixture
def nothing_left(stage, until):
    """Return a function that waits until no process and no folder of a `cuebook` is left."""

    def nothing_left(live):
        until(lambda: not stage.left(), lambda: f"still there: {stage.left()}")
        assert not live.folder.exists()

    return nothing_left


def folder(pid):
    """The folder through which an engine talks with its bash: it reads the reports in it."""
    found = set()
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.add(fd.readlink())
    return next(file.parent for file in found if file.name == "reports")


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
class TestSignals:
    def test_the_exit_trap_runs_and_nothing_is_left(
        self, begin, nothing_left, stage, number, status
    ):
        live = begin(SLEEPS)
        live.process.send_signal(number)
        run = live.wait()
        assert run.status == status
        assert run.printed[-1] == "bye"
        assert run.summary[-1].startswith("✗ demo.sh: ")
        assert run.summary[-3:] == [
            "demo.sh:3:1: interrupted",
            "  $ echo READY; sleep 100",
            "✗ demo.sh: 2 steps passed, 1 unfinished, interrupted",
        ]
        assert (stage.work / "trapped").exists()
        assert not (stage.work / "no").exists()
        nothing_left(live)

    def test_the_next_runbook_does_not_start(self, begin, nothing_left, stage, number, status):
        live = begin(SLEEPS, "--keep-going", "next.sh", next="touch next\n")
        live.process.send_signal(number)
        assert live.wait().status == status
        assert not (stage.work / "next").exists()
        nothing_left(live)

    def test_a_second_signal_ends_it_at_once(self, begin, nothing_left, number, status):
        live = begin("trap 'sleep 0.7; echo BYE; sleep 100' EXIT\necho READY; sleep 100\n")
        live.process.send_signal(number)
        live.until("BYE")
        live.process.send_signal(number)
        assert live.wait().status == status
        nothing_left(live)

    def test_a_nested_runbook_is_ended_too(self, begin, nothing_left, stage, number, status):
        inner = "trap 'echo inner; touch inner' EXIT\nsleep 100 &\necho READY; sleep 100\n"
        live = begin("trap 'echo outer; touch outer' EXIT\n$SHELL in.sh\n", **{"in": inner})
        live.process.send_signal(number)
        assert live.wait().status == status
        assert (stage.work / "outer").exists()
        assert (stage.work / "inner").exists()
        nothing_left(live)


@pytest.mark.parametrize(
    "command",
    [
        "trap '' INT; echo READY; sleep 100",
        """sh -c "trap '' INT TERM HUP; echo READY; sleep 100" """,
        "trap '' INT TERM HUP; echo READY; while :; do :; done",
    ],
)
def test_a_command_that_ignores_it_does_not_hold_up_the_exit_trap(
    begin, nothing_left, stage, command
):
    """Who stops a job (docker stop, CI) often kills it 10 s later."""
    live = begin(f"trap 'touch trapped' EXIT\n{command}\n")
    live.process.send_signal(signal.SIGTERM)
    assert live.wait().status == 143
    assert (stage.work / "trapped").exists() or "while" in command
    nothing_left(live)


def test_the_exit_trap_does_not_have_to_wait(begin):
    """It follows right on the interruption, whatever the shell is doing at that moment."""
    for _ in range(8):
        live = begin("trap 'echo bye' EXIT\necho READY; sleep 100\n")
        live.process.send_signal(signal.SIGTERM)
        assert live.wait().printed[-1] == "bye"


def test_between_two_commands(begin, nothing_left):
    """A runbook of very short commands: the signal comes at any moment."""
    live = begin("trap 'echo bye' EXIT\necho READY\n" + ":\n" * 5000)
    live.process.send_signal(signal.SIGTERM)
    run = live.wait()
    assert (run.status, run.printed[-1]) == (143, "bye")
    nothing_left(live)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGQUIT])
@pytest.mark.parametrize(
    "command",
    ["sleep 100", "while :; do :; done", "read -r x", "sleep 100 | cat"],
)
def test_a_killed_engine_leaves_no_process(begin, until, stage, number, command):
    live = begin(f"echo READY\n{command}\n")
    live.process.send_signal(number)
    live.process.wait()
    until(lambda: not stage.left(), lambda: f"still there: {stage.left()}")


def test_a_killed_engines_folder_is_removed_by_the_next_run(begin, until, stage, run):
    live = begin("echo READY\nsleep 100\n")
    live.process.kill()
    live.process.wait()
    until(lambda: not stage.left(), lambda: f"still there: {stage.left()}")
    os.utime(live.folder, (0, 0))  # a new one may be about to be locked
    assert run("true\n").status == 0
    assert not live.folder.exists()


def test_nor_are_a_killed_ones_edits_left(begin, until, stage, run):
    live = begin("echo edits: $CUEBOOK_EDITS\necho READY\n#@edit s/a/b/\nsleep 100\n")
    edits = Path(live.printed.split("\nedits: ")[1].split("\n")[0])
    assert (edits / "wake").exists(), "where it is found by the next engine"
    live.process.kill()
    live.process.wait()
    until(lambda: not stage.left(), lambda: f"still there: {stage.left()}")
    os.utime(edits, (0, 0))
    assert run("true\n").status == 0
    assert not edits.exists()


def test_a_killed_one_leaves_nothing_where_other_programs_have_their_files(begin, stage):
    live = begin("echo READY\nsleep 100\n")
    live.process.kill()
    live.process.wait()
    assert sorted(path.name for path in stage.home.parent.iterdir()) == ["home", "work"]


def test_a_folder_of_an_engine_that_runs_is_let_alone(begin, run):
    live = begin("echo READY\nsleep 100\n")
    os.utime(live.folder, (0, 0))
    assert run("true\n").status == 0
    assert live.folder.exists()
    live.process.terminate()
    live.wait()


def test_a_rehearsal_that_ends_leaves_no_process_and_no_folder(begin, nothing_left, stage):
    gate = stage.gate()
    live = begin(f"echo READY\nsleep 100 &\n(sleep 100; :) &\ncat {stage.work}/gate\n")
    gate("")
    assert live.wait().status == 0
    nothing_left(live)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_while_the_shell_starts(stage, nothing_left, number):
    """bash is started, and does not answer yet."""
    gate = stage.gate()
    text = (
        f'#!/bin/sh\ncase $* in *-i*) echo READY; cat {stage.work}/gate;; esac\nexec {BASH} "$@"\n'
    )
    stage.write({"demo.sh": "touch ran\n", "fake/bash": text})
    (stage.work / "fake/bash").chmod(0o755)
    path = f"{stage.work}/fake:{stage.env['PATH']}"
    live = stage.start("rehearse", "demo.sh", env={"PATH": path})
    gate("")
    live.folder = folder(live.pid)
    live.process.send_signal(number)
    run = live.wait()
    assert run.status == 128 + number
    assert "Traceback" not in run.stdout
    nothing_left(live)


def test_a_caller_that_ignores_the_end_of_its_children(stage):
    """`trap '' CHLD` in the calling shell; the kernel then reaps each child as it ends."""
    stage.write({"demo.sh": "echo a; (exit 3)\n"})
    run = stage.call(
        "bash", "-c", 'trap "" CHLD; exec "$@"', "x", *stage.argv("rehearse", "demo.sh")
    )
    assert (run.status, run.stderr) == (1, ""), run
    assert run.summary[0] == "demo.sh:1:1: failed with exit status 3"


def test_a_signal_that_comes_when_the_performance_is_over(stage):
    """Nothing but `main` is there to catch it then."""
    script = (
        "from runner.cli import main; from runner.show.signals import Interrupted\n"
        "def interrupted(**_): raise Interrupted(15)\n"
        "main.cuebook = interrupted; main.main()"
    )
    run = stage.call(sys.executable, "-P", "-c", script)
    assert (run.status, run.stderr) == (143, ""), run


def test_a_ctrl_c_at_the_terminal(stage, until):
    """The kernel sends SIGINT to the engine's whole process group."""
    stage.write({"demo.sh": SLEEPS})
    live = stage.start("rehearse", "demo.sh")
    live.until("READY")
    os.killpg(live.pid, signal.SIGINT)
    run = live.wait()
    assert (run.status, run.printed[-1]) == (130, "bye")
    until(lambda: not stage.left(), lambda: f"still there: {stage.left()}")


def test_a_clean_up_that_is_interrupted_too_leaves_the_step_to_be_told(stage):
    text = "```bash\necho READY; sleep 100\n```\n"
    cleanup = "<!-- @cleanup -->\n```bash\necho CLEAN; sleep 100\n```\n<!-- @end -->\n"
    stage.write({"demo.md": text + cleanup})
    live = stage.start("rehearse", "demo.md")
    live.until("READY")
    live.process.send_signal(signal.SIGINT)
    live.until("CLEAN")
    live.process.send_signal(signal.SIGINT)
    run = live.wait()
    assert run.status == 130
    assert run.summary == [
        "demo.md:2:1: interrupted",
        "  $ echo READY; sleep 100",
        "demo.md:6:1: interrupted",
        "  $ echo CLEAN; sleep 100",
        "✗ demo.md: 0 steps passed, 2 unfinished, interrupted",
    ]
