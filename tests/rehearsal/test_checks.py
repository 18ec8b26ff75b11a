"""A runbook with checks to what its rehearsal says: each check held once, and broken once."""

from __future__ import annotations

import pytest

PASSES = [
    "#@expect b *\necho a; echo b 5",
    "#@expect /^b \\d+$/\necho b 55",
    "#@expect ! *error*\necho fine",
    "#@expect done\nprintf 'wait...\\rdone   \\n'",
    "#@expect ${want}\nwant=x; echo no",
    "#@expect down\nprintf 'up\\n\\e[A\\e[2Kdown\\n'",
    "#@expect 日本 *\nprintf '日本 ok\\r\\n'",
    "#@expect a b\nprintf 'a\\0 b\\n'",
    "#@expect *\\**\necho 2 * 3; head -c 9999 /dev/urandom; echo; echo '*'",
    "#@exit 3\n(exit 3)",
    "#@exit 130\n(exit 130)",
    "#@exit 130\nbash -c 'kill -INT $$'",
    "#@exit 3\n#@expect out\necho out; exit 3",
    "#@exit 1 2\n(exit 2)",
    "#@for 300ms\nsleep 60",
    "#@for 300ms\ntail -f /dev/null",
    "#@for 60s\ntrue",
    "#@for 60s\n#@exit 4\n(exit 4)",
    "#@for 300ms\n#@exit 4\nsleep 60",
    "#@for 300ms\n#@exit 4\nbash -c 'trap \"exit 4\" INT; while :; do sleep 0.1; done'",
    "#@for 300ms\n#@expect line\nwhile :; do echo line; sleep 0.1; done | cat",
    "#@for 300ms\nbash -c 'trap \"exit 0\" INT; while :; do sleep 0.1; done'",
    "#@for 300ms\nbash -c 'trap \"\" INT; sleep 60'",
    "x=kept\n#@for 300ms\ntrap 'echo INT' INT; while :; do sleep 0.1; done\n[[ $x == kept ]]",
    "#@for 300ms\n#@expect y\nyes",
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
    ("#@for 60s\n#@exit 4\ntrue", "@exit 4: expected exit status 4, but it was 0"),
    ("#@timeout 300ms\nsleep 60", "the time was up: 0.3 s"),
    ("#@until 1s\n#@expect no\nyes", "it has not succeeded within 1s, in one attempt"),
    ("#@expect /(a+)+$/\nprintf 'a%.0s' {1..60}; echo b", "the pattern takes too long to search"),
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


@pytest.mark.parametrize(
    ("directive", "told"),
    [
        ("for ${E}", "its value is no duration such as 90s or 5m"),
        ("timeout ${NONE}", "its value is no duration such as 90s or 5m"),
        ("until ${E}s", "its value is no duration such as 90s or 5m"),
        ("exit ${E}", "its value is no exit status"),
        ("expect ${E}", "@expect with its values filled in is no rule"),
    ],
)
def test_a_value_that_is_none_of_what_is_needed_fails_the_step(run, directive, told):
    result = run(f"E=\n#@{directive}\necho ran\n")
    assert result.status == 1, result
    assert result.summary[0] == f"demo.sh:3:1: @{directive}: {told}"
    assert ("ran" in result.printed) == directive.startswith("expect")


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
        "demo.md:2:1: output: expected `three`, but line 2 of the output is `two`"
        " (of what the block's 2 commands print; this line comes from demo.md:3)",
        "  $ echo one",
        "  $ echo two",
        "  demo.md:8: expected (-), and what came (+):",
        "      one",
        "    - three",
        "    + two",
        "✗ demo.md: 1 step passed, 1 failed",
    ]


@pytest.mark.parametrize(
    ("commands", "expected", "told"),
    [
        (["seq 3", "seq 4 6"], "1\n2\nx\n4\n5\n6", "; this line comes from demo.md:2"),
        (["seq 3", "seq 4 6"], "1\n2\n3\n4\nx\n6", "; this line comes from demo.md:3"),
        (["seq 3", "seq 4 6"], "1\n...\n5", "; this line comes from demo.md:3"),
        (["true", "seq 3", "true"], "0", "; this line comes from demo.md:3"),
        (["seq 50", "seq 51 100", "seq 5"], "...\n99\nx\n...", "; this line comes from demo.md:3"),
        (["seq 3", "seq 4 6"], "1\n2\n3\n4\n5\n6\n7", ""),
        (["printf a", "echo b"], "b", ""),
        (["seq 3", "clear; seq 4 6"], "4\n5\nx", ""),
    ],
    ids=str,
)
def test_a_mismatch_names_the_command_that_printed_the_line(
    rehearse, fence, commands, expected, told
):
    """Not where that cannot be known: the line never came, or is not of one command alone."""
    result = rehearse(f"{fence(*commands)}\n```output\n{expected}\n```\n")
    assert result.summary[0].endswith(
        f" (of what the block's {len(commands)} commands print{told})"
    ), result


def test_a_command_that_is_tried_again_prints_its_last_attempt_alone(rehearse, fence):
    again = ("seq 2", "#@until 20s", "echo x; echo 3 >>tries; test $(wc -l <tries) = 3", "seq 2")
    result = rehearse(f"{fence(*again)}\n```output\n1\n2\nx\n1\ny\n```\n")
    assert "; this line comes from demo.md:5)" in result.summary[0], result


def test_an_empty_block_says_who_fills_it(rehearse):
    result = rehearse("```bash\necho one\n```\n\n```output\n```\n")
    assert result.summary[0] == (
        "demo.md:2:1: output: expected no output, but line 1 of the output is `one`"
        "; `cuebook rehearse --approve` writes what comes into the empty block"
    )


class TestTime:
    """What takes too long is interrupted first, and killed with its process group then."""

    @pytest.mark.parametrize("option", ["", "--timeout", "--budget"])
    def test_what_it_printed_so_far_is_shown_and_kept(self, run, stage, option):
        directive, options = ("", [option, "700ms"]) if option else ("#@timeout 700ms\n", [])
        result = run(f"{directive}printf 'so far'; sleep 60\n", "--take", "a.take", *options)
        assert result.status == 1, result
        told = "the time for the whole run is over" if "bud" in option else "the time was up: 0.7 s"
        assert result.summary[0] == f"demo.sh:{2 - bool(option)}:1: {told}"
        assert result.summary[2] == "  | so far"
        assert '"so far"' in (stage.work / "a.take").read_text()

    def test_it_is_interrupted_first(self, run):
        result = run("#@timeout 500ms\nbash -c 'trap \"echo INT; exit\" INT; sleep 60 & wait'\n")
        assert "INT" in result.printed, result

    def test_its_whole_process_group_is_killed(self, run, stage, until):
        result = run("#@timeout 500ms\nbash -c 'trap \"\" INT; sleep 98 & sleep 99'\n")
        assert result.summary[0].endswith("the time was up: 0.5 s"), result
        until(lambda: not stage.left(), lambda: f"still there: {stage.left()}")


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
    assert result.summary[0] == "demo.sh:2:1: the time for the whole run is over"


def test_the_budget_ends_attempts(run):
    result = run("#@until 1h\nfalse\necho never\n", "--budget", "1s")
    assert (result.status, "never" in result.printed) == (1, False)
    assert result.summary[0] == "demo.sh:2:1: the time for the whole run is over"
