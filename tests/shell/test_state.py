"""What one command leaves behind, the next one finds: the shell lives on."""

from __future__ import annotations

import sys

import pytest

CARRIED = {
    "status": ["(exit 3)", 'echo "$?"'],
    "status of a pipe": ["true | (exit 4)", 'echo "$?"'],
    "negated status": ["! true", 'echo "$?"'],
    "status after a comment": ["false", "# nothing", "", 'echo "$?"'],
    "PIPESTATUS": ["false | true | (exit 3)", 'echo "${PIPESTATUS[@]}"'],
    "PIPESTATUS of one": ["(exit 5)", 'echo "${PIPESTATUS[@]}"'],
    "PIPESTATUS, negated": ["! (exit 2) | (exit 3)", 'echo "${PIPESTATUS[@]} $?"'],
    "PIPESTATUS, pipefail": ["set -o pipefail", "(exit 2) | true", 'echo "$? ${PIPESTATUS[@]}"'],
    "PIPESTATUS and $? at once": ["(exit 1) | (exit 2)", 'echo "$? ${PIPESTATUS[*]}"'],
    "last argument": ["echo one two", 'echo "$_"'],
    "last argument with spaces": ["echo one 'two  three'", 'echo "$_"'],
    "last argument of an assignment": ["echo one", "x=1", 'echo "[$_]"'],
    "last argument, twice": ["echo a b", 'echo "$_"', 'echo "$_"'],
    "variables": ["x=1 y='two  words'", 'echo "$x $y"'],
    "a variable with newlines": ["x=$'a\\nb\\n'", 'echo "[$x]"'],
    "declare makes globals": ["declare x=5", 'echo "$x"'],
    "declare -i": ["declare -i n=2+3", "n+=4", 'echo "$n"'],
    "typeset -u": ["typeset -u up=shout", 'echo "$up"'],
    "local is an error": ["local x=1", 'echo "$? ${x-unset}"'],
    "indexed arrays": ["a=(1 'two words' 3)", "a[5]=x", 'echo "${#a[@]} ${a[1]} ${!a[*]}"'],
    "associative arrays": ["declare -A m=([k]=v)", "m[l]=w", 'echo "${m[k]}${m[l]}"'],
    "readonly": ["readonly r=1", "r=2", 'echo "$r"'],
    "namerefs": ["declare -n ref=target", "ref=5", 'echo "$target"'],
    "unset": ["x=1", "unset x", 'echo "${x-unset}"'],
    "functions": ['f() { echo "f $1"; return 4; }', "f x", 'echo "$?"'],
    "functions change variables": ["f() { g=1; local h=2; }", "f", 'echo "$g ${h-unset}"'],
    "cd": ["mkdir -p d", "cd d", 'echo "${PWD##*/} ${OLDPWD##*/}"', "cd - >/dev/null; ls"],
    "pushd": ["mkdir -p d", "pushd d >/dev/null", "echo ${PWD##*/}", "popd >/dev/null; ls"],
    "umask": ["umask 027", "umask"],
    "shopt": ["shopt -s nullglob", "echo none*", "shopt -u nullglob", "echo none*"],
    "extglob": ["shopt -s extglob", "case abc in +(a|b|c)) echo match;; esac"],
    "set -f": ["set -f", "echo *", "set +f", "echo /et[c]"],
    "set -o pipefail": ["set -o pipefail", "false | true", 'echo "$?"'],
    "set -C": ["set -C", "echo a >f", "echo b >f", "cat f"],
    "noclobber stays": ["set -C", "true", "[[ -o noclobber ]]", 'echo "$?"'],
    "positional parameters": ["set -- a 'b c' d", 'echo "$# $2"', "shift", 'echo "$# $*"'],
    "no positional parameters": ["set -- a", "set --", 'echo "$#"'],
    "getopts": [
        "set -- -a -b x",
        'getopts ab: o; echo "$o $OPTIND"',
        'getopts ab: o; echo "$o $OPTARG"',
    ],
    "BASH_REMATCH": ["[[ abc =~ b(.) ]]", 'echo "${BASH_REMATCH[1]}"'],
    "REPLY": ["read <<<word", 'echo "$REPLY"'],
    "process number of a job": ["sleep 0 &", "wait $!", 'echo "$?"'],
    "status of a job": ["(exit 7) &", "wait $!", 'echo "$?"'],
    "the shell is no subshell": ['echo "$BASH_SUBSHELL $(($$ == BASHPID))"'],
    "file descriptor 3": ["exec 3>three", "echo hi >&3", "exec 3>&-", "cat three"],
    "file descriptor 9": ["exec 9>nine", "echo hi >&9", "exec 9>&-", "cat nine"],
    "file descriptor 200": ["exec 200>lock", "echo hi >&200", "exec 200>&-", "cat lock"],
    "file descriptor by name": ["exec {log}>log", "echo hi >&$log", "exec {log}>&-", "cat log"],
    "two descriptors": ["exec 3>a 4>b", "echo x >&3; echo y >&4", "exec 3>&- 4>&-", "cat a b"],
    "set -o posix": ["set -o posix", "[[ -o posix ]] && echo on", "set +o posix", "echo off"],
    "hash": ["hash -r", "ls >/dev/null", "hash -t ls >/dev/null && echo known"],
    "source with arguments": ["set -- a", "echo 'echo $1' >f", ". ./f b", 'echo "$1"'],
    "eval": ["eval 'x=1; f() { echo $x; }'", "f"],
    "local IFS": ["IFS=:", "x=a:b", "echo $x", 'echo "$IFS"'],
    "caught failure": ["false || echo caught", "if false; then :; fi", 'echo "$?"'],
    "LINENO": ["test $LINENO -gt 0 && echo counts"],
    "heredoc to a variable": ["read -r -d '' x <<E\na\nb\nE", 'echo "$x"'],
    "a trap on a signal": ["trap 'echo usr1' USR1", "kill -USR1 $$", "trap - USR1"],
    "trap -p": ["trap 'echo x' USR1 TERM", "trap -p USR1 TERM"],
    "trap -p ERR": ["trap ': x' ERR", "true", "trap -p ERR"],
    "two commands on one line": ["x=1; echo $x; x=2", "echo $x"],
    "empty commands": ["", "  ", "\n\n", "echo x"],
}


