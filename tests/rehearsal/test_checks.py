"""A runbook with checks to what its rehearsal says: each check held once, and broken once."""

from __future__ import annotations

import pytest

PASSES = [
    "#@expect b *\necho a; echo b 5",
    "#@expect /^b \\d+$/\necho b 55",
    "#@expect ! *error*\necho fine",
    "#@expect done\nprintf 'wait...\\rdone   \\n'",
    "#@expect ${want}\nwant=x; echo no",
    "#@exit 3\n(exit 3)",
    "#@exit 1 2\n(exit 2)",
    "#@for 300ms\nsleep 60",
    "#@for 300ms\ntail -f /dev/null",
    "#@for 60s\ntrue",
    "#@until 20s\n#@expect ready\n((++n == 3)) && echo ready || echo no",
    "#@type Ann\\n\nread -p 'name? ' n; [[ $n == Ann ]]",
    "#@type 1\\n\n#@type 2\\n\nread a; read b; [[ $a$b == 12 ]]",
    "#@edit s/old/new/\necho old > f; $EDITOR f; grep new f",
    "#@edit 1d\n#@edit s/b/c/\nprintf 'a\\nb\\n' > f; $EDITOR f; $EDITOR f; [[ $(<f) == c ]]",
    "#@live\nexit 9",
    "#@rehearsal\ntrue",
    "#@timeout 20s\nsleep 0.1",
]

FAILS = [
    ("#@expect b\necho a", "@expect b: no line of the output matches"),
    ("#@expect ! *err*\necho an err", "@expect ! *err*: "),
    ("#@exit 3\ntrue", "@exit 3: expected exit status 3, but it was 0"),
    ("#@exit 3\nfalse", "@exit 3: expected exit status 3, but it was 1"),
    ("#@for 300ms\nfalse", "failed with exit status 1"),
    ("#@timeout 300ms\nsleep 60", "the time was up: 0.3 s"),
    ("#@until 1s\n#@expect yes\necho no", "it has not succeeded within 1s, in "),
    ("#@type a\\n\ntrue", r"@type a\n: it was not typed: the command did not wait for it"),
    ("#@type a\\n\nread a; read b", "it waits for the terminal, and there is nothing to type"),
    (
        "#@edit s/a/b/\ntrue",
        "@edit s/a/b/: it was not applied: the command opened the editor never",
    ),
    ("#@edit s/(/\necho a > f; $EDITOR f; true", "@edit s/(/: sed refused it: "),
]


@pytest.mark.parametrize("block", PASSES)
def test_a_check_that_holds(run, block):
    result = run(f"want=no\n{block}\n")
    assert result.status == 0, result


@pytest.mark.parametrize(("block", "told"), FAILS)
def test_a_check_that_is_broken(run, block, told):
    result = run(f"want=no\n{block}\n")
    assert result.status == 1, result
    assert told in result.summary[0]


BLOCK = "```bash\necho one\necho two\n```\n\n```output\n{}\n```\n"


@pytest.mark.parametrize("expected", ["one\ntwo", "...\ntwo", "<a>\n<b>", "one  \ntwo"])
def test_an_output_block_that_is_right(rehearse, expected):
    result = rehearse(BLOCK.format(expected))
    assert result.status == 0, result


@pytest.mark.parametrize("expected", ["one\nthree", "one", "<a>\n<a>", "one\ntwo\nthree"])
def test_an_output_block_that_is_wrong(rehearse, expected):
    result = rehearse(BLOCK.format(expected))
    assert result.status == 1, result
    assert "output: " in result.summary[0], result


def test_a_mismatch_is_shown_with_the_place_of_the_line_that_is_not_right(rehearse):
    result = rehearse(BLOCK.format("one\nthree"))
    assert result.summary == [
        "demo.md:3:1: output: expected `three`, but line 2 of the output is `two`",
        "  $ echo two",
        "  demo.md:8: expected (-), and what came (+):",
        "      one",
        "    - three",
        "    + two",
        "✗ demo.md: 2 commands, 1 failed",
    ]


def test_a_command_that_fails_and_prints_something_else(run):
    result = run("#@expect ready\necho not yet; exit_() { return 4; }; exit_\n")
    assert result.summary[:3] == [
        "demo.sh:2:1: failed with exit status 4",
        "  $ echo not yet; exit_() { return 4; }; exit_",
        "  demo.sh:1: @expect ready: no line of the output matches",
    ]


@pytest.mark.parametrize("block", ["true", "false", "exit 3", "set -e; false", "kill -9 $$"])
def test_clean_up_runs_last_whatever_happens(rehearse, block):
    text = "<!-- @cleanup -->\n```bash\necho cleaned $x\n```\n<!-- @end -->\n"
    result = rehearse(f"{text}\n```bash\nx=up\n{block}\n```\n")
    assert result.printed[-1] == "cleaned up", result
    assert result.printed.count("cleaned up") == 1


def test_the_budget_of_the_whole_run(run):
    result = run("sleep 0.6\nsleep 60\necho never\n", "--budget", "1s")
    assert result.status == 1
    assert "never" not in result.printed
