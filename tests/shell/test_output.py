"""All that is printed comes through, whole, in order, and nothing that is printed is believed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

# Whatever it prints, it cannot end a command


@pytest.mark.parametrize(
    "text",
    [
        b"\x1b]133;D;0\x07",
        b"\x1b]133;A\x1b\\\x1b]133;D;7\x1b\\",
        b"\x1bP0;1\x1b\\",
        b"[PEXPECT_PROMPT>",
        b"[PEXPECT_PROMPT+",
        b"bash-5.2$ ",
        b"$ \n> \n# ",
        b"\0ended\0001\0000\0",
        b"exit\n",
        b"\x04\x03\x1a\x11\x13",
        b"\x1b[6n\x1b[c\x1b[5n",
    ],
)
def test_output_that_imitates_a_marker_is_output(session, work, text):
    (work / "text").write_bytes(text)
    assert session.run("cat text; (exit 5)")[1] == 5
    assert session.last == text.replace(b"\n", b"\r\n")
    session.healthy()


def test_printing_all_that_the_engine_shows_ends_nothing(session):
    """Its variables, functions, files, environment and command line, while a command runs."""
    folder = session.shell.folder
    show = (
        "set; declare -p; declare -f; alias -p; trap -p; trap; shopt; env; jobs; history\n"
        f"find '{folder}' -type f -exec cat {{}} + ; ls -la '{folder}'\n"
        'echo "${BASH_COMMAND} ${BASH_EXECUTION_STRING-} ${BASH_SOURCE[*]} ${FUNCNAME[*]-}"\n'
        'tr "\\0" "\\n" </proc/$$/cmdline; tr "\\0" "\\n" </proc/$$/environ\n'
        "ps -ef; printf '%s' \"$PS0$PS1$PS2$PS4${PROMPT_COMMAND-}\"\n"
        "(exit 5)"
    )
    printed, status = session.run(f"{{ {show}; }} 2>/dev/null")
    assert status == 5
    assert "BASH_VERSION" in printed
    session.healthy()
    again = bytes(session.printed)
    Path(session.out("pwd").strip(), "seen").write_bytes(again)
    session.run("cat seen; cat seen; (exit 6)")
    assert session.run('builtin echo "$?"') == ("6\n", 0)


def test_a_command_may_leave_a_half_escape_sequence(session):
    session.run("printf '\\033]133;'")
    session.run("printf '\\033['")
    session.run("printf '\\033P'")
    assert session.run("printf x") == ("x", 0)
    session.healthy()


# All of it, in order


def test_200_000_lines_come_complete_and_in_order(session):
    printed, status = session.run("seq 1 200000; (exit 4)")
    assert status == 4
    assert printed == "".join(f"{i}\n" for i in range(1, 200_001))


def test_output_just_before_the_end_belongs_to_its_command(session):
    for i in range(100):
        assert session.run(f"/bin/echo {i}; /bin/echo end{i}") == (f"{i}\nend{i}\n", 0)


def test_output_before_exit_comes(session):
    ending = session.end("seq 1 20000; echo last words; exit 3")
    assert (ending.how, ending.status) == ("exited", 3)
    assert session.last.endswith(b"20000\r\nlast words\r\n")


def test_one_line_of_10_mb(session):
    printed, _ = session.run("head -c 10000000 /dev/zero | tr '\\0' x")
    assert printed == "x" * 10_000_000


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc")
@pytest.mark.parametrize("portable", [False], indirect=True)  # once: it takes seconds
def test_100_mb_pass_with_flat_memory(start, allow):
    allow(90)
    megabyte = 1_000_000
    seen = {"bytes": 0, "most": 0}

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    session = start()
    session.out("true")
    before = resident()

    def count(data: bytes) -> None:
        if seen["bytes"] // megabyte != (seen["bytes"] + len(data)) // megabyte:
            seen["most"] = max(seen["most"], resident())
        seen["bytes"] += len(data)

    session.tap = count
    ending = session.shell.run(f"yes {'x' * 99} | head -c {100 * megabyte}; (exit 3)")
    assert ending.status == 3
    assert seen["bytes"] == 101 * megabyte  # each newline is two bytes on a terminal
    assert seen["most"] - before < 20 * megabyte, "memory grew with the output"


# Background jobs go on printing


def test_a_background_job_prints_into_later_commands(session, work):
    session.out("(until [ -e stop ]; do echo tick; sleep 0.02; done) &")
    for number in range(3):
        go = work / f"go{number}"
        session.on("tick")
        session.on("tick")
        session.on("tick", go.touch)
        printed, status = session.run(
            f"until [ -e go{number} ]; do sleep 0.01; done; echo step{number}; (exit {number})"
        )
        assert status == number
        assert f"step{number}\n" in printed
        assert set(printed.split()) == {"tick", f"step{number}"}
    session.out("touch stop; wait")
    session.healthy()


def test_five_commands_run_quickly_while_a_job_floods_the_terminal(session):
    session.run("yes flood &")
    for number in range(5):
        before = time.monotonic()
        printed, status = session.run(f"echo step{number}; (exit {number})")
        took = time.monotonic() - before
        assert status == number
        assert f"step{number}\n" in printed
        assert took < 2, f"the {number}. command took {took:.1f} s behind the flood"
    session.run("kill $!; wait $! 2>/dev/null")
    session.run("true")
    session.healthy()


def test_values_are_told_while_a_job_floods_the_terminal(session):
    session.run("yes flood & x=5")
    before = time.monotonic()
    assert session.shell.values(["x"]) == {"x": "5"}
    assert time.monotonic() - before < 2
    session.run("kill $!; wait $! 2>/dev/null")


def test_exit_is_found_out_while_a_job_floods_the_terminal(session):
    session.run("yes flood &")
    ending = session.end("exit 3")
    assert (ending.how, ending.status) == ("exited", 3)
    assert ending.seconds < 3


# Redirections of the shell itself


def test_exec_to_a_file_and_back(session, work):
    session.out("exec 3>&1 >out")
    assert session.run("echo hidden; (exit 4)") == ("", 4)
    assert session.run('echo "$?"; echo seen >&2') == ("seen\n", 0)
    session.out("exec >&3 3>&-")
    assert session.out("cat out") == "hidden\n4\n"


def test_exec_to_a_file_and_back_by_dev_tty(session):
    session.out("exec >out 2>&1")
    assert session.run("echo hidden; nosuch; false") == ("", 1)
    session.out("exec >/dev/tty 2>&1")
    assert session.out("head -n1 out; grep -c nosuch out") == "hidden\n1\n"


def test_exec_of_standard_error_to_a_file(session):
    session.out("exec 2>err")
    assert session.run("echo out; echo hidden >&2") == ("out\n", 0)
    session.out("exec 2>&1")
    assert session.out("cat err") == "hidden\n"


def test_standard_output_closed(session):
    session.run("exec 3>&1 >&-")
    assert session.run("echo hidden 2>/dev/null")[1] == 1
    session.run("exec >&3 3>&-")
    session.healthy()


def test_standard_error_closed(session):
    session.run("exec 2>&-")
    assert session.run("nosuch")[1] == 127
    session.healthy()


def test_output_through_tee_for_the_whole_shell(session):
    session.run("exec 3>&1 > >(tee log)")
    session.run("echo one; echo two; until grep -q two log; do sleep 0.01; done; sleep 0.1")
    session.run("exec >&3 3>&-")
    assert session.out("cat log") == "one\ntwo\n"
    session.healthy()


def test_the_output_is_passed_while_the_command_runs(session, work):
    session.on("first", (work / "go").touch)
    assert session.out("echo first; until [ -e go ]; do sleep 0.01; done; echo second") == (
        "first\nsecond\n"
    )


def test_python_is_not_kept_busy_while_a_command_is_silent(session):
    before = time.process_time()
    session.out("sleep 1")
    spent = time.process_time() - before
    assert spent < 0.25, f"{spent:.2f} s of processor time while nothing was printed"
