"""Files that cannot be read, blocks that are not bash, front matter that is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner.book.model import FrontMatter, Place, Written
from runner.book.read import read


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"",
            "the file is empty: a runbook has a command at least, in a block that begins ```bash",
        ),
        (b" \n\n", "the file is empty: "),
        (
            b"# Just\n\nprose\n",
            "there is no command to run in it: no bash, sh or shell block has one",
        ),
        (b"```bash\n# prose\n#@wait\n```\n", "there is no command to run in it"),
        (b"```python\nx\n```\n", "there is no command to run in it"),
        (b"ok\n\0", "is a binary file: line 2 has a NUL byte"),
        (b"ok\nok\n\xff\n", "is not UTF-8 text: see line 3"),
    ],
)
def test_bad_files(tmp_path, data, message):
    path = tmp_path / "demo.md"
    path.write_bytes(data)
    runbook = read(path)
    assert len(runbook.problems) == 1
    assert str(runbook.problems[0]).startswith(f"{path}: error: ")
    assert runbook.problems[0].line == "", "no line of it is to blame"
    assert message in runbook.problems[0].message


def test_no_such_file_and_a_directory(tmp_path):
    for path, message in (
        (tmp_path / "none.md", "there is no such file"),
        (tmp_path, "it is a directory, not a runbook"),
    ):
        (problem,) = read(path).problems
        assert str(problem) == f"{path}: error: {message}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("backup.m", "backup.md"),
        ("backup", "backup.md"),
        ("bakcup.md", "backup.md"),
        ("lib/tool.sh", "lib/tools.sh"),
        ("lib/backup.md", None),
        ("bat.md", None),
        ("gone/x.md", None),
        ("folder.d", "folder.md"),
        ("libs", "lib"),
    ],
)
def test_the_name_of_a_file_that_is_not_there_is_looked_for_in_its_folder(
    tmp_path, monkeypatch, typed, meant
):
    monkeypatch.chdir(tmp_path)
    for name in ("backup.md", "lib/tools.sh", "folder.md/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("ls\n")
    (problem,) = read(Path(typed)).problems
    guess = f"; did you mean {meant}?" if meant else ""
    assert str(problem) == f"{typed}: error: there is no such file{guess}"


LOOKS_LIKE_MARKDOWN = (
    "this looks like Markdown, and only a file whose name ends in .md or .markdown is read as "
    "Markdown: rename it"
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# A backup\n\nMake it\n\n```bash\nls\n```\n", 5),
        ("Don't run this.\n\n~~~ sh\nls\n~~~\n\nIt's prose.\n", 3),
        ('The "desk"\n```shell norun\nls\n```\n', 2),
        ("- a\n\n  ```bash\n  ls\n  ```\n", 3),
        ("cat <<'E'\n```bash\nE\n```bash\nls\n```\n", 4),
    ],
)
def test_markdown_whose_name_does_not_say_so(book, text, line):
    read = book(text, "backup.txt")
    assert read.problems == [f"backup.txt:{line}:1: error: {LOOKS_LIKE_MARKDOWN}"]
    assert read.steps == []


def test_an_import_that_looks_like_markdown(book):
    read = book("```sh\nls\n```\n<!-- @import part.txt -->\n", part_txt="Hi\n```sh\nls\n```\n")
    assert read.errors == [f"part.txt:2:1: error: {LOOKS_LIKE_MARKDOWN}"]


@pytest.mark.parametrize(
    "text",
    [
        "cat >demo.md <<'E'\n# Demo\n```bash\nls\n```\nE\n",
        "echo 'a\n```bash\nls\n```\n'\n",
        'x="\n~~~ sh\nls\n~~~\n"\n',
        "# ```bash\nls\n",
        "ls\n~~~\n",
        ": '\n```yaml\n'\n",
    ],
)
def test_a_shell_runbook_that_only_mentions_a_fence(shell, text):
    assert shell(text).problems == []


def test_a_file_that_may_not_be_read(book, monkeypatch):
    may = Path.open

    def may_not(path, *arguments, **options):
        if path.name == "secret.sh" and "rb" in arguments:
            raise PermissionError(13, "Permission denied")
        return may(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", may_not)
    import_it = "```sh\nls\n```\n<!-- @import secret.sh -->\n"
    assert book(import_it, secret_sh="ls\n").errors == [
        "demo.md:4:6: error: `secret.sh` may not be read: permission denied"
    ]
    assert "may not be read: permission denied" in book("ls\n", "secret.sh").errors[0]


def test_a_name_that_is_too_long():
    (problem,) = read(Path("x" * 300)).problems
    assert problem.message == "it cannot be read: File name too long"


def test_a_device():
    assert "is not a file with text in it" in read(Path("/dev/zero")).problems[0].message


def test_a_pipe(tmp_path):
    reading, writing = os.pipe()
    os.write(writing, b"ls\n")
    os.close(writing)
    assert [s.text for s in read(Path(f"/dev/fd/{reading}")).steps] == ["ls\n"]
    os.close(reading)


def test_too_large(tmp_path):
    path = tmp_path / "demo.md"
    with path.open("wb") as file:
        file.truncate(17 * 1024 * 1024)
    assert "is larger than 16 MiB" in read(path).problems[0].message


def test_no_bash(tmp_path):
    path = tmp_path / "demo.sh"
    path.write_text("ls\n")
    (problem,) = read(path, bash="/nowhere/bash").problems
    assert problem.message == "`/nowhere/bash` was not found on PATH"


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("ls\nls )\n", "2:1", "syntax error near unexpected token `)'"),
        (
            "ls\nif true; then\n  ls\n",
            "2:1",
            "syntax error: unexpected end of file: the `if` of line 2 has no `fi`",
        ),
        ("ls\n  echo 'a\n", "2:3", "unexpected EOF while looking for matching `''"),
        ("create <name>\n", "1:1", "syntax error near unexpected token `newline'"),
        ("[[ a = ]]\n", "1:1", "unexpected argument `]]' to conditional binary operator"),
        ("a: b\n  - c: (d)\n", "2:3", "syntax error near unexpected token `('"),
        ("-x (\n", "1:1", "syntax error near unexpected token `newline'"),
    ],
)
def test_not_valid_bash(shell, text, at, reason):
    assert shell(text).errors == [f"demo.sh:{at}: error: this is not valid bash: {reason}"]


@pytest.mark.parametrize(
    ("text", "row", "names"),
    [
        ("for x in a b; do\n  echo $x\n", 1, "the `for` of line {} has no `done`"),
        ("if a; then\n  while b; do c; done\n", 1, "the `if` of line {} has no `fi`"),
        ("while a; do\n  if b; then\n    c\n", 2, "the `if` of line {} has no `fi`"),
        ("f() {\n  ls\n", 1, "the `{{` of line {} has no `}}`"),
        ("case $x in\n  a) ls ;;\n", 1, "the `case` of line {} has no `esac`"),
        ("ls\n(\nls\n", 2, "the `(` of line {} has no `)`"),
        ("while read; do\n  cat <<E\nfor\nE\n", 1, "the `while` of line {} has no `done`"),
        ("ls &&\n", 1, "in the block that begins in line {}"),
    ],
)
def test_what_has_no_end_is_named(book, text, row, names):
    (error,) = book(f"# A heading\n\n```sh\n{text}```\n").errors
    place, _, message = error.partition(": error: ")
    assert message == (
        f"this is not valid bash: syntax error: unexpected end of file: {names.format(row + 3)}"
    )
    assert place.startswith(f"demo.md:{row + 3}:")


def test_a_bash_that_cannot_be_started_is_not_the_runbooks_fault(shell, monkeypatch):
    def fail(*_, **__):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("runner.book.gate.subprocess.run", fail)
    with pytest.raises(OSError, match=r"Too many open files: '?bash'?"):
        shell("ls\n")


def test_every_invalid_block_is_found_and_two_halves_do_not_make_a_whole(book):
    read = book(
        "```sh\necho 'a\n```\n\n```sh\nb'\n```\n\n```sh\nls\n```\n\n> ```sh\n> if\n> ```\n\n"
        "```sh\n{\n```\n```sh\n}\n```\n"
    )
    assert [e.split(" error: ")[0] for e in read.errors] == [
        "demo.md:2:1:",
        "demo.md:6:1:",
        "demo.md:14:3:",
        "demo.md:18:1:",
        "demo.md:21:1:",
    ]


def test_a_here_document_without_an_end(shell):
    read = shell("ls\ncat <<EOF\nhi\n")
    assert read.steps == ["command|-|ls", "command|-|cat <<EOF\nhi"]
    assert read.problems == [
        "demo.sh:2:1: warning: a here-document that never ends: no line says just `EOF`"
    ]


def test_a_block_that_begins_with_a_dash_is_no_option_of_bash(shell):
    assert shell("-x\ncat <<A <<B\nA\nB\n").problems == []


def test_nothing_is_executed(shell, tmp_path, monkeypatch):
    (tmp_path / "env").write_text("touch env-ran\n")
    monkeypatch.setenv("BASH_ENV", str(tmp_path / "env"))
    shell("touch ran\n: $(touch ran)\ncat <<A <<B\n$(touch ran)\nA\nB\nls !(x)\n#@touch ran\n")
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "env-ran").exists()


def test_problems_in_a_skipped_part_are_found(book):
    read = book(
        "```sh\nls\n```\n<!-- @SKIP -->\n```sh\nls )\n```\n"
        "<!-- @waitt -->\n<!-- @exit x -->\n```sh\nx\n```\n"
    )
    assert [e.split(" error: ")[0] for e in read.errors] == [
        "demo.md:6:1:",
        "demo.md:8:6:",
        "demo.md:9:6:",
    ]


BODY = "```sh\nls\n```\n"


def test_front_matter(book):
    read = book(
        "---\ntitle: A talk\ndescription: 'About: it'\ncwd: ..\nrequires:\n  - jq >=1.6\n  - bat\n"
        "env:\n  A: 1\n  B: yes\n  C:\nexport: false\ntimeout: 1m30s\n"
        "redact: ['tok[0-9]+']\n---\n# T\n" + BODY
    )
    assert read.problems == []
    path = read.runbook.path
    assert read.runbook.front == FrontMatter(
        title="A talk",
        description="About: it",
        cwd="..",
        requires=(Written("jq >=1.6", Place(path, 6, 5)), Written("bat", Place(path, 7, 5))),
        env={"A": "1", "B": "yes", "C": ""},
        export=False,
        timeout=90.0,
        redact=("tok[0-9]+",),
    )
    assert read.steps == ["prose|-|# T", "command|-|ls"]
    assert read.runbook.steps[0].place.line == 16


def test_its_cwd_must_be_a_directory(book):
    text = f"---\ntitle: T\ncwd: {{}}\n---\n{BODY}"
    for name in ("nowhere", "demo.md", "x" * 300, '"a\\0b"'):
        (error,) = book(text.format(name)).errors
        assert error.startswith("demo.md:3:6: error: `cwd` must be a directory"), error
    assert book(text.format("sub"), **{"sub/a_md": ""}).errors == []


def test_its_cwd_is_not_looked_at_where_another_one_counts(book, tmp_path):
    path = tmp_path / "demo.md"
    path.write_text(f"---\ncwd: nowhere\n---\n{BODY}")
    assert read(path, cwd=tmp_path).errors == ()


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("0.5", 0.5), ("90s", 90), ("1h5m", 3900), ("500ms", 0.5)]
)
def test_its_time_out(book, text, seconds):
    read = book(f"---\ntimeout: {text}\n---\n{BODY}")
    assert (read.runbook.front.timeout, read.problems) == (seconds, [])


@pytest.mark.parametrize("text", ["1h5", "5m30", "0", "-1", "1e3", "inf", ".5", "٣", "[5]"])
def test_no_time_out(book, text):
    assert book(f"---\ntimeout: {text}\n---\n{BODY}").errors == [
        "demo.md:2:10: error: `timeout` needs seconds, or a duration such as 90s or 5m"
    ]


def test_front_matter_of_an_import(book):
    read = book(f"<!-- @import a.md -->\n{BODY}", a_md="---\ncwd: x\n---\ntext\n")
    assert read.runbook.front == FrontMatter()
    assert read.steps[0] == "prose|-|text"
    assert read.problems == [
        "a.md:1:1: warning: front matter counts only at the top of the runbook itself"
    ]


def test_places_after_front_matter(book):
    assert book(f"---\ntitle: é\n---\n<!-- @wait x -->\n{BODY}").errors == [
        "demo.md:4:6: error: `@wait` takes no argument, but has `x`"
    ]


@pytest.mark.parametrize(
    "text", ["---\ntext\n---\n", "---\n- a\n---\n", "---\na: b\n", "a\n---\nb: c\n---\n"]
)
def test_no_front_matter(book, text):
    read = book(f"{text}\n{BODY}")
    assert read.problems == []
    assert "\n".join(s.text for s in read.runbook.steps[:-1]) == text.rstrip()


@pytest.mark.parametrize(
    ("yaml", "problem"),
    [
        (
            "title: a\ntitel: b",
            "3:1: warning: unknown key `titel` in front matter; did you mean `title`?",
        ),
        ("Timeout: 5m", "2:1: warning: unknown key `Timeout` in front matter; did you mean `time"),
        ("require: []", "2:1: warning: unknown key `require` in front matter; did you mean `requ"),
        ("title: [a]", "2:8: error: `title` needs a text"),
        ("export: maybe", "2:9: error: `export` needs true or false"),
        ("timeout: soon", "2:10: error: `timeout` needs seconds, or a duration such as 90s or 5m"),
        ("env: [a]", "2:6: error: `env` needs variables and their values"),
        ("env:\n  a-b: c", "3:3: error: `env` has a name that no variable can have"),
        ("env:\n  a: [c]", "3:6: error: `env` has a value that is not a text"),
        ("requires: jq", "2:11: error: `requires` needs a list"),
        ("redact:\n  - a*", "3:5: error: `redact` has a pattern that matches nothing at all"),
        ("redact: [/a/]", "2:10: error: `redact` has its pattern without slashes around it: a"),
        ("redact: ['(']", "2:10: error: `redact` has a pattern that is not valid, /(/"),
        ("title: a: b", "2:9: error: the front matter is not valid YAML"),
        ("title: 'a", "2:10: error: the front matter is not valid YAML"),
        ("title: &a b", "2:8: error: anchors and aliases are not read in front matter"),
        ("title: " + "[" * 30, "2:17: error: the front matter is nested too deep"),
        ("title: " + "x" * 70000, "1:1: error: the front matter is longer than 65536 characters"),
    ],
)
def test_wrong_front_matter(book, yaml, problem):
    (found,) = book(f"---\n{yaml}\n---\n{BODY}").problems
    assert found.startswith(f"demo.md:{problem}")


@pytest.mark.parametrize(
    "keys",
    [
        "layout permalink tags categories date published excerpt redirect_from",  # Jekyll
        "draft weight aliases linkTitle lastmod expiryDate cascade params type url",  # Hugo
        "sidebar_position sidebar_label slug id hide_title keywords image pagination_next",
        "nav_order has_children parent grand_parent subtitle author template status icon",
        "hide search social toc kernelspec jupytext execute format bibliography",
    ],
)
def test_keys_of_other_programs_are_left_alone(book, keys):
    yaml = "\n".join(f"{key}: 1" for key in keys.split())
    assert book(f"---\n{yaml}\n---\n{BODY}").problems == []


SEED = """\
<!--
A licence, and a description.
-->

