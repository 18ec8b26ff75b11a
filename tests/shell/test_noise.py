"""The terminal shows what the commands print and no prompt and no trace of the engine."""

from __future__ import annotations

import re

import pytest

# Job control is silent


def test_starting_a_job_says_nothing(session):
    assert session.out("sleep 30 &") == ""
    session.run("kill $!; wait $! 2>/dev/null")
    session.healthy()


def test_a_job_that_ended_says_nothing(session):
    assert session.out("true & true & wait") == ""
    assert session.out("true &") == ""
    for _ in range(3):
        assert session.out("/bin/echo a") == "a\n"


def test_a_job_that_ends_within_a_later_command_says_nothing(session):
    assert session.out("(until [ -e go ]; do sleep 0.01; done; touch gone) &") == ""
    assert session.out("echo a\ntouch go; until [ -e gone ]; do sleep 0.01; done\n/bin/echo b") == (
        "a\nb\n"
    )
    assert session.out("sleep 0.05; echo c\n/bin/echo d") == "c\nd\n"
    assert session.out("true") == ""


def test_a_job_that_ends_between_commands_says_nothing(session):
    for command in ("(exit 3) &", "sleep 0.02 &", "f() { true; }; f &", "true | true &"):
        assert session.out(command) == ""
        assert session.out("sleep 0.05; echo a") == "a\n"
        assert session.out("echo b") == "b\n"


def test_jobs_are_told_when_asked_for(session):
    session.out("sleep 30 &")
    assert re.fullmatch(r"\[1\]\+\s+Running\s+sleep 30 &\n", session.out("jobs"))
    session.run("kill %1; wait")
    session.healthy()


def test_a_disowned_job(session):
    assert session.out("sleep 0.02 & disown") == ""
    assert session.out("sleep 0.05; echo a") == "a\n"


# Tracing shows the user's commands


def test_set_x_shows_the_commands(session):
    session.out("set -x")
    assert re.fullmatch(r"\++ echo one\none\n", session.run("echo one")[0])
    assert re.fullmatch(r"\++ x=1\n\++ y=2\n", session.run("x=1\ny=2")[0])
    assert re.fullmatch(r"\++ false\n", session.run("false")[0])
    assert re.fullmatch(r"\++ echo 1\n1\n", session.run("echo $?")[0])
    assert re.fullmatch(r"\++ set \+x\n", session.run("set +x")[0])
    assert session.run("echo two") == ("two\n", 0)


def test_set_x_within_a_command(session):
    assert re.fullmatch(
        r"\++ echo a\na\n\++ set \+x\nb\n", session.out("set -x; echo a; set +x; echo b")
    )
    assert session.out("echo c") == "c\n"


def test_set_x_shows_what_it_shows_in_a_script(session, plain):
    """But for the number of plus signs: it tells how deep bash is in `eval`."""
    commands = ["set -x", "echo one", "x=1; f() { echo $x; }", "f", "set +x", "echo two"]
    expected, _ = plain("\n".join(commands))
    printed = "".join(session.run(command)[0] for command in commands)
    assert re.sub(r"(?m)^\++", "+", printed) == expected


def test_set_x_with_another_ps4(session):
    session.out("PS4='> '; set -x")
    assert re.fullmatch(r">+ echo one\none\n", session.run("echo one")[0])
    session.run("set +x")
    session.run("PS4='$(exit 3)> '; set -x")
    session.run("true")
    session.run("set +x")
    session.healthy()


def test_set_v_shows_the_lines(session):
    session.out("set -v")
    for command, printed in [
        ("echo one", "echo one\none\n"),
        ("x=1\necho $x", "x=1\necho $x\n1\n"),
        ("for i in 1 2\ndo echo $i\ndone", "for i in 1 2\ndo echo $i\ndone\n1\n2\n"),
    ]:
        got = session.run(command)[0]
        assert sorted(got.split()) == sorted(printed.split()), got
        assert got.count("\n\n") <= 1
    session.run("set +v")
    assert session.run("echo two") == ("two\n", 0)


