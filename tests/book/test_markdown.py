"""Markdown -> steps."""

from __future__ import annotations

import pytest


def test_prose_and_commands(book):
    read = book("# Title\n\nHello\nthere.\n\n```bash\nls\npwd\n```\n\nBye.\n")
    assert read.steps == [
        "prose|-|# Title\n\nHello\nthere.",
        "command|-|ls",
        "command|-|pwd",
        "prose|-|Bye.",
    ]
    assert [str(s.place).rsplit("demo.md:")[-1] for s in read.runbook.steps] == [
        "1:1",
        "7:1",
        "8:1",
        "11:1",
    ]
    assert [s.block for s in read.runbook.steps] == [0, 1, 1, 0]
    assert [s.language for s in read.runbook.steps] == ["markdown", "", "", "markdown"]


@pytest.mark.parametrize("info", ["bash", "sh", "shell", "bash title=x", "  bash "])
@pytest.mark.parametrize("fence", ["```", "~~~~", "   `````"])
def test_shell_blocks(book, fence, info):
    assert book(f"{fence}{info}\nls\n{fence}\n").steps == ["command|-|ls"]


@pytest.mark.parametrize(
    "info", ["", "yaml", "console", "shell-session", "bash norun", "sh x norun"]
)
def test_other_blocks_are_shown_never_run(book, info):
    read = book(f"```{info}\nls\n```\n\n```bash\ntrue\n```\n")
    assert read.steps == ["code|-|ls", "command|-|true"]
    assert read.runbook.steps[0].language == (info.split() or [""])[0]


def test_blocks_in_lists_and_quotes(book):
    read = book(
        "- one\n\n  ```bash\n  ls\n    pwd\n  ```\n\n> ```sh\n> cat <<E\n>  x\n> E\n> ```\n"
    )
    assert read.steps == [
        "prose|-|- one",
        "command|-|ls",
        "command|-|  pwd",
        "command|-|cat <<E\n x\nE",
    ]
    assert [(s.place.line, s.place.column) for s in read.runbook.steps] == [
        (1, 1),
        (4, 3),
        (5, 5),
        (9, 3),
    ]


@pytest.mark.parametrize("code", ["  \n  ls\n", "\n  ls\n", "\n", ""])
def test_a_block_stands_where_its_fence_does_whatever_its_first_line_is(book, code):
    read = book(f"- one\n\n  ```text\n{code}  ```\n\n```bash\ntrue\n```\n")
    assert [(s.place.line, s.place.column) for s in read.runbook.steps][1] == (4, 3)


def test_indented_code_is_prose(book):
    read = book("Try\n\n    ls\n    <!-- @wait -->\n\n```sh\ntrue\n```\n")
    assert read.steps == ["prose|-|Try\n\n    ls\n    <!-- @wait -->", "command|-|true"]


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- @wait -->",
        "<!--@wait-->",
        "  <!--   @wait   -->  ",
        "<!--\n@wait\n-->",
        "<!--\n\n@wait-->",
    ],
)
def test_directive_comments(book, comment):
    assert book(f"a\n{comment}\nb\n").steps == ["prose|-|a", "wait|-", "prose|-|b"]


def test_directives_in_a_list_and_a_quote(book):
    assert book("- a\n  <!-- @wait -->\n- b\n\n> c\n> <!-- @clear -->\n> d\n").steps == [
        "prose|-|- a",
        "wait|-",
        "prose|-|- b\n\n> c",
        "clear|-",
        "prose|-|> d",
    ]


def test_longer_arguments(book):
    read = book("<!-- @print one\n     two --\\> three\n-->\n")
    assert read.steps == ["print|-|one\ntwo --> three"]


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("1. a\n2. <!-- @wait -->\n   b\n", ["1. a", "2. b"]),
        ("2. <!-- @wait --> b\n", ["2. b"]),
        ("2. <!-- @wait\n   -->\n\n   b\n", ["2. b"]),
        ("2. <!-- said to nobody -->\n   b\n", ["2. b"]),
        ("  - <!-- @wait -->\n\n    - b\n", ["  - - b"]),
        ("2. <!-- @immed -->\n\n   ```bash\n   ls\n   ```\n", ["2."]),
        ("2. ```bash\n   ls\n   ```\n", ["2."]),
        ("- <!-- @wait -->\n\nb\n", ["b"]),
        ("- <!-- @immed -->\n\n```bash\nls\n```\n", []),
        ("a 2. <!-- nothing -->\n", ["a 2. <!-- nothing -->"]),
    ],
)
def test_an_item_that_begins_with_a_comment_or_a_block_keeps_its_number(book, text, prose):
    steps = book(f"{text}\n```bash\nend\n```\n").steps
    assert [step.split("|")[-1] for step in steps if step.startswith("prose|")] == prose