@pytest.mark.parametrize("commands", CARRIED.values(), ids=CARRIED)
def test_commands_run_as_in_one_script(as_in_bash, commands):
    as_in_bash(*commands)


def test_an_alias_is_used_on_the_next_line(session):
    session.out("alias hi='echo hello'")
    assert session.out("hi you") == "hello you\n"
    assert session.out("alias bye='echo goodbye'\nbye you") == "goodbye you\n"
    assert session.run("unalias hi; hi 2>/dev/null")[1] in {0, 127}  # one line is read at once
    assert session.run("hi 2>/dev/null") == ("", 127)


def test_name_arguments_and_folder_are_as_asked_for(start, work):
    session = start(name="the runbook.md", args=("one", "two words", ""))
    assert session.out('echo "$0:$#:$1:$2:$3"') == "the runbook.md:3:one:two words:\n"
    assert session.out("pwd") == f"{work}\n"
    assert session.out('echo "$SHLVL ${BASH_SUBSHELL}"') == "1 0\n"


def test_a_message_names_the_runbook_and_nothing_of_the_engine(session):
    text, status = session.run("nosuchcommand")
    assert status == 127
    assert "nosuchcommand: command not found" in text
    assert str(session.shell.folder) not in text, "the engine's own file stands in the message"
    assert "__cue" not in text


# set -e, set -u, ${x?}


def test_set_e_persists_and_aborts(session):
    session.out("set -e")
    assert session.run("false || true; if false; then :; fi; ! true; echo on") == ("on\n", 0)
    ending = session.end("echo before; (exit 7); echo after")
    assert (ending.how, ending.status) == ("exited", 7)
    assert session.last == b"before\r\n"


def test_set_e_set_and_hit_in_one_command(session):
    ending = session.end("set -e; (exit 7); echo after")
    assert (ending.how, ending.status, session.last) == ("exited", 7, b"")


def test_set_e_and_a_failure_before_it(session):
    session.run("false")
    session.out("set -e")
    session.out("true")
    assert session.out("echo still here") == "still here\n"


