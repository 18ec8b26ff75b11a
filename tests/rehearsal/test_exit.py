"""How a rehearsal ends: `exit`, `set -e`, failures, and shells that die."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("command", ["exit", "exit 0", "true; exit", "(exit 3); exit 0"])
def test_exit_well_ends_well(run, command):
    result = run(f"trap 'echo bye' EXIT\necho a\n{command}\necho no\n")
    assert result.printed == ["a", "bye"]
    assert result.summary[-1] == "✓ demo.sh: 3 steps passed"
    assert result.status == 0


@pytest.mark.parametrize(("command", "status"), [("exit 3", 3), ("false || exit", 1)])
def test_any_other_exit_is_a_failed_step(run, command, status):
    result = run(f"trap 'echo bye' EXIT\necho a\n{command}\necho no\n")
    assert result.printed == ["a", "bye", f"✗ the shell exited with status {status}"]
    assert result.summary == [
        f"demo.sh:3:1: the shell exited with status {status}",
        f"  $ {command}",
        "  | bye",
        "✗ demo.sh: 2 steps passed, 1 failed",
    ]
    assert result.status == 1


@pytest.mark.parametrize("keep_going", [(), ("--keep-going",)])
def test_exit_0_ends_it_even_where_it_keeps_going(run, keep_going):
    result = run("echo a\nexit 0\necho no\n", *keep_going)
    assert (result.printed, result.status) == (["a"], 0)


def test_a_failing_command_ends_it_and_its_exit_trap_runs(run):
    result = run("trap 'echo bye' EXIT\necho a\n(exit 5)\necho no\n")
    assert result.printed == ["a", "✗ exit status 5", "bye"]
    assert result.summary == [
        "demo.sh:3:1: failed with exit status 5",
        "  $ (exit 5)",
        "✗ demo.sh: 2 steps passed, 1 failed",
    ]
    assert result.status == 1


def test_a_failing_command_under_set_e_ends_it_with_its_place(run):
    result = run("set -e\ntrap 'echo bye' EXIT\nfalse || echo a\n  (exit 5)\necho no\n")
    told = "the shell exited with status 5; `set -e` was on"
    assert result.printed == ["a", "bye", f"✗ {told}"]
    assert result.summary[0] == f"demo.sh:4:3: {told}"
    assert result.status == 1


def test_keep_going_goes_on_after_failures_and_tells_them_all(run):
    result = run("(exit 5)\necho $?\nfalse\necho end\n", "--keep-going")
    assert result.printed == ["✗ exit status 5", "5", "✗ exit status 1", "end"]
    assert result.summary == [
        "demo.sh:1:1: failed with exit status 5",
        "  $ (exit 5)",
        "demo.sh:3:1: failed with exit status 1",
        "  $ false",
        "✗ demo.sh: 2 steps passed, 2 failed",
    ]
    assert result.status == 1


def test_the_exit_trap_runs_at_the_end_and_its_output_is_shown(run):
    result = run("trap 'echo bye $?' EXIT\necho a\n")
    assert (result.printed, result.status) == (["a", "bye 0"], 0)


def test_the_exit_trap_finds_the_failed_commands_status(run):
    assert run("trap 'echo bye $?' EXIT\n(exit 4)\n").printed[-1] == "bye 4"


def test_an_exit_trap_that_fails_is_a_failure_and_no_step(run):
    result = run("trap 'echo bye; exit 9' EXIT\necho a\n")
    told = "the EXIT trap ended with status 9"
    assert (result.printed, result.status) == (["a", "bye", f"! {told}"], 1)
    assert result.summary == [
        f"demo.sh: {told}",
        "  | bye",
        "✗ demo.sh: 2 steps passed, its EXIT trap failed",
    ]


def test_an_exit_trap_that_takes_too_long_is_a_failure(run):
    result = run("trap 'sleep 100' EXIT\necho a\n", "--timeout", "500ms")
    assert result.summary[0] == "demo.sh: the EXIT trap took longer than 0.5 s"
    assert result.status == 1


def test_a_signal_that_ends_a_command_is_named(run):
    result = run("bash -c 'kill -SEGV $$'\n")
    assert result.printed[-1] == "✗ exit status 139 (SIGSEGV)"
    assert result.summary[0] == "demo.sh:1:1: failed with exit status 139 (SIGSEGV)"


def test_a_command_whose_exit_trap_fails_ends_a_nested_runbook_with_its_status(run):
    files = {"in.sh": "trap 'exit 9' EXIT\ntrue\n"}
    assert "status 9" in run("$SHELL in.sh; echo status $?\n", files=files).printed


STATE = "x=1; f() { echo f $x; }; alias a='echo alias'; cd sub; set -u; declare -A m=([k]=v)"
LOOK = "f; a; echo ${PWD##*/} ${m[k]}; case $- in *u*) echo set -u;; esac"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("exit 3", "the shell exited with status 3"),
        ("set -e; false", "the shell exited with status 1"),
        ("exec true", "the shell is gone: the command put another program in its place"),
        ("exec sleep 60", "the shell is gone: the command put another program in its place"),
        ("kill -9 $$", "the shell was killed by signal 9"),
        ("set -r", "the shell does not answer any more"),
        ("enable -n printf", "the shell does not answer any more"),
    ],
)
class TestDeaths:
    def test_it_is_a_failed_step_with_its_place(self, run, command, reason):
        result = run(f"echo a\n{command}\necho no\n")
        assert result.summary[0].startswith(f"demo.sh:2:1: {reason}"), result
        assert result.summary[1] == f"  $ {command}"
        assert result.summary[-1] == "✗ demo.sh: 1 step passed, 1 failed"
        assert "no" not in result.printed
        assert result.status == 1

    def test_keep_going_goes_on_in_a_new_shell_with_the_state(self, run, command, reason):
        result = run(f"{STATE}\n{command}\n{LOOK}\n", "--keep-going", files={"sub/file": ""})
        assert result.printed[-4:] == ["f 1", "alias", "sub v", "set -u"], result
        assert result.printed[-5].startswith("! going on in a new shell"), result
        assert result.summary[0].startswith(f"demo.sh:2:1: {reason}")
        assert result.status == 1


def test_the_notice_that_a_new_shell_was_started(run):
    result = run("exec true\necho b\n", "--keep-going")
    told = "! going on in a new shell."
    assert [line for line in result.printed if line.startswith("!")] == [told]


def test_the_engines_folder_deleted_is_told_and_recovered_from(run):
    find = "folder=$(readlink /proc/$PPID/fd/* | grep -x '.*/cuebook-[^/]*')"
    result = run(f"x=1; {find}\nrm -r $folder\necho x=$x\n", "--keep-going")
    assert "x=1" in result.printed, result
    failed = [line for line in result.summary if line.startswith("demo.sh:2:1: ")]
    assert not any("exit status" in line for line in failed), (
        f"`rm` did not fail, so its status is not why: {result}"
    )


def test_signals_that_an_interactive_shell_ignores_do_not_end_it(run):
    result = run("kill $$\nkill -QUIT $$\necho end\n")
    assert (result.printed, result.status) == (["end"], 0), result


def test_two_deaths_in_a_row(run):
    result = run("x=1\nexec true\nkill -9 $$\necho x=$x\n", "--keep-going")
    assert (result.printed[-1], result.status) == ("x=1", 1), result
    assert result.summary[-1] == "✗ demo.sh: 2 steps passed, 2 failed"


def test_background_jobs_go_on_printing_into_later_steps(run):
    text = (
        "(until [ -e go ]; do sleep 0.02; done; echo from behind) &\n"
        "echo a\ntouch go; wait\necho b\n"
    )
    assert run(text).printed == ["a", "from behind", "b"]


def test_a_background_job_may_outlast_the_step_that_fails(run):
    result = run("sleep 60 &\nexec true\necho b\n", "--keep-going")
    told = [line for line in result.printed if line.startswith("! ")]
    assert told == ["! going on in a new shell. The old shell's background job did not come along."]


def test_a_shell_that_exited_last_has_no_trap_to_blame(run):
    done = run("exit 4", "--keep-going")
    assert done.status == 1
    assert "EXIT trap" not in done.stdout
    assert done.summary[-1] == "✗ demo.sh: 0 steps passed, 1 failed"