# Two Clusters

Read this with [a tool].

[a tool]: https://example.com

<!-- @import checks/needed.sh -->
<!-- @start_livecast -->
---
<!-- @SHOW -->

# A Talk

<!-- @wait_clear -->

## First

1. One
   thing.

<!-- @wait -->

2. Another.

```bash
ADDRESS=$(kubectl get svc -o jsonpath='{.status.ip}')
#@immed
echo "http://${ADDRESS}/"

helm install \\
     faces --set a=b
```

<!-- @browser_then_terminal -->
<!-- @show_5 -->
<!-- @show_slides -->
"""


def test_a_whole_talk(book):
    read = book(
        SEED,
        **{"checks/needed_sh": "#!/bin/sh\nset -e\n# look\nfor p in a b; do\n  which $p\ndone\n"},
    )
    assert read.problems == []
    assert [s for s in read.steps if s.startswith("command|+")] == [
        "command|+|ADDRESS=$(kubectl get svc -o jsonpath='{.status.ip}')",
        'command|+|echo "http://${ADDRESS}/"|@immed',
        "command|+|helm install \\\n     faces --set a=b",
        "command|+|show_5|@immed",
        "command|+|show_slides|@immed",
    ]


def test_standard_input_is_no_file():
    (problem,) = read(Path("-")).problems
    assert str(problem) == (
        "-: error: standard input is not read: save the runbook in a file, and name that"
    )
