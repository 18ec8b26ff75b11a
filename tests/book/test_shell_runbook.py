"""Shell blocks and shell runbooks -> steps."""

from __future__ import annotations

import pytest


def test_comments(shell):
    read = shell(
        "#!/bin/bash\n## hidden\n# prose\n#more\n\n# again\nls # kept\n#$ typed  out\n#$typed\n#\n"
    )
    assert read.steps == [
        "prose|-|# prose\n#more",
        "prose|-|# again",
        "command|-|ls # kept",
        "typed|-|typed  out",
        "typed|-|typed",
    ]
    assert read.runbook.steps[0].language == "shell"


def test_same_in_a_markdown_block(book):
    read = book("```bash\n# prose\n#@wait\n#$ typed\nls\n## hidden\n```\n")
    assert read.steps == ["prose|-|# prose", "wait|-", "typed|-|typed", "command|-|ls"]


def test_hash_in_strings_and_here_documents(shell):
    read = shell("cat <<E\n#@SHOW\n# a\nE\necho '\n#@HIDE\n# b'\n")
    assert read.steps == ["command|-|cat <<E\n#@SHOW\n# a\nE", "command|-|echo '\n#@HIDE\n# b'"]
    assert read.problems == []


def test_a_directive_goes_on_after_a_backslash(shell):
    read = shell("#@print one \\\n  it's \\\ntwo\nls\n")
    assert read.steps == ["print|-|one   it's two", "command|-|ls"]
    assert read.problems == []


def test_a_backslash_in_a_here_document_is_none(shell):
    text = "cat <<'E'\n#@print \\\nE\n#@print a\\\nb\nls\n"
    read = shell(text)
    assert read.steps == ["command|-|cat <<'E'\n#@print \\\nE", "print|-|ab", "command|-|ls"]


def test_a_backslash_at_the_very_end(shell):
    assert shell("ls\n#@print a\\").steps == ["command|-|ls", "print|-|a\\"]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("for i in 1; do\n  #@immed\n  ls\ndone\n", "2:4"),
        ("f() {\n#@immed\n ls\n}\n", "2:2"),
        ("ls #@immed\n", "1:5"),
    ],
)
def test_a_directive_inside_a_command_is_a_warning(shell, text, at):
    read = shell(text)
    assert read.commands == [text]
    assert read.problems == [
        f"demo.sh:{at}: warning: "
        "`@immed` has no effect inside a command or after one: put it before it"
    ]


def test_indented_directives_count(shell):
    assert shell("  #@immed\nls\n").steps == ["command|-|ls|@immed"]


def test_a_space_after_the_at_sign_is_an_error(shell):
    assert shell("#@ wait\nls\n").errors == [
        "demo.sh:1:2: error: a directive's name stands right after its `@`"
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# @wait", "wait"),
        ("#wait_clear", "wait_clear"),
        ("#immed", "immed"),
        ("#  @show_5", "show_5"),
    ],
)
def test_lookalikes(shell, text, name):
    read = shell(f"{text}\nls\n")
    assert read.problems == [
        f"demo.sh:1:1: warning: `{name}` is an ordinary comment here: "
        f"a directive is written `#@{name}`, with no space in `#@`"
    ]


@pytest.mark.parametrize("text", ["# wait for it", "#waiting", "# import this", "#1", "#show me"])
def test_no_lookalikes(shell, text):
    assert shell(f"{text}\nls\n").problems == []


@pytest.mark.parametrize(
    ("comment", "name"), [("wait_clear", "wait_clear"), ("immed", "immed"), ("SHOW", "SHOW")]
)
def test_lookalikes_in_markdown(book, comment, name):
    read = book(f"a\n<!-- {comment} -->\n```sh\nls\n```\n")
    assert read.problems == [
        f"demo.md:2:6: warning: `{name}` is an ordinary comment here: "
        f"a directive is written `<!-- @{name} -->`"
    ]


def test_other_comments_in_markdown_are_fine(book):
    assert (
        book("<!-- set -e -->\n<!-- wait for it -->\n<!-- TODO -->\n```sh\nls\n```\n").problems
        == []
    )


@pytest.mark.parametrize(
    ("name", "text"), [("a.md", "# prose"), ("a.MARKDOWN", "# prose"), ("a.sh", "ls"), ("a", "ls")]
)
def test_read_by_its_ending(book, name, text):
    assert book(f"{text}\n", name).steps in (["prose|-|# prose"], ["command|-|ls"])


def test_a_whole_shell_runbook_is_one_block(shell):
    assert [s.block for s in shell("a\n# b\n\nc\n").runbook.steps] == [1, 1, 1]
