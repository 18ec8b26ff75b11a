"""A part of a runbook: `--from`, `--to`, and the hidden set-up before."""

from __future__ import annotations

import pytest

TEXT = """\
```bash
echo set-up
```
<!-- @SHOW -->
# First part
```bash
echo 1
```
## Getting started: now!
```bash
echo 2
echo 3
```
<!-- @HIDE -->
```bash
echo more set-up
```
<!-- @SHOW -->
# Last
```bash
echo 4
```
"""
# 1 set-up, 2 heading, 3 echo 1, 4 heading, 5 echo 2, 6 echo 3, 7 more set-up, 8 heading, 9 echo 4


@pytest.mark.parametrize(
    ("options", "printed"),
    [
        ("", ["set-up", "1", "2", "3", "more set-up", "4"]),
        ("--from 5", ["set-up", "2", "3", "more set-up", "4"]),
        ("--from 6 --to 6", ["set-up", "3"]),
        ("--from 9", ["set-up", "more set-up", "4"]),
        ("--from 9 --no-setup", ["4"]),
        ("--to 3", ["set-up", "1"]),
        ("--to 4", ["set-up", "1"]),
        ("--from=Last", ["set-up", "more set-up", "4"]),
        ("--from=last --no-setup", ["4"]),
        ("--from=getting-started-now --to=6", ["set-up", "2", "3"]),
        ("--from=Getting|started:|now! --to=6 --no-setup", ["2", "3"]),
        ("--to=Getting|started:|now!", ["set-up", "1", "2", "3", "more set-up"]),
        (
            "--from=getting-started-now --to=getting-started-now",
            ["set-up", "2", "3", "more set-up"],
        ),
        ("--to=First|part", ["set-up", "1", "2", "3", "more set-up"]),
    ],
)
def test_from_and_to(rehearse, options, printed):
    run = rehearse(TEXT, *(option.replace("|", " ") for option in options.split(" ") if option))
    headings = {"First part", "Getting started: now!", "Last"}
    assert [line for line in run.printed if line not in headings] == printed
    assert run.status == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--from", "99"], "there is no step 99: the last is 9"),
        (["--to", "0"], "there is no step 0"),
        (["--from", "Nowhere"], "no step or heading is called 'Nowhere'; the headings are: First"),
        (["--from", "9", "--to", "3"], "--to 3 stands before --from 9"),
        (["--from", ""], "''"),
        (["--from", "!!!"], "'!!!'"),
        (["--from", "²"], "'²'"),
        (["--from", "-1"], "'-1'"),
    ],
)
def test_a_step_that_it_does_not_have(rehearse, stage, options, message):
    run = rehearse(TEXT.replace("echo", "touch ran; echo"), *options)
    assert run.status == 2, run
    assert message in run.stderr
    assert "Traceback" not in run.stderr
    assert not (stage.work / "ran").exists()


def test_a_heading_in_letters_that_are_no_words(rehearse, fence):
    run = rehearse(f"{fence('#@SHOW', 'echo no')}# 🎉\n{fence('echo yes')}", "--from", "🎉")
    assert run.printed == ["🎉", "yes"]


def test_a_set_up_that_fails_ends_it(rehearse, fence):
    run = rehearse(f"{fence('false')}# Go\n{fence('echo no')}", "--from", "Go")
    assert run.status == 1
    assert run.summary[0] == "demo.md:2:1: failed with exit status 1"


@pytest.mark.parametrize("options", ["--from=B", "--to=A", "--from=2 --to=2", "--from=B --to=B"])
def test_the_clean_up_follows_whatever_part_it_was(rehearse, fence, options):
    cleanup = "<!-- @cleanup -->\n{}<!-- @end -->\n"
    text = (
        f"<!-- @SHOW -->\n# A\n{fence('echo 1')}{cleanup.format(fence('echo first'))}"
        f"# B\n{fence('echo 2')}# C\n{cleanup.format(fence('echo last'))}"
    )
    run = rehearse(text, *options.split())
    assert run.status == 0
    assert run.printed[-3:] == ["first", "C", "last"] or run.printed[-2:] == ["first", "last"]


def test_two_headings_of_one_name(rehearse, fence):
    run = rehearse(f"# A\n{fence('echo 1')}# A\n{fence('echo 2')}", "--from", "a")
    told = "'a' is the heading of step 1 (demo.md:1:1) and step 3 (demo.md:5:1)"
    assert run.status == 2
    assert f"demo.md: {told}: say which by its number" in run.stderr


def test_a_heading_of_an_import_or_a_nested_list(rehearse, fence):
    files = {"part.md": f"# In the part\n{fence('echo part')}"}
    text = f"<!-- @SHOW -->\n{fence('echo no')}<!-- @import part.md -->\n"
    run = rehearse(text, "--from", "in-the-part", files=files)
    assert run.printed == ["In the part", "part"]


class TestTimeOut:
    def test_a_command_whose_time_is_up_is_interrupted(self, run):
        result = run("trap 'echo bye' EXIT\nsleep 60\necho no\n", "--timeout", "300ms")
        assert result.printed == ["✗ the time was up: 0.3 s", "bye"]
        assert result.summary[:2] == ["demo.sh:2:1: the time was up: 0.3 s", "  $ sleep 60"]
        assert result.status == 1

    @pytest.mark.parametrize(
        "command",
        [
            "sleep 60",
            "sh -c 'trap \"\" INT; while :; do sleep 1; done'",
            "while :; do :; done",
            "read -r x </dev/zero",
            "sleep 60 | cat",
            "$SHELL -c 'sleep 60'",
            "wait",
        ],
    )
    def test_it_goes_on_in_the_same_shell(self, run, stage, until, command):
        text = f"x=1; sleep 60 & job=$!\n{command}\nkill $job; echo x=$x\n"
        result = run(text, "--keep-going", "--timeout", "300ms")
        assert result.printed[-1] == "x=1", result
        assert "new shell" not in result.stdout
        assert result.summary[0] == "demo.sh:2:1: the time was up: 0.3 s"
        until(lambda: not stage.left(), lambda: f"still there: {stage.left()}")

    @pytest.mark.parametrize("command", ["read -r x", "cat", "sh -c 'read x'"])
    def test_a_command_that_waits_for_a_person_ends_at_once(self, run, command):
        result = run(f"x=1\n{command}\necho x=$x\n", "--keep-going", "--timeout", "60s")
        told = "it waits for the terminal, and there is nothing to type"
        assert result.summary[0] == f"demo.sh:2:1: {told}"
        assert result.printed[-1] == "x=1", result

    def test_an_exit_trap_whose_time_is_up_is_told(self, run):
        result = run("trap 'echo in; sleep 60' EXIT\ntrue\n", "--timeout", "300ms")
        assert result.printed == ["in", "! the EXIT trap took longer than 0.3 s"], result

    def test_time_that_is_not_up_changes_nothing(self, run):
        assert run("sleep 0.1; echo done\n", "--timeout", "1m").status == 0

    def test_output_without_end(self, run):
        result = run("yes | head -c 100000; yes >/dev/null\necho no\n", "--timeout", "500ms")
        assert result.summary[0] == "demo.sh:1:1: the time was up: 0.5 s"
        assert result.status == 1