def test_set_x_and_v_with_values_asked_for(session):
    session.run("x=1; set -xv")
    assert session.shell.values(["x"]) == {"x": "1"}
    got = session.run("echo one")[0]
    assert got.count("one\n") <= 3
    assert "cue" not in got
    session.run("set +xv")
    session.healthy()


# Traps run for the user's commands

TRAPS = {
    "DEBUG": ["trap 'echo \"D:$BASH_COMMAND\"' DEBUG", "echo one", "x=1", "echo a; echo b"],
    "DEBUG, functions": [
        "trap 'echo \"D:$BASH_COMMAND\"' DEBUG",
        "f() { echo in; }",
        "f",
        "trap - DEBUG",
        "echo off",
    ],
    "DEBUG with set -T": [
        "set -T",
        "trap 'echo \"D:$BASH_COMMAND\"' DEBUG",
        "echo one",
        "f() { echo in; }",
        "f",
        "trap - DEBUG",
        "echo off",
    ],
    "DEBUG, then set -T": [
        "trap 'echo \"D:$BASH_COMMAND\"' DEBUG",
        "echo one",
        "set -T",
        "echo two",
        "set +T",
        "echo three",
    ],
    "DEBUG counts": ["trap '((++n))' DEBUG", "n=0", "true; true", "trap - DEBUG; echo $n"],
    "DEBUG keeps $?": ["trap : DEBUG", "(exit 3)", "echo $?"],
    "DEBUG keeps PIPESTATUS": ["trap : DEBUG", "false | true", "echo ${PIPESTATUS[*]}"],
    "DEBUG sees $?": ["trap 'echo D$?' DEBUG", "(exit 3)", "true", "true"],
    "ERR": ["trap 'echo ERR $?' ERR", "false", "true", "false; false", "(exit 3)", "echo $?"],
    "ERR, not in conditions": ["trap 'echo ERR' ERR", "false || true", "! true", "false && true"],
    "ERR in a function": ["trap 'echo ERR' ERR", "f() { false; }", "f", "f || true"],
    "ERR in a function, set -E": ["set -E; trap 'echo ERR $?' ERR", "f() { false; echo in; }", "f"],
    "ERR in a function, set -E, to its end": ["set -E; trap 'echo E' ERR", "f() { false; }", "f"],
    "ERR of a pipe": ["trap 'echo ERR' ERR", "true | false", "false | true", "false | false"],
    "ERR of an unknown command": ["trap 'echo ERR $?' ERR", "nosuch", "echo $?"],
    "ERR after a failure": ["false", "trap 'echo ERR' ERR", "true", "echo a"],
    "ERR taken back": ["trap 'echo ERR' ERR", "trap - ERR", "false", "echo $?"],
    "ERR sees the command": ["trap 'echo \"E:$BASH_COMMAND\"' ERR", "test a = b", "false"],
    "ERR in a subshell": ["trap 'echo ERR' ERR", "(false)", "set -E", "(false; true)"],
    "RETURN": ["trap 'echo RET' RETURN", "echo x", "f() { echo in; }", "f", "true"],
    "RETURN with set -T": ["set -T; trap 'echo RET' RETURN", "echo x", "f() { echo in; }", "f"],
    "RETURN of a sourced file": ["trap 'echo RET' RETURN", "echo 'echo in' >f", ". ./f", "true"],
    "several": ["trap 'echo D' DEBUG; trap 'echo E' ERR", "true", "false", "echo $?"],
    "CHLD": ["n=0; trap 'n=1' CHLD", "true", "echo $n", "/bin/true", "echo $n", "trap - CHLD"],
}  # fmt: skip


@pytest.mark.parametrize("commands", TRAPS.values(), ids=TRAPS)
def test_traps_run_as_in_a_script(as_in_bash, session, commands):
    as_in_bash(*commands)
    session.run("set +TE; trap - DEBUG ERR RETURN")
    session.healthy()


def test_a_trap_on_chld_does_not_see_that_the_state_is_saved(session):
    session.run("n=0; trap 'n=1' CHLD")
    assert session.shell.save()
    assert session.out("echo $n; /bin/true; echo $n; trap -p CHLD") == (
        "0\n1\ntrap -- 'n=1' SIGCHLD\n"
    )


