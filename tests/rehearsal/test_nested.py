"""`$SHELL`: given a file it performs that runbook, given options it is bash."""

from __future__ import annotations

import pytest

INNER = """\
# Inner

<!-- @macro greet -->
```bash
echo "$0 $# ${1-} ${PWD##*/} ${plain-none} ${exported-none}"
```
<!-- @end -->
<!-- @greet -->
```bash
x=inner; cd /
```
"""


@pytest.fixture
def nested(rehearse, fence):
    """Return a function that rehearses a runbook of these commands, INNER beside it."""

    def nested(*commands, args=(), **options):
        options["files"] = {"sub/inner.md": INNER, **options.get("files", {})}
        return rehearse(fence(*commands), *args, **options)

    return nested


def test_it_has_arguments_macros_and_a_shell_of_its_own(nested):
    run = nested(
        "set +a; plain=1; set -a; exported=2; x=outer",
        "$SHELL sub/inner.md 'a b' c",
        "echo $x ${PWD##*/} $?",
    )
    assert "sub/inner.md 2 a b work none 2" in run.printed
    assert (run.printed[-1], run.status) == ("outer work 0", 0)


def test_as_a_directive(rehearse, fence):
    text = f"<!-- @$SHELL sub/inner.md x -->\n{fence('#@$SHELL sub/inner.md y', 'true')}"
    run = rehearse(text, files={"sub/inner.md": INNER})
    said = [line for line in run.printed if line.startswith("sub/inner.md")]
    assert said == [f"sub/inner.md 1 {x} work none none" for x in "xy"], run
    assert run.status == 0


@pytest.mark.parametrize("ends", ["exit", "exit 0", "set -e; exit 0"])
def test_exit_in_it_does_not_end_the_outer_one(nested, ends):
    inner = f"echo in\n{ends}\necho no\n"
    run = nested("set -e", "$SHELL in.sh", "echo out $?", files={"in.sh": inner})
    assert "in" in run.printed
    assert "no" not in run.printed
    assert (run.printed[-1], run.status) == ("out 0", 0), run


@pytest.mark.parametrize(
    ("inner", "status"),
    [("exit 7", 7), ("exit 1", 1), ("(exit 6)", 1), ("#@nope", 2)],
)
def test_its_exit_status_is_the_commands(nested, inner, status):
    files = {"in.sh": f"echo in\n{inner}\necho no\n"}
    run = nested("$SHELL in.sh; echo out $?", files=files)
    assert (run.printed[-1], run.status) == (f"out {status}", 0), run
    assert "no" not in run.printed


def test_a_failure_in_it_ends_the_outer_one_as_any_command_that_fails(nested):
    run = nested("$SHELL in.sh", "echo no", files={"in.sh": "echo in\nfalse\n"})
    assert run.status == 1
    assert run.summary[0] == "demo.md:2:1: failed with exit status 1"
    assert "in.sh:2:1: failed with exit status 1" in "\n".join(run.summary), run
    assert "no" not in run.printed


def test_set_e_of_the_outer_one_is_not_the_inner_ones_and_the_other_way(nested):
    run = nested("$SHELL in.sh", "false || true; echo $-", files={"in.sh": "set -e; true"})
    assert "e" not in run.printed[-1].replace("hist", ""), run


def test_the_options_of_the_rehearsal_are_its_own_too(nested):
    files = {"in.sh": "false\necho on\nsleep 60\necho end\n"}
    run = nested("$SHELL in.sh", args=("--keep-going", "--timeout", "2s"), files=files)
    assert "on" in run.printed
    # The outer time-out is as long: either may be first, and neither waits for a minute.
    assert run.status == 1


def test_start_up_files_are_not_performed_again(nested):
    files = {"~/.demoshrc": "echo start-up\n", "in.sh": "echo in\n"}
    run = nested("$SHELL in.sh", files=files)
    assert run.printed.count("start-up") == 1, run


def test_errors_in_it_have_a_place_and_nothing_of_it_runs(nested, stage):
    files = {"bad.md": "```sh\ntouch ran\n#@wat\nls\n```\n"}
    run = nested("$SHELL bad.md; echo $?", "$SHELL none.md; echo $?", files=files)
    assert run.printed[0].startswith("bad.md:3:2: error: `@wat` is no directive")
    assert run.printed[1:] == [
        "    #@wat",
        "2",
        "none.md: error: there is no such file",
        "2",
    ]
    assert not (stage.work / "ran").exists()


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        ("""$SHELL -c 'echo $0 $1 ${BASH_VERSION:+bash}' a b""", ["a b bash"]),
        ("""echo 'echo $0 ${BASH_VERSION:+bash}' | $SHELL""", ["bash bash"]),
        ("""$SHELL -ec 'false; echo no' || echo $?""", ["1"]),
        ("""$SHELL -s x <<< 'echo $1'""", ["x"]),
        ("""$SHELL +B -c 'echo {a,b}'""", ["{a,b}"]),
        ("""test -x "$SHELL" && echo a program""", ["a program"]),
        ("""$SHELL --norc -ic 'echo $-' 2>/dev/null | grep -o i""", ["i"]),
    ],
)
def test_given_options_or_nothing_it_is_bash(nested, command, printed):
    run = nested(command)
    assert (run.printed, run.status) == (printed, 0), run


def test_a_folder_called_runner_beside_the_runbook_is_not_ours(nested):
    files = {"runner/cli/main.py": "print('wrong')\n", "runner/__init__.py": ""}
    assert nested("$SHELL sub/inner.md", files=files).status == 0
    run = nested('export PYTHONPATH="$PWD"', "$SHELL sub/inner.md", files=files)
    assert "wrong" not in run.printed, run


def test_in_a_nested_one_nested(nested):
    files = {"a.sh": "echo a\n$SHELL b.sh\necho a again\n", "b.sh": "echo b $0\n"}
    run = nested("$SHELL a.sh", "echo end", files=files)
    said = [line for line in run.printed if line.split()[0] in {"a", "b", "end"}]
    assert said == ["a", "b b.sh", "a again", "end"], run


def test_no_colour_where_the_outer_one_has_none(nested):
    run = nested("$SHELL in.sh; true", files={"in.sh": "echo in\nfalse\n"})
    assert "\x1b" not in run.stdout, run


def test_its_output_is_as_on_one_terminal(nested):
    run = nested("$SHELL in.sh; true", files={"in.sh": "echo in\nfalse\n"})
    assert "\r\r" not in run.stdout, run
    assert run.printed.count("in") == 1