def test_comments_on_one_line(book):
    read = book("<!-- @wait --><!-- x --> <!-- @clear --> and text\nmore\n")
    assert read.steps == ["wait|-", "clear|-", "prose|-|and text", "prose|-|more"]


def test_ordinary_comments_are_neither_shown_nor_run(book):
    assert book("a\n\n<!-- secret\n\n```bash\nrm\n```\n\n-->\n\nb\n").steps == [
        "prose|-|a",
        "prose|-|b",
    ]


def test_empty_comments_are_closed(book):
    assert book("<!-->\n<!--->\n<!---->\na\n").steps == ["prose|-|a"]


def test_a_broken_comment_does_not_swallow_its_neighbours(book):
    read = book("<!-- set -e >\n\nHello\n<!-- @wait -->\n\n```sh\nls\n```\n<!-- @clear\n")
    assert read.steps == ["prose|-|Hello", "wait|-", "command|-|ls"]
    message = "warning: a comment that never closes: only its first line is left out"
    assert read.problems == [f"demo.md:1:1: {message}", f"demo.md:9:1: {message}"]


def test_a_broken_comment_after_a_good_one(book):
    read = book("<!-- @wait --> <!-- x\ntext\n")
    assert read.steps == ["wait|-", "prose|-|text"]
    assert "demo.md:1:16: warning: a comment that never closes" in read.problems[1]


def test_html_goes_on_around_a_directive(book):
    read = book("<details>\n<!-- @wait -->\n<b>x</b>\n</details>\n")
    assert read.steps == ["prose|-|<details>", "wait|-", "prose|-|<b>x</b>\n</details>"]


def test_pre_is_left_alone(book):
    read = book("<pre>\n```bash\nrm\n```\n</pre>\n\n```bash\nls\n```\n")
    assert read.commands == ["ls\n"]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Hello <!-- @wait --> there", "1:7"),
        ("a\nb <!--@wait-->\nc", "2:3"),
        ("<td><!-- @wait --></td>", "1:5"),
        ("<!-- x --> text <!-- @wait -->", "1:12"),
    ],
)
def test_a_directive_inside_a_line_is_a_warning(book, text, at):
    read = book(f"{text}\n\n```sh\nls\n```\n")
    assert read.problems == [
        f"demo.md:{at}: warning: "
        "a directive inside a line of text has no effect: give it a line of its own"
    ]


def test_a_directive_in_a_code_span_is_text(book):
    assert book("Write `<!-- @wait -->` so.\n\n```sh\nls\n```\n").problems == []


def test_headings(book):
    read = book(
        "```sh\na\n```\n# The *first* `one` [x](y)\ntext\n```sh\nb\n```\n"
        "Second\n===\n\n## Third ##\n```sh\nc\n```\n"
    )
    assert [(s.text.split("\n")[0], s.heading, s.level) for s in read.runbook.steps] == [
        ("a", "", 0),
        ("# The *first* `one` [x](y)", "The first one x", 1),
        ("b", "The first one x", 1),
        ("Second", "Second", 1),
        ("## Third ##", "Third", 2),
        ("c", "Third", 2),
    ]


def test_headings_around_an_import_and_a_macro(book):
    read = book(
        "<!-- @macro m -->\n```sh\nbody\n```\n<!-- @end -->\n## Own\n<!-- @import in.md -->\n"
        "<!-- @m -->\n<!-- @wait_clear -->\n",
        in_md="```sh\na\n```\n#### Its\n```sh\nb\n```\n",
    )
    assert [(s.text.strip(), s.heading, s.level) for s in read.runbook.steps] == [
        ("## Own", "Own", 2),
        ("a", "Own", 2),
        ("#### Its", "Its", 4),
        ("b", "Its", 4),
        ("body", "Own", 2),
        ("", "Own", 2),
        ("", "Own", 2),
    ]


def test_a_thematic_break_is_prose(book):
    assert (
        book("---\n\na\n\n---\n\nb: c\n\n---\n").steps[0]
        == "prose|-|---\n\na\n\n---\n\nb: c\n\n---"
    )