def test_a_debug_trap_that_fails(session):
    session.out("trap 'false' DEBUG")
    assert session.run("echo a; (exit 3)") == ("a\n", 3)
    session.run("trap - DEBUG")
    session.healthy()


def test_an_exit_trap_runs_once_at_exit_and_not_before(session):
    session.out("trap 'echo bye $?' EXIT")
    assert session.out("echo a") == "a\n"
    assert session.out("(true); echo $(echo b)") == "b\n"
    session.shell.values(["x"])
    ending = session.end("echo c; exit 3")
    assert session.last == b"c\r\nbye 3\r\n"
    assert (ending.how, ending.status) == ("exited", 3)


def test_an_exit_trap_in_the_command_that_exits(session):
    ending = session.end("trap 'echo bye' EXIT; exit 3")
    assert (session.last, ending.status) == (b"bye\r\n", 3)


def test_an_exit_trap_may_change_the_status(session):
    session.out("trap 'exit 9' EXIT")
    ending = session.end("exit 3")
    assert (ending.how, ending.status) == ("exited", 9)


def test_an_exit_trap_under_set_e(session):
    session.out("set -e; trap 'echo bye $?' EXIT")
    ending = session.end("false")
    assert (session.last, ending.how, ending.status) == (b"bye 1\r\n", "exited", 1)


def test_an_exit_trap_that_was_taken_back(session):
    session.out("trap 'echo bye' EXIT")
    session.out("trap - EXIT")
    session.end("exit 3")
    assert session.last == b""
    session.restart()
    session.out("trap '' EXIT")
    session.end("exit 3")
    assert session.last == b""


def test_an_exit_trap_of_a_subshell(session):
    assert session.out("(trap 'echo sub' EXIT; true)") == "sub\n"
    assert session.out("bash -c 'trap \"echo child\" EXIT'") == "child\n"
    session.end("exit")
    assert session.last == b""


def test_an_exit_trap_with_quotes(session):
    session.out("""trap 'echo "it'\\''s $((1+1))"' EXIT""")
    session.end("exit")
    assert session.last == b"it's 2\r\n"


def test_finish_runs_the_exit_trap(session):
    session.out("trap 'echo bye $?' EXIT; true")
    before = len(session.printed)
    session.shell.finish()
    assert bytes(session.printed[before:]) == b"bye 0\r\n"


# Prompts


@pytest.mark.parametrize(
    ("assignment", "name", "value"),
    [
        ("PS1='hello> '", "PS1", "hello> "),
        ("PS1='$(echo noise >/dev/tty)\\u '", "PS1", "$(echo noise >/dev/tty)\\u "),
        ("PS2='more> '", "PS2", "more> "),
        ("PS0='noise\\n'", "PS0", "noise\\n"),
        ("PS4='noise '", "PS4", "noise "),
        ("PROMPT_COMMAND='echo noise'", "PROMPT_COMMAND", "echo noise"),
        ("PROMPT_COMMAND=('echo noise')", "PROMPT_COMMAND", "echo noise"),
        ("PROMPT_COMMAND=", "PROMPT_COMMAND", ""),
        ("PROMPT_COMMAND='exit 3'", "PROMPT_COMMAND", "exit 3"),
        ("PROMPT_DIRTRIM=1", "PROMPT_DIRTRIM", "1"),
        ("export PS1='x '", "PS1", "x "),
    ],
)
def test_prompts_make_no_noise(session, assignment, name, value):
    assert session.out(assignment) == ""
    for _ in range(2):
        assert session.run(f'printf "%s\\n" "${name}"') == (f"{value}\n", 0)
    assert session.run("if true; then\necho x; fi") == ("x\n", 0)
    assert session.shell.values([name]) == {name: value}
    session.healthy()
    assert session.run(f"unset {name}") == ("", 0)
    session.healthy()


def test_prompt_command_appended_to(session):
    session.out('PROMPT_COMMAND="${PROMPT_COMMAND:+$PROMPT_COMMAND; }echo noise"')
    session.healthy()
    session.out("PROMPT_COMMAND+=('echo noise')")
    session.healthy()


