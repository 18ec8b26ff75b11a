"""demosh's language, rehearsed: what runs, what is shown, what is neither."""

from __future__ import annotations

import json

import pytest


def test_a_continued_print_is_printed_and_its_continuation_is_not_run(rehearse, fence):
    run = rehearse(fence("#@print one \\", "  touch two", "touch three"))
    assert run.printed == ["one   touch two"]
    assert run.commands == ["touch three"]
    assert run.status == 0


def test_print_shows_its_text_while_hidden_and_on_stage(rehearse, fence):
    text = "<!-- @print hidden -->\n<!-- @SHOW -->\n<!--@print on stage, `as $is` -->\n"
    assert rehearse(text + fence("true")).printed == ["hidden", "on stage, `as $is`"]


def test_a_directive_after_a_comment_that_was_never_closed(rehearse, fence):
    run = rehearse(f"<!-- set -e >\n<!-- @print still here -->\n{fence('false || true')}")
    assert (run.printed, run.status) == (["still here"], 0)


@pytest.mark.parametrize(
    "block",
    [
        "```bash norun\ntouch ran\n```\n",
        "~~~sh norun\ntouch ran\n~~~\n",
        "```python\ntouch ran\n```\n",
        "```console\n$ touch ran\n```\n",
        "```\ntouch ran\n```\n",
        "    touch ran\n",
        "`touch ran`\n",
        "<!-- touch ran -->\n",
        "<!-- @SKIP -->\n```bash\ntouch ran\n```\n<!-- @SHOW -->\n",
        "```bash\n# touch ran\n## touch ran\n#! touch ran\n#$ touch ran\n```\n",
        "```bash\n#$ touch ran \\\n```\n",
        "<!-- @macro never_used -->\n```bash\ntouch ran\n```\n<!-- @end -->\n",
    ],
)
def test_what_is_not_run(rehearse, fence, stage, block):
    run = rehearse(f"{block}\n{fence('ls')}")
    assert run.status == 0, run
    assert not (stage.work / "ran").exists(), run
    assert run.commands == ["ls"]


@pytest.mark.parametrize(
    "block",
    [
        "```bash\necho ran\n```\n",
        "```sh\necho ran\n```\n",
        "```shell\necho ran\n```\n",
        "~~~bash\necho ran\n~~~\n",
        "- item\n\n  ```bash\n  echo ran\n  ```\n",
        "> ```bash\n> echo ran\n> ```\n",
        "1. a\n   - b\n     ~~~~sh\n     echo ran\n     ~~~~\n",
        "```bash\n## hidden\n#$ only typed\n# prose\necho ran # a comment\n```\n",
    ],
)
def test_what_is_run(rehearse, block):
    run = rehearse(block)
    assert (run.printed, run.status) == (["ran"], 0), run


def test_hash_marks_in_a_here_document_and_in_a_string_are_text(run, stage):
    text = "#@print no\n#@wat\n# text\n## text\n#$ text\n"
    result = run(f"cat > here <<EOF\n{text}EOF\nprintf %s '{text}' > string\n")
    assert result.status == 0, result
    assert (stage.work / "here").read_text() == text
    assert (stage.work / "string").read_text() == text


class TestMacros:
    TWO = (
        "<!-- @macro inner -->\n```bash\necho inner\n```\n<!-- @end -->\n"
        "<!-- @macro outer -->\n```bash\necho outer\ninner\n```\n<!-- @inner -->\n<!-- @end -->\n"
    )

    @pytest.mark.parametrize("use", ["<!-- @outer -->\n", "```bash\nouter\n```\n"])
    def test_the_body_runs_where_it_is_used(self, rehearse, fence, use):
        run = rehearse(f"{self.TWO}{fence('echo before')}{use}{fence('echo after')}")
        assert run.printed == ["before", "outer", "inner", "inner", "after"]
        assert run.status == 0

    def test_the_body_is_hidden_and_the_state_outside_is_back_after_it(self, stage, fence):
        text = f"{self.TWO}<!-- @SHOW -->\n{fence('echo a')}<!-- @outer -->\n{fence('echo b')}"
        stage.write({"demo.md": text})
        steps = json.loads(stage.cuebook("steps", "--format=json", "demo.md").stdout)
        shown = [(s["text"].strip(), s["shown"]) for s in steps if s["kind"] == "command"]
        assert shown == [
            ("echo a", True),
            ("echo outer", False),
            *[("echo inner", False)] * 2,
            ("echo b", True),
        ]

    def test_the_place_of_a_failure_in_a_macro_names_its_use(self, rehearse, fence):
        text = "<!-- @macro m -->\n```bash\nfalse\n```\n<!-- @end -->\n"
        run = rehearse(f"{text}<!-- @macro n -->\n<!-- @m -->\n<!-- @end -->\n\n<!-- @n -->\n")
        assert run.summary == [
            "demo.md:3:1: failed with exit status 1",
            "    via demo.md:7:6",
            "    via demo.md:10:6",
            "  $ false",
            "✗ demo.md: 0 steps passed, 1 failed",
        ]


