"""The keys that send signals do in the shell what they do in a terminal.

What is interrupted says READY itself, so that the key meets the program and not the shell before
it. Where a trap decides, the expectation is a script's: plain bash in these very words.
"""

from __future__ import annotations

import signal
import sys
import time

import pytest

from runner.shell.shell import Shell

CTRL_C, CTRL_BACKSLASH, CTRL_Z = b"\x03", b"\x1c", b"\x1a"
SLEEP = "sh -c 'echo READY; exec sleep 30'"
READ = "sh -c 'echo READY; read x; echo got $x; exit 3'"
PYTHON = f"'{sys.executable}'"
INTERRUPTED = ("READY\n^C\n", 130)  # bash itself ends the line of what was interrupted


@pytest.mark.parametrize(
    "command",
    [
        SLEEP,
        f"{SLEEP}; echo after",
        f"{SLEEP}\necho after\necho after",
        f"for i in 1 2 3; do {SLEEP}; done; echo after",
        f"while true; do {SLEEP}; done",
        f"f() {{ {SLEEP}; echo after; }}\nf\necho after",
        f"({SLEEP}; echo after); echo after",
        f"{{ {SLEEP}; echo after; }}; echo after",
        f"if {SLEEP}; then echo after; else echo after; fi",
        f"{SLEEP} | cat; echo after",
        f"{SLEEP} | cat | cat; echo after",
        "echo READY; while :; do :; done; echo after",
        "echo READY; for ((;;)); do x=1; done; echo after",
        "echo READY; read x; echo after",
        "sh -c 'echo READY; exec cat'; echo after",
        "echo READY; read -t 30 x; echo after",
        "sleep 30 & echo READY; wait; echo after",
        "x=$(sh -c 'echo READY >/dev/tty; exec sleep 30'); echo after",
        f"cat <({SLEEP}); echo after",
        f'eval "{SLEEP}"; echo after',
        f"time {SLEEP}; echo after",
        "select x in a b; do echo after; done",
    ],
)
def test_control_c_ends_the_whole_command(session, command):
    session.out("kept=yes")
    session.on("#? " if "select" in command else "READY", CTRL_C)
    before = time.monotonic()
    printed, status = session.run(command)
    assert "^C" in printed
    assert "after" not in printed, "the rest of the interrupted command ran"
    assert status == 130
    assert time.monotonic() - before < 5
    assert session.run('builtin echo "$? $kept"') == ("130 yes\n", 0)
    session.healthy()
    session.run("kill $! 2>/dev/null; wait 2>/dev/null")


def test_control_c_in_a_sourced_file(session, work):
    (work / "f").write_text(f"{SLEEP}\necho after\n")
    session.on("READY", CTRL_C)
    assert session.run(". ./f; echo after") == INTERRUPTED
    session.healthy()


def test_control_c_twice_the_first_one_caught(session):
    program = (
        "import time\n"
        'for word in ("READY", "AGAIN", "no"):\n'
        "    try:\n"
        "        print(word, flush=True)\n"
        "        while True: time.sleep(0.05)\n"
        "    except KeyboardInterrupt: pass\n"
        '    if word == "AGAIN": raise SystemExit(3)\n'
    )
    session.on("READY", CTRL_C)
    session.on("AGAIN", CTRL_C)
    printed, _ = session.run(f"{PYTHON} -c '{program}' | (trap '' INT; cat); echo after $?")
    assert "no" not in printed.split()
    session.healthy()


def test_control_c_twice_in_a_row(session):
    session.on("READY", CTRL_C + CTRL_C)
    printed, status = session.run(f"{SLEEP} | cat | cat; echo after")
    assert "after" not in printed
    assert status == 130
    session.run("true")  # the second may meet the next command
    session.healthy()


def test_control_c_ten_times_between_and_within_commands(session):
    for _ in range(10):
        session.on("READY", CTRL_C)
        assert session.run(SLEEP) == INTERRUPTED
        session.press(CTRL_C, b"^C")
        session.run("true")
        session.healthy()