def test_prompts_come_back_after_a_restart(session):
    session.out("PS1='hello> '; PROMPT_COMMAND='echo noise'")
    session.end("exit")
    session.restart()
    assert session.out('printf \'%s|\' "$PS1" "$PROMPT_COMMAND"') == "hello> |echo noise|"
    session.healthy()


# Builtins redefined


# fmt: off
NAMES = [
    "printf", "read", "echo", "trap", "eval", "source", ".", "return", "local", "declare",
    "typeset", "command", "set", "unset", "shopt", "exit", "exec", "cd", "pwd", "test", "[", ":",
    "true", "false", "kill", "wait", "jobs", "export", "readonly", "type", "let", "mapfile",
    "readarray", "umask", "alias", "unalias", "shift", "getopts", "break", "continue", "history",
    "enable", "stty", "cat", "rm", "env", "bash", "sh", "mkfifo", "tty", "caller", "hash",
    "times", "ulimit", "suspend", "disown", "fg", "bg", "compgen", "complete", "dirs",
]
# fmt: on


@pytest.mark.parametrize("kind", ["function", "alias"])
def test_any_builtin_may_be_redefined(session, kind):
    for name in NAMES:
        if kind == "function":
            text = f"function {name} {{ \\builtin echo redefined; \\builtin return 9; }}"
        else:
            text = f"\\builtin alias {name}='\\builtin echo redefined'"
        assert session.run(text) == ("", 0), f"when {name} was redefined"
        session.shell.values(["x"])
    expected = ("redefined\n", 9) if kind == "function" else ("redefined a\n", 0)
    assert session.run("printf a") == expected
    assert session.run("x=5; (\\builtin exit 3)") == ("", 3)
    assert session.shell.values(["x"]) == {"x": "5"}
    ending = session.end("\\builtin exit 4")
    assert (ending.how, ending.status) == ("exited", 4)
    session.restart()
    assert session.shell.values(["x"]) == {"x": "5"}
    assert session.run("printf a") == expected


@pytest.mark.parametrize(
    "name",
    [
        "if",
        "then",
        "fi",
        "while",
        "do",
        "done",
        "case",
        "esac",
        "for",
        "}",
        "!",
        "[[",
        "function",
    ],
)
def test_an_alias_of_a_word_of_the_shell(session, name):
    session.run(f"alias '{name}=echo noise'")
    assert session.run("\\echo a; \\false") == ("a\n", 1)
    assert session.run('\\echo "$?"') == ("1\n", 0)
    session.run("unalias -a")
    session.healthy()


def test_redefinitions_with_an_exit_trap(session):
    session.out("printf() { echo noise; }; trap() { echo noise; }; builtin trap 'echo bye' EXIT")
    session.end("exit 3")
    assert session.last == b"bye\r\n"


# Odd values


@pytest.mark.parametrize(
    "ifs", ["", "x", "0123456789", "/", "_", ":", "$'\\n'", "' '", "a-z", "eaiou", "'\\'"]
)
def test_ifs_may_be_anything(session, ifs):
    session.out(f"IFS={ifs}")
    assert session.run("builtin echo a b; (exit 130)") == ("a b\n", 130)
    assert session.run('builtin echo "$?"') == ("130\n", 0)
    session.out("x=1 y_z='a b'")
    assert session.shell.values(["x", "y_z", "IFS"])["y_z"] == "a b"
    session.end("exit")
    session.restart()
    assert session.shell.values(["x", "y_z"]) == {"x": "1", "y_z": "a b"}


def test_an_empty_path(session):
    session.out("PATH=")
    assert session.run("echo a") == ("a\n", 0)
    assert session.run("ls 2>/dev/null")[1] == 127
    session.healthy()
    session.end("exit")
    session.restart()
    assert session.out('echo "[$PATH]"') == "[]\n"
    session.out("PATH=/usr/bin:/bin; ls >/dev/null")


def test_set_n_does_not_end_it(session):
    session.run("set -n")
    session.run("set +n")
    session.healthy()


def test_top_level_break_continue_return(session):
    for command in (
        "break",
        "continue",
        "return 3",
        "return",
        "break 5",
        "for i in 1; do break 9; done",
    ):
        session.run(f"{command} 2>/dev/null")
        session.healthy()