class TestImports:
    def test_markdown_and_shell_are_read_by_their_endings(self, rehearse, fence):
        files = {
            "lib/a.md": f"# A\n{fence('echo a; in_a=1')}<!-- @import b.sh -->\n",
            "lib/b.sh": "# prose\necho b; f() { echo f; }\n",
            "lib/b2.sh": "echo b2\n",
        }
        text = f"<!-- @import lib/a.md -->\n{fence('#@import lib/b2.sh', 'echo $in_a; f')}"
        run = rehearse(text, files=files)
        assert [line for line in run.printed if line != "A"] == ["a", "b", "b2", "1", "f"]

    def test_it_is_looked_for_beside_the_importing_file_then_here(self, rehearse):
        files = {"lib/a.sh": "#@import b.sh\n#@import c.sh\n", "lib/b.sh": "echo beside\n"}
        files |= {"b.sh": "echo wrong\n", "c.sh": "echo here\n"}
        assert rehearse("<!-- @import lib/a.sh -->\n```sh\ntrue\n```\n", files=files).printed == [
            "beside",
            "here",
        ]

    def test_the_place_of_a_failure_names_every_import(self, rehearse, fence):
        files = {"lib/a.md": "text\n\n<!-- @import b.sh -->\n", "lib/b.sh": "true\n(exit 4)\n"}
        run = rehearse(f"{fence('true')}<!-- @import lib/a.md -->\n", files=files)
        assert run.summary == [
            "lib/b.sh:2:1: failed with exit status 4",
            "    via lib/a.md:3:6",
            "    via demo.md:4:6",
            "  $ (exit 4)",
            "✗ demo.md: 2 steps passed, 1 failed",
        ]
        assert run.status == 1


class TestWords:
    def test_a_program_on_path_is_run_as_a_command(self, rehearse, stage, fence):
        stage.write({"bin/greet": '#!/bin/sh\necho "greet $# $2"\n'})
        (stage.work / "bin/greet").chmod(0o755)
        path = f"{stage.work}/bin:{stage.env['PATH']}"
        text = f"<!-- @greet 'a b' $((1 + 1)) -->\n{fence('#@greet x', 'echo end')}"
        run = rehearse(text, env={"PATH": path})
        assert (run.printed, run.status) == (["greet 2 2", "greet 1 ", "end"], 0), run

    def test_a_function_that_a_block_defines(self, rehearse, fence):
        run = rehearse(f"{fence('f() { echo f $1; }')}<!-- @f x -->\n")
        assert (run.printed, run.status) == (["f x"], 0)

    @pytest.mark.parametrize("word", ["<!-- @nowhere_known x -->", "```sh\n#@nowhere_known\n```"])
    def test_an_unknown_word_is_an_error_and_nothing_runs(self, rehearse, stage, fence, word):
        run = rehearse(f"{fence('touch ran')}{word}\n{fence('ls')}")
        assert run.status == 2, run
        assert run.stderr.startswith("demo.md:"), run
        assert "`@nowhere_known` is no directive" in run.stderr
        assert (run.stdout, (stage.work / "ran").exists()) == ("", False)

    def test_a_word_is_looked_up_in_the_live_shell_where_functions_may_come_from_elsewhere(
        self, rehearse, fence
    ):
        files = {"lib.sh": "sourced() { echo sourced $1; }\n"}
        text = f"{fence('source ./lib.sh')}<!-- @sourced x -->\n{fence('echo end')}"
        run = rehearse(text, files=files)
        assert (run.printed, run.status) == (["sourced x", "end"], 0)

    def test_a_word_that_the_live_shell_does_not_know_either_fails_with_its_place(
        self, rehearse, fence
    ):
        text = f"{fence('eval true')}<!-- @nowhere_known -->\n{fence('touch ran')}"
        run = rehearse(text)
        assert run.status == 1, run
        assert run.summary[0].startswith("demo.md:4:6: "), run
        assert "nowhere_known" in "\n".join(run.summary)
        assert run.commands[-1] != "touch ran"


def test_nothing_waits(rehearse, fence):
    text = (
        "<!-- @wait -->\n<!-- @SHOW -->\n<!-- @wait_clear -->\n<!-- @start_livecast -->\n"
        "<!-- @browser_then_terminal -->\n<!-- @slides_then_terminal -->\n<!-- @clear -->\n"
        f"<!-- @waitafter -->\n{fence('wait_clear', 'browser_then_terminal', 'echo end')}"
    )
    run = rehearse(text)
    assert (run.printed, run.status) == (["end"], 0), run


@pytest.mark.parametrize(
    "modifier", ["waitafter", "nowaitbefore", "noshow", "notypeout", "immed", "immediate"]
)
def test_what_changes_the_show_changes_no_rehearsal(rehearse, fence, modifier):
    run = rehearse(f"<!-- @SHOW -->\n<!-- @{modifier} -->\n{fence('echo a', 'echo b')}")
    assert (run.printed, run.status) == (["a", "b"], 0)


class TestExport:
    ASK = ("x=1", "sh -c 'echo ${x-none}'")

    def test_assignments_are_exported(self, rehearse, fence):
        assert rehearse(fence(*self.ASK)).printed == ["1"]

    def test_unless_the_front_matter_says_otherwise(self, rehearse, fence):
        assert rehearse(f"---\nexport: false\n---\n{fence(*self.ASK)}").printed == ["none"]

    def test_or_the_runbook_turns_it_off(self, rehearse, fence):
        assert rehearse(fence("set +a", *self.ASK)).printed == ["none"]

    def test_hooks_and_what_the_engine_brings_are_not_functions_of_child_shells(self, run):
        result = run("bash -c 'declare -F; compgen -v | grep __cue'; env | grep __cue; true")
        assert result.printed == [], result


def test_variables_and_arguments_are_the_shells(run):
    assert run("echo $0 $#").printed == ["demo.sh 0"]