def test_set_e_does_not_end_the_shell_after_a_failure_that_was_let_pass(session):
    session.run("set +e; false; set -e; true")
    assert session.run("set +e; false")[1] == 1
    session.run("set -e")  # $? of the last command was 1: that is no failure of this one
    assert session.out("echo still here") == "still here\n"


def test_set_e_with_an_err_trap(session):
    session.out("trap 'echo ERR $?' ERR; set -e")
    ending = session.end("(exit 6)")
    assert (ending.how, ending.status, session.last) == ("exited", 6, b"ERR 6\r\n")


@pytest.mark.parametrize(
    ("before", "command", "message"),
    [
        ("set -u", "echo $nope; echo after", "nope: unbound variable"),
        (":", ': "${x?the message}"; echo after', "x: the message"),
        ("x=", ': "${x:?}"; echo after', "x: parameter null or not set"),
    ],
    ids=["set -u", "${x?message}", "${x:?}"],
)
def test_an_expansion_that_fails_ends_the_command_and_not_the_shell(
    session, before, command, message
):
    session.out(before)
    text, status = session.run(command)
    assert status != 0
    assert message in text
    assert "after" not in text
    session.healthy()


# What children get


def test_set_a_exports_assignments(session):
    session.out("x=1; declare y=2; read z <<<3")
    assert session.out("sh -c 'echo $x $y $z'") == "1 2 3\n"
    session.out("set +a; w=4")
    assert session.out("sh -c 'echo $x ${w-unset}'") == "1 unset\n"


def test_without_export_assignments_stay_in_the_shell(start):
    session = start(export=False)
    assert session.out("x=1; sh -c 'echo ${x-unset}'") == "unset\n"
    assert session.out("sh -c 'echo ${x-unset}'") == "unset\n"
    assert session.out("export x; sh -c 'echo ${x-unset}'") == "1\n"


def test_nothing_of_the_engine_is_exported(start, session):
    session.out("true")
    listed = session.out(f"'{sys.executable}' -c 'import os; print(*os.environ)'").split()
    from_bash = {"_", "PWD", "OLDPWD", "SHLVL", "LINES", "COLUMNS", "LC_CTYPE"}
    assert set(listed) - set(start.environment) - from_bash == set()
    assert session.out("bash -c 'declare -F; echo $-'") == "hBc\n", "options or functions leaked"


def test_children_get_three_file_descriptors(session):
    program = (
        "import os\n"
        "for fd in range(1024):\n"
        "    try: os.fstat(fd)\n"
        "    except OSError: continue\n"
        "    print(fd, end=' ')\n"
    )
    for command in ("{}", "{} | cat", "( {} )", 'echo "$({})"', "{} & wait $!"):
        text = session.out(command.format(f"'{sys.executable}' -c \"{program}\"")).split()
        assert text == ["0", "1", "2"], f"open in a child of {command}: {text}"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_children_get_no_ignored_or_blocked_signal(session):
    text = session.out("grep -E '^Sig(Blk|Ign)' /proc/self/status")
    # 32 and 33 are glibc's own, which a posix_spawn (make's, say) leaves ignored; nobody can reset
    # them (signal(7)).
    own = 1 << 31 | 1 << 32
    assert [int(line.split()[1], 16) & ~own for line in text.splitlines()] == [0, 0]


def test_a_broken_pipe_ends_the_writer(session):
    assert session.out("yes | head -n1") == "y\n"
    assert session.out('echo "${PIPESTATUS[@]}"') == "141 0\n"


# The engine's own reading of variables


def test_values_are_those_of_set_variables(session):
    session.out("plain=1 empty= spaced='a  b ' lines=$'a\\nb\\n' dear='$(touch no) `touch no` é\"'")
    session.out("array=(first second); declare -A map=([k]=v); unset gone; declare never")
    names = ["plain", "empty", "spaced", "lines", "dear", "array", "map", "gone", "never", "HOME"]
    assert session.shell.values(names) == {
        "plain": "1",
        "empty": "",
        "spaced": "a  b ",
        "lines": "a\nb\n",
        "dear": '$(touch no) `touch no` é"',
        "array": "first",
        "HOME": session.out('printf %s "$HOME"'),
    }
    assert session.out("ls") == "", "a value was executed"