def test_interrupt_by_the_engine(session):
    session.on("READY", session.shell.interrupt)
    assert session.run(f"{SLEEP}; echo after") == ("READY\n\n", 130)
    session.on("READY", session.shell.interrupt)
    assert session.run("echo READY; while :; do :; done; echo after") == ("READY\n\n", 130)
    session.healthy()


# A program that handles it


def test_a_program_may_handle_control_c(session):
    program = (
        "import time\n"
        "try:\n"
        '    print("READY", flush=True)\n'
        "    while True: time.sleep(0.05)\n"
        "except KeyboardInterrupt:\n"
        '    print("caught")\n'
        "    raise SystemExit(7)\n"
    )
    session.on("READY", CTRL_C)
    assert session.run(f"{PYTHON} -c '{program}'") == ("READY\n^Ccaught\n", 7)
    session.on("READY", CTRL_C)
    assert session.run(f"{PYTHON} -c '{program}'; echo after $?") == (
        "READY\n^Ccaught\nafter 7\n",
        0,
    )


def test_a_script_may_handle_control_c(session, work):
    (work / "script").write_text("trap 'echo cleaning; exit 9' INT\necho READY\nsleep 30 & wait\n")
    session.on("READY", CTRL_C)
    assert session.run("bash script; echo after $?") == ("READY\n^Ccleaning\nafter 9\n", 0)


# Traps of the shell itself: as in a script

TRAPPED = {
    "a program": (SLEEP, "READY\n^Ctrapped\n", 130),
    "the next command of the same text": (
        f"{SLEEP}; echo after $?",
        "READY\n^Ctrapped\nafter 130\n",
        0,
    ),
    "the next line": (f"{SLEEP}\necho after $?", "READY\n^Ctrapped\nafter 130\n", 0),
    "a loop": (
        "for i in 30 0; do sh -c 'echo READY$0; exec sleep $0' $i; echo it $?; done; echo after $?",
        "READY30\n^Ctrapped\nit 130\nREADY0\nit 0\nafter 0\n",
        0,
    ),
    "a loop of builtins": (
        'x=; echo READY; while [ -z "$x" ]; do :; done; echo after',
        "READY\n^Ctrapped\nafter\n",
        0,
    ),
    "a function": (
        f"f() {{ {SLEEP}; echo inner $?; }}; f; echo after $?",
        "READY\n^Ctrapped\ninner 130\nafter 0\n",
        0,
    ),
    "a pipeline": (f"{SLEEP} | cat; echo after $?", "READY\n^Ctrapped\nafter 130\n", 0),
    "a subshell": (
        f"({SLEEP}; echo sub); echo after $?",
        "READY\n^Ctrapped\nafter 130\n",
        0,
    ),
    "a substitution": (
        "x=$(sh -c 'echo READY >/dev/tty; exec sleep 30'); echo after $?",
        "READY\n^Ctrapped\nafter 130\n",
        0,
    ),
    "wait": (
        # by the time that the job says READY the shell waits for it
        "{ sleep 0.3; echo READY; exec sleep 30; } & wait; echo after $?",
        "READY\n^Ctrapped\nafter 130\n",
        0,
    ),
}


@pytest.mark.parametrize("together", [False, True], ids=["set before", "set with it"])
@pytest.mark.parametrize(("command", "printed", "status"), TRAPPED.values(), ids=TRAPPED)
def test_a_trap_on_int_runs_once(session, command, printed, status, together):
    trap = "trap 'echo trapped; x=1' INT"
    if together:
        command = f"{trap}\n{command}"
    else:
        session.out(trap)
    session.on("READY", CTRL_C)
    assert session.run(command) == (printed, status)
    assert session.out("trap -p INT") == "trap -- 'echo trapped; x=1' SIGINT\n"
    session.healthy()
    session.run("kill $! 2>/dev/null; wait 2>/dev/null")


def test_a_trap_on_int_runs_each_time(session):
    session.out("trap 'echo trapped' INT")
    for _ in range(3):
        session.on("READY", CTRL_C)
        assert session.run(SLEEP) == ("READY\n^Ctrapped\n", 130)
    session.out("trap - INT")
    session.on("READY", CTRL_C)
    assert session.run(f"{SLEEP}; echo after") == INTERRUPTED