def test_line_ends_and_byte_order_mark(book):
    read = book("\ufeff# A\r\n\r\n```bash\r\nls \\\r\n  -l\r\n```\r\n")
    assert read.steps == ["prose|-|# A", "command|-|ls \\\n  -l"]


def test_no_end_of_line(book):
    assert book("```bash\nls\n```").commands == ["ls\n"]
    assert book("```bash\nls").commands == ["ls\n"]


def test_an_open_fence(book):
    read = book("a\n\n```bash\nls\n\n# prose\n")
    assert read.steps == ["prose|-|a", "command|-|ls", "prose|-|# prose"]
    assert read.problems == [
        "demo.md:3:1: warning: a fence that never closes: all that follows is taken to be in it"
    ]


def test_an_open_fence_at_the_end(book):
    assert "demo.md:1:1: warning: a fence that never closes" in book("```bash").problems[1]


@pytest.mark.parametrize(
    ("info", "written", "meant"),
    [
        ("bahs", "bahs", "bash"),
        ("Bash", "Bash", "bash"),
        ("SH", "SH", "sh"),
        ("shel", "shel", "shell"),
        ("bassh", "bassh", "bash"),
        (" {.bash}", "{.bash}", "bash"),
        ("{ .bash .numbers }", "{ .bash .numbers }", "bash"),
        ("bash,norun", "bash,norun", "bash"),
        ("bash{1,3}", "bash{1,3}", "bash"),
    ],
)
def test_a_misspelt_language(book, info, written, meant):
    read = book(f"a\n\n~~~{info}\nls\n~~~\n\n```sh\nls\n```\n")
    assert read.problems == [
        f"demo.md:3:1: warning: a block in `{written}` is shown and not run: "
        f"did you mean `{meant}`?"
    ]
    assert read.steps == ["prose|-|a", "code|-|ls", "command|-|ls"]


@pytest.mark.parametrize("word", ["NoRun", "no-run", "{norun}", "norun,", "norun=true"])
def test_a_misspelt_norun(book, word):
    read = book(f"a\n\n~~~bash {word}\nls\n~~~\n")
    assert read.problems == [
        f"demo.md:3:1: warning: a block in `bash {word}` is run: did you mean `norun`?"
    ]
    assert read.commands == ["ls\n"]


@pytest.mark.parametrize(
    "info",
    ["", "zsh", "ash", "dash", "fish", "ksh", "nushell", "powershell", "bat", "batch", "basic",
     "console", "shellsession", "sh-session", "hs", "ssh", "s", "yaml", "text", "bahs norun"],
)  # fmt: skip
def test_another_language(book, info):
    assert book(f"```{info}\na\n```\n```sh\nls\n```\n").problems == []


def test_expected_output(book):
    read = book("```bash\nls\n```\n<!-- note to self -->\n\n```output\na\n...\n```\n")
    assert read.steps == ["command|-|ls", "output|-|a\n..."]
    assert [s.block for s in read.runbook.steps] == [1, 1]
    assert read.problems == []


def test_output_after_a_block_that_does_not_run_is_shown(book):
    assert book("```sh norun\na\n```\n```output\nb\n```\n```sh\nc\n```\n").steps == [
        "code|-|a",
        "code|-|b",
        "command|-|c",
    ]


@pytest.mark.parametrize(
    "between",
    ["text\n", "<!-- @wait -->\n", "```yaml\na: b\n```\n", "# heading\n", "```output\nx\n```\n"],
)
def test_output_elsewhere_is_an_error(book, between):
    read = book(f"```bash\nls\n```\n{between}```output\na\n```\n")
    assert read.errors == [
        f"demo.md:{4 + between.count(chr(10))}:1: error: an output block stands right after the "
        "shell block whose output it expects, one at most; there is none here"
    ]


def test_a_thousand_lists_in_each_other(book):
    for text in ("- " * 1000 + "x\n", "".join("  " * i + "- x\n" for i in range(1000)), ">" * 1000):
        errors = book(f"```sh\nls\n```\n\n{text}\n").errors
        assert len(errors) == 1
        assert "error: lists and quotes stand too deep in each other here" in errors[0]


def test_many_lists_in_each_other_work(book):
    text = "".join("  " * i + "- x\n" for i in range(20)) + " " * 40 + "```sh\n" + " " * 40 + "ls\n"
    assert book(text).commands == ["ls\n"]