def test_values_of_names_that_are_none_run_nothing(session):
    assert session.shell.values(["a b", "x[$(touch no)]", "$(touch no)", "", "1x", "é"]) == {}
    assert session.out("ls") == ""


def test_asking_for_values_changes_nothing(session):
    session.run("x=1; set -- pos; echo last argument >/dev/null; (exit 2) | (exit 3)")
    assert session.shell.values(["x"]) == {"x": "1"}
    assert session.shell.values([]) == {}
    assert session.out('echo "$? ${PIPESTATUS[@]} $*"') == "3 2 3 pos\n"
    session.out("echo last argument")
    assert session.shell.values(["_nothing"]) == {}
    assert session.out('echo "$_"') == "argument\n"


def test_values_are_told_whatever_is_set(session):
    session.out("x='a b'; IFS=0123; set -u; set -f; set -x; trap 'echo D' DEBUG; stty raw")
    assert session.shell.values(["x", "nope"]) == {"x": "a b"}
    session.run("{ stty sane; trap - DEBUG; set +x; } 2>/dev/null")
    assert session.out("echo x") == "x\n"


def test_many_and_large_values(session):
    session.out("big=$(head -c 1000000 /dev/zero | tr '\\0' x)")
    for i in range(50):
        session.out(f"v{i}={i}")
    told = session.shell.values(["big", *(f"v{i}" for i in range(50))])
    assert len(told.pop("big")) == 1_000_000
    assert told == {f"v{i}": str(i) for i in range(50)}


# Whatever is set, the engine goes on


def test_every_shell_option_can_be_turned(session):
    odd = {"noexec", "onecmd", "errexit", "nounset", "monitor", "interactive-comments", "xtrace"}
    odd |= {"verbose", "restricted"}  # these have tests of their own, or mean the end
    names = [line.split()[0] for line in session.out("set -o").splitlines()]
    for name in sorted(set(names) - odd):
        for to in ("+o", "-o") if session.run(f"[[ -o {name} ]]")[1] == 0 else ("-o", "+o"):
            session.run(f"set {to} {name}")
            assert session.run("(exit 3)") == ("", 3), f"after set {to} {name}"
            on = session.run(f"[[ -o {name} ]]")[1] == 0
            assert on == (to == "-o"), f"set {to} {name} did not last"
    session.healthy()


def test_every_shopt_option_can_be_turned(session, allow):
    allow(300)  # some 600 commands
    names = [line.split()[0] for line in session.out("shopt").splitlines() or [""]]
    for name in names:
        if name in {"login_shell", "restricted_shell"} or name.startswith("compat"):
            continue
        for to in ["-u", "-s", "-u", "-s"]:
            if session.run(f"shopt {to} {name} 2>/dev/null")[1] != 0:
                break  # cannot be changed
            assert session.run("(exit 3)") == ("", 3), f"after shopt {to} {name}"
            on = session.run(f"shopt -q {name}")[1] == 0
            assert on == (to == "-s"), f"shopt {to} {name} did not last"
        session.run(f"shopt -u {name}")
    assert session.run("builtin echo sound; (exit 3)") == ("sound\n", 3)


@pytest.mark.parametrize(
    "command",
    [
        "unset IFS PATH HOME PWD OLDPWD PS1 PS2 PS4 TERM SHLVL HOSTNAME",
        "readonly IFS PS1 PS2 PS4 REPLY PATH HOME",
        "set -m; set +m; set -m",
        "set -b; set +h; set -k; set -P; set +B",
        "umask 777",
        "umask 000",
        "mkdir gone; cd gone; rmdir ../gone",
        "cd /; cd //",
        "exec 3>&1 4>&2 5<&0 6>&1 7>&1 8>&1 9>&1",
        "TMPDIR=/nonexistent HOME=/nonexistent TERM=unknown LC_ALL=C LANG=xx",
        "command_not_found_handle() { return 1; }",
        "BASH_ENV=/nonexistent ENV=/nonexistent",
        "HISTSIZE=0 HISTFILESIZE=0 HISTFILE=/dev/null; set -o history",
        "shopt -s extdebug",
        "x=1 REPLY=x line=x number=x kind=x text=x folder=x status=x name=x i=x",
        "declare -i status number line; declare -l folder; declare -u text go",
        "ulimit -c 0",
    ],
)
def test_the_next_command_works_after(session, command):
    session.run(command)
    session.healthy()
    assert session.shell.values(["BASH_VERSION"])["BASH_VERSION"]