def test_read_goes_on_after_a_trap_on_int(session):
    session.out("trap 'echo trapped' INT")
    session.on("READY", CTRL_C)
    session.on("trapped", b"hello\n")
    printed, _ = session.run('echo READY; read x; echo "after $? $x"')
    assert printed == "READY\n^Ctrapped\nhello\nafter 0 hello\n"


def test_a_trap_on_int_may_exit(session):
    session.out("trap 'echo trapped; exit 9' INT")
    session.on("READY", CTRL_C)
    ending = session.end(f"{SLEEP}; echo after")
    assert (ending.how, ending.status) == ("exited", 9)
    assert session.last == b"READY\r\n^Ctrapped\r\n"


def test_a_trap_on_int_is_not_run_for_a_program_that_ended_well(session):
    session.out("trap 'echo trapped' INT")
    assert session.run("true; echo after") == ("after\n", 0)
    assert session.run("sh -c 'exit 130'; echo after $?") == ("after 130\n", 0)


def test_int_ignored(session):
    session.out("trap '' INT")
    session.on("READY", CTRL_C + b"hello\n")
    printed, status = session.run(f"{READ}; echo after $?")
    assert status == 0
    assert printed.endswith("got hello\nafter 3\n")
    session.out("trap - INT")
    session.on("READY", CTRL_C)
    assert session.run(f"{SLEEP}; echo after") == INTERRUPTED


def test_int_ignored_in_a_loop(session):
    session.out("trap '' INT")
    session.on("READY1", CTRL_C + b"a\n")
    session.on("READY2", CTRL_C + b"b\n")
    printed, _ = session.run("for i in 1 2; do sh -c 'echo READY$0; read x; echo got $x' $i; done")
    assert [line for line in printed.splitlines() if line.startswith("got")] == ["got a", "got b"]


# SIGINT sent by a command


def test_kill_int_of_the_shell_itself(session):
    assert session.run("kill -INT $$; echo after") == ("\n", 130)
    session.healthy()


def test_kill_int_of_the_shell_itself_trapped(session):
    session.out("trap 'echo trapped' INT")
    assert session.run("kill -INT $$; echo after $?") == ("trapped\nafter 0\n", 0)


def test_a_program_that_dies_by_a_signal(session):
    printed, status = session.run("sh -c 'kill -SEGV $$'; echo after $?; (exit 4)")
    assert status == 4
    assert "after 139\n" in printed
    assert session.run("sh -c 'kill -9 $$'")[1] == 137
    assert session.run("sh -c 'kill -TERM $$'")[1] == 143
    session.healthy()


def test_trapped_signals_reach_the_shell(session):
    session.out("trap 'echo usr1' USR1; trap 'echo term' TERM")
    assert session.out("kill -USR1 $$; kill -TERM $$; echo after") == "usr1\nterm\nafter\n"


# CTRL-\


def test_control_backslash_quits_the_program_and_bash_goes_on(session):
    session.out("ulimit -c 0")
    session.on("READY", CTRL_BACKSLASH)
    printed, status = session.run(f"{SLEEP}; echo after $?; (exit 4)")
    assert status == 4
    assert printed.endswith("after 131\n")
    session.on("READY", CTRL_BACKSLASH)
    assert session.run(SLEEP)[1] == 131
    session.healthy()


def test_control_backslash_between_commands(session):
    session.press(CTRL_BACKSLASH, b"^\\")
    session.run("true")
    session.healthy()


# CTRL-Z


def test_control_z_then_kill(session, until):
    session.on("READY", CTRL_Z)
    assert session.run(SLEEP)[1] == 148
    assert "sleep" in session.out("jobs")
    session.run("kill %1; wait %1")
    until(lambda: session.out("jobs") == "", "the killed job stays in the list")
    session.healthy()