def test_tmout_is_not_for_the_engine(session):
    session.out("TMOUT=1")
    import time

    time.sleep(1.3)  # the time itself is what is tested: an interactive bash would log out
    session.healthy()
    session.out("TMOUT=0; sleep 0")
    session.healthy()


@pytest.mark.parametrize(
    "variables",
    [
        {"PROMPT_COMMAND": "echo noise"},
        {"PS0": "noise", "PS1": "noise", "PS4": "noise"},
        {"SHELLOPTS": "xtrace:verbose:errexit:nounset:noglob"},
        {"BASHOPTS": "extdebug:failglob"},
        {"BASH_ENV": "noise.bash", "ENV": "noise.bash"},
        {"POSIXLY_CORRECT": "1"},
        {"IFS": "0123456789/_", "TMOUT": "1", "HISTFILE": "/nonexistent/x"},
        {"BASH_FUNC_printf%%": "() { echo noise; }", "BASH_FUNC_eval%%": "() { echo noise; }"},
        {"LC_ALL": "nonsense", "LANG": "C"},
        {"TERM": ""},
        {"BASH_XTRACEFD": "1"},
        {"MAIL": "mail", "MAILCHECK": "0"},
    ],
    ids="+".join,
)
def test_an_odd_environment_at_the_start(start, work, variables):
    (work / "noise.bash").write_text("echo noise\n")
    (work / "mail").write_text("noise\n")
    session = start(variables=variables)
    if "SHELLOPTS" in variables:
        session.run("set +xveuf")
    assert session.run("builtin echo sound; (exit 3)") == ("sound\n", 3)
    assert session.run('builtin echo "$?"') == ("3\n", 0)


def test_mail_is_not_announced(session, work):
    mail = work / "mail"
    mail.write_text("")
    session.out(f"MAIL={mail} MAILCHECK=0")
    session.out("echo letter >>mail")
    assert session.out("echo a") == "a\n"


def test_the_persons_own_files_are_neither_read_nor_written(start, tmp_path):
    home = tmp_path / "home"
    for name in (".bashrc", ".bash_profile", ".profile", ".bash_login", ".inputrc"):
        (home / name).write_text("echo noise; export LEAK=1\n")
    (home / ".bash_history").write_text("kept\n")
    session = start()
    assert session.out("echo ${LEAK-none}; history -s added; set -o history") == "none\n"
    session.out("echo x")
    session.end("exit")
    session.restart()
    session.out("echo y")
    session.shell.close()
    assert (home / ".bash_history").read_text() == "kept\n"


def test_a_venv_is_activated_and_left(session):
    session.out(f"'{sys.executable}' -m venv --without-pip venv")
    session.out("source venv/bin/activate")
    assert session.out('echo "${VIRTUAL_ENV##*/}"; command -v python').endswith("venv/bin/python\n")
    assert session.out("python -c 'import sys; print(sys.prefix)'").endswith("/venv\n")
    session.out("deactivate")
    assert session.out('echo "${VIRTUAL_ENV-none}"') == "none\n"
    session.healthy()


def test_a_big_environment(session):
    session.out("for i in {1..15}; do export BIG$i=$(head -c 100000 /dev/zero | tr '\\0' x); done")
    assert session.out("/bin/true; env | grep -c ^BIG") == "15\n"
    session.healthy()


def test_an_environment_too_big_for_any_program(session):
    session.out("big=$(head -c 120000 /dev/zero | tr '\\0' x)")
    text, status = session.run("for i in {1..40}; do export BIG$i=$big; done; /bin/true")
    assert status == 126
    assert "Argument list too long" in text
    session.healthy()
    session.out("unset ${!BIG*}")
    assert session.out("/bin/echo again") == "again\n"


def test_a_coprocess(session):
    assert session.out("coproc cat") == ""
    assert session.out("echo hi >&${COPROC[1]}") == ""
    assert session.out("read -u ${COPROC[0]} x; echo $x") == "hi\n"
    session.run("kill $COPROC_PID")
    session.healthy()