def continued(work, then: str) -> str:
    """A program that says READY, and BACK once it goes on; then it does what is asked for."""
    program = (
        "import signal, sys, time\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCONT])\n"
        "def back():\n"
        "    signal.sigwait([signal.SIGCONT])\n"
        '    print("BACK", flush=True)\n'
        'print("READY", flush=True)\n'
        "back()\n"
        f"{then}\n"
    )
    (work / "program").write_text(program)  # a file, since fg prints the command
    return f"{PYTHON} program"


def test_control_z_then_fg(session, work):
    session.on("READY", CTRL_Z)
    assert session.run(continued(work, 'print("got", input()); sys.exit(3)'))[1] == 148
    session.healthy()
    session.on("BACK", b"hello\n")
    printed, status = session.run("fg")
    assert status == 3
    assert printed.endswith("got hello\n")
    assert session.out("jobs") == "", "the job that fg brought to its end is listed"
    session.healthy()


def test_control_z_fg_control_z_fg_control_c(session, work):
    session.on("READY", CTRL_Z)
    assert (
        session.run(continued(work, "back()\nwhile True: time.sleep(0.05)") + "; echo after")[1]
        == 148
    )
    session.on("BACK", CTRL_Z)
    assert session.run("fg; echo after $?")[1] in {0, 148}
    session.on("BACK", CTRL_C)
    assert session.run("fg")[1] in {1, 130}  # Python says KeyboardInterrupt and dies of SIGINT
    session.healthy()


def test_control_z_then_bg(session, work):
    session.on("READY", CTRL_Z)
    session.run(continued(work, 'open("did", "w").write("done")'))
    session.run("bg; wait")
    assert (work / "did").read_text() == "done"
    session.healthy()


def test_control_z_with_vi(session):
    import shutil

    if not shutil.which("vi"):
        pytest.skip("vi is not installed")
    session.on("note.txt", b"ihello\x1b")
    session.on("hello", CTRL_Z)
    assert session.run("vi -u NONE note.txt")[1] == 148
    session.healthy()
    session.on("hello", b":wq\r")
    session.run("fg")
    assert session.out("cat note.txt") == "hello\n"


def test_a_stopped_job_does_not_keep_the_shell_from_exiting(session):
    session.on("READY", CTRL_Z)
    session.run(SLEEP)
    ending = session.end("exit 3")
    assert (ending.how, ending.status) == ("exited", 3)


# The time is up


def test_a_command_is_ended_when_its_time_is_up(session):
    session.out("kept=yes")
    ending = session.end("sleep 30; echo after", timeout=0.3)
    assert ending.how == "timed out"
    assert 0.3 <= ending.seconds < 3
    assert b"after" not in session.last
    if not ending.alive:
        session.restart()
    assert session.out("echo $kept") == "yes\n"
    session.healthy()


@pytest.mark.parametrize(
    "command",
    [
        "sh -c 'trap \"\" INT TERM HUP; echo READY; while :; do sleep 0.1; done'",
        "trap '' INT; sh -c 'echo READY; while :; do sleep 0.1; done'",
        "trap 'echo no' INT; while :; do :; done",
        "while :; do :; done",
        "read x",
    ],
)
def test_a_command_that_does_not_want_to_end(session, command):
    session.out("kept=yes")
    session.shell.save()
    ending = session.end(command, timeout=0.3)
    assert ending.how == "timed out"
    assert ending.seconds < 5
    if not ending.alive:
        session.restart()
    session.run("trap - INT")
    assert session.out("echo $kept") == "yes\n"
    session.healthy()


def test_a_command_in_time_does_not_notice(session):
    assert session.run("echo a; (exit 3)", timeout=10) == ("a\n", 3)


def test_no_handler_of_ours_runs_in_the_new_process(tmp_path):
    """Setting the size of its terminal sends the child SIGWINCH before it is bash."""

    def fail(number, frame):
        raise AssertionError

    before = signal.signal(signal.SIGWINCH, fail)
    try:
        for _ in range(5):
            with Shell(output=lambda _: None, cwd=tmp_path, rows=33, columns=77) as shell:
                assert shell.run("true").status == 0
    finally:
        signal.signal(signal.SIGWINCH, before)
