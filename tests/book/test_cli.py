"""`cuebook check` and `cuebook steps`, as a person or a program sees them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from runner.book.model import Place, Problem, Severity
from runner.book.text import printable, told
from runner.cli import check, steps


class Result(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str


@pytest.fixture
def run(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)

    def call(command, *arguments, **files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_md", ".md")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        try:
            command.main(arguments, standalone_mode=False)
            status = 0
        except SystemExit as end:
            status = end.code
        except click.ClickException as error:
            error.show()
            status = error.exit_code
        return Result(status, *capfd.readouterr())

    return call


def test_check_prints_every_problem_of_every_file(run):
    result = run(
        check.command,
        "a.md",
        "none.md",
        "b.md",
        a_md="<!-- x\n<!-- @SHOW -->\n```sh\nls )\n```\n<!-- @wat -->\n",
        b_md="<!-- @SHOW -->\n```sh\nls\n```\n",
    )
    lines = result.stdout.splitlines()
    assert [line.split(" ")[0:2] if line[0] != " " else line for line in lines] == [
        ["a.md:1:1:", "warning:"],
        "    <!-- x",
        ["a.md:4:1:", "error:"],
        "    ls )",
        ["a.md:6:6:", "error:"],
        "    <!-- @wat -->",
        ["none.md:", "error:"],
        ["b.md:", "1"],
    ]
    assert lines[-1] == "b.md: 1 step, no problem found"
    assert result.exit_code == 1


def test_check_passes_with_warnings(run):
    result = run(check.command, "a.md", a_md="<!-- x\n```sh\n#@SHOW\nls\n```\n")
    assert result.stdout.startswith("a.md:1:1: warning: ")
    assert (result.exit_code, result.stdout.count("warning: ")) == (0, 1)


def test_check_as_json(run):
    result = run(
        check.command, "a.md", "--format", "json", a_md="```sh\n#@SHOW\nls\n```\n<!-- @wait x -->\n"
    )
    assert json.loads(result.stdout) == [
        {
            "file": "a.md",
            "line": 5,
            "column": 6,
            "severity": "error",
            "message": "`@wait` takes no argument, but has `x`",
            "text": "<!-- @wait x -->",
            "within": [],
        }
    ]
    assert result.exit_code == 1
    assert (
        json.loads(
            run(check.command, "b.md", "--format", "json", b_md="```sh\n#@SHOW\nls\n```\n").stdout
        )
        == []
    )


def test_start_up_files_are_read_unless_told(run):
    files = {"home__.demoshrc_md": "<!-- @macro hello -->\n<!-- @end -->\n"}
    text = "<!-- @hello -->\n```sh\nls\n```\n"
    assert run(check.command, "a.md", a_md=text, **files).exit_code == 0
    assert run(check.command, "a.md", "--no-init", a_md=text).exit_code == 1


def test_nothing_reaches_the_terminal_as_it_is(run):
    text = "<!-- @x\x1b[31m\u009b -->\n```sh\nls\n```\n"
    result = run(check.command, "a.md", a_md=text)
    assert "\\x1b[31m\\x9b" in result.stdout
    assert "\x1b" not in run(steps.command, "b.md", b_md="# \x1b[2J\n```sh\nls\n```\n").stdout


CANNOT_END = (
    "cannot end by itself when rehearsed, so it fails there: "
    "`@type` types for it, `@for` ends it, `@live` leaves it out"
)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("vim a", "vim"),
        ("A=b sudo vi x", "vi"),
        ("ed x", "ed"),
        ("ls | less", "less"),
        ("ssh host", "ssh"),
        ("watch ls; ls", "watch"),
        ("top -d 5", "top"),
        ("make && tail -f log", "tail"),
        ("read", "read"),
        ("read -rp 'Sure? ' answer", "read"),
        ("IFS= read -r line && echo $line", "read"),
        ("builtin read x", "read"),
        ("if ! read x; then ls; fi", "read"),
        ("x=$(read y; echo $y)", "read"),
        ("read x | cat", "read"),
        ("read x 2>/dev/null", "read"),
        ("read x </dev/tty", "read"),
        ("while read x; do ls; done", "read"),
        ("while read -u 3 x; do read y; done 3<f", "read"),
        ("while read x; do read y </dev/tty; done <f", "read"),
        ("ask() { read -p 'Sure? '; }", "read"),
        ("ls & read x", "read"),
    ],
)
def test_steps_that_cannot_end_unattended(run, command, name):
    result = run(check.command, "a.md", a_md=f"<!-- @SHOW -->\n```sh\nls\n{command}\n```\n")
    message = f"`{name}` {CANNOT_END}"
    assert result.stdout == f"a.md:4:1: warning: {message}\n    {command}\n"
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("watch ls", "watch"),
        ("watch -n 1 ls -q", "watch"),
        ("A=b sudo watch -n1 'ls | wc'", "watch"),
        ("tail -f log", "tail"),
        ("tail -n3 -F log  # here", "tail"),
        ("tail -20f log | grep x | tee y", "tail"),
        ("tail --follow=name log >out", "tail"),
        ("kubectl get pods -w", "kubectl"),
        ("kubectl -n x get pods --watch", "kubectl"),
        ("kubectl logs -f x 2>&1 | grep -i err", "kubectl"),
    ],
)
def test_steps_that_show_what_goes_on(run, command, name):
    """A rehearsal ends them, so that they are no failure."""
    result = run(check.command, "a.md", a_md=f"<!-- @SHOW -->\n```sh\nls\n{command}\n```\n")
    message = f"`{name}` goes on for ever, so a rehearsal interrupts it after 5s: `@for` sets"
    assert result.stdout == f"a.md:4:1: warning: {message} another time\n    {command}\n"


@pytest.mark.parametrize(
    ("directives", "warned"),
    [
        ("@live|@expect x|@exit 3", ["`@expect` is for rehearsals", "`@exit` is for rehearsals"]),
        (
            "@type q|@live",
            ["`@type` is for rehearsals, and `@live` leaves the command out of them"],
        ),
        ("@live|@until 5s|@expect x", []),
        ("@rehearsal|@expect x", []),
        ("@live|@rehearsal|@exit 2", ["`@rehearsal` is for rehearsals, and `@live` for talks: "]),
    ],
)
def test_checks_of_a_command_that_is_not_rehearsed(run, directives, warned):
    lines = "".join(f"#{directive}\n" for directive in directives.split("|"))
    result = run(check.command, "a.md", a_md=f"<!-- @SHOW -->\n```sh\n{lines}ls\n```\n")
    found = [line for line in result.stdout.splitlines() if "warning: " in line]
    assert len(found) == len(warned), result.stdout
    assert all(message in line for message, line in zip(warned, found, strict=True))


@pytest.mark.parametrize(
    ("directive", "command"),
    [("@for 5s", "watch ls"), ("@edit s/a/b/", "vim x"), ("@type q", "less x"), ("@live", "htop")],
)
def test_what_helps_a_step(run, directive, command):
    text = f"```sh\n#@SHOW\n#{directive}\n{command}\n```\n"
    assert "no problem found" in run(check.command, "a.md", a_md=text).stdout


@pytest.mark.parametrize(
    "text",
    [
        "ssh host ls",
        "ssh host <<E\nls\nE",
        "ed x <<E\nq\nE",
        "echo vim",
        "echo read",
        "tail x",
        "tail -f x &",
        "tail -f x --pid 1",
        "watch -n 1 -g ls",
        "kubectl get -f x.yaml",
        "kubectl logs x",
        "watch() { ls; }\nwatch",
        "(watch ls; ls) &",
        "top -b -n 1",
        "emacs --batch x",
        "$EDITOR x",
        "${VISUAL} x",
        "kubectl --context x edit svc",
        "man ls",
        "read x <f",
        "read x 0<f",
        "read x <&3",
        "read x <<<y",
        'while read x; do ls; done <<<"y"',
        "if read x; then ls; fi <<<y",
        "read a b < <(ls)",
        "read x <<E\ny\nE",
        "ls | read x",
        "ls |& while read x; do read y; done",
        "cat <<E | while read x; do ls; done\ny\nE",
        "while read x; do read y; done <f",
        "{ read x; read y; } <f",
        "if true; then read x; fi <f",
        "tee >(read x)",
        "read -u 3 x",
        "read -ru3 x",
        "read -t 1 x",
        "read -rt1 x",
        "each() { while read -r x; do ls; done; }",
        "cat <<E\nread x\nE",
        "exec 7<&0 <list\nread one\nread two",
        "read() { echo mine; }\nread x",
    ],
)
def test_steps_that_end_by_themselves(run, text):
    text = f"<!-- @SHOW -->\n```sh\n{text}\n```\n"
    assert "no problem found" in run(check.command, "a.md", a_md=text).stdout


NOTHING_SHOWN = (
    "a.md: warning: nothing is shown when presented: put <!-- @SHOW --> where the show begins\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "```sh\nls\n```\n",
        "# Prose\n```sh\n#@immed\nls\n```\n",
        "<!-- @macro m -->\n```sh\nls\n```\n<!-- @end -->\n<!-- @m -->\n",
        "<!-- @import b.md -->\n",
        "# Prose\n```sh\nls\n```\n<!-- @SHOW -->\n",
    ],
)
def test_a_runbook_that_shows_nothing(run, text):
    result = run(check.command, "a.md", a_md=text, b_md="```sh\nls\n```\n")
    assert (result.stdout, result.exit_code) == (NOTHING_SHOWN, 0)


@pytest.mark.parametrize(
    "text",
    [
        "```sh\nls\n#@SHOW\nls\n```\n",
        "<!-- @import b.md -->\n```sh\nls\n```\n",
        "<!-- @import b.md -->\n```sh\nls\n```\n<!-- @HIDE -->\n",
        "<!-- @macro m -->\n```sh\n#@SHOW\nls\n```\n<!-- @end -->\n<!-- @m -->\n",
        "<!-- @print hello -->\n```sh\n#@immed\nls\n```\n",
        "```sh\n#@noshow\nls\n```\n",
    ],
)
def test_a_runbook_that_shows_something(run, text):
    result = run(check.command, "a.md", a_md=text, b_md="<!-- @SHOW -->\n")
    assert "no problem found" in result.stdout


def test_a_shell_runbook_may_show_nothing(run, tmp_path):
    (tmp_path / "a.sh").write_text("ls\n")
    assert "no problem found" in run(check.command, "a.sh").stdout


def test_a_start_up_file_may_begin_the_show(run):
    files = {"home__.demoshrc_md": "<!-- @SHOW -->\n"}
    text = "```sh\nls\n```\n"
    assert "no problem found" in run(check.command, "a.md", a_md=text, **files).stdout
    files = {"home__.demoshrc_md": "<!-- @SHOW -->\n# Hello\n<!-- @HIDE -->\n"}
    assert run(check.command, "a.md", a_md=text, **files).stdout == NOTHING_SHOWN


def test_steps(run):
    text = "# Title\n<!-- @SHOW -->\n<!-- @expect x -->\n<!-- @immed -->\n```sh\nls \\\n -l\n```\n"
    text += "<!-- @note hi -->\n<!-- @wait_clear -->\n"
    result = run(steps.command, "a.md", a_md=text)
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["HEADING", "PLACE", "KIND", "SHOWN", "TEXT", "DIRECTIVES"],
        ["1", "Title", "a.md:1", "prose", "hidden", "#", "Title"],
        *[
            [
                "2",
                "Title",
                "a.md:6",
                "command",
                "ls",
                "\\",
                "@expect",
                "x,",
                "@immed",
            ]
        ],
        ["3", "Title", "a.md:9", "note", "hi"],
        ["4", "Title", "a.md:10", "wait", "hidden"],
        ["5", "Title", "a.md:10", "clear", "hidden"],
    ]
    assert result.exit_code == 0


def test_steps_as_json(run):
    result = run(steps.command, "a.md", "--format", "json", a_md="```sh\n#@for 5s\nls\n```\n")
    assert json.loads(result.stdout) == [
        {
            "number": 1,
            "kind": "command",
            "text": "ls\n",
            "place": {"file": "a.md", "line": 3, "column": 1},
            "heading": "",
            "level": 0,
            "shown": False,
            "directives": [
                {
                    "name": "for",
                    "argument": "5s",
                    "place": {"file": "a.md", "line": 2, "column": 2},
                }
            ],
            "hooks": [],
            "cleanup": False,
            "block": 1,
            "language": "",
            "macro": "",
            "looked_up": False,
            "within": [],
        }
    ]


def test_steps_of_a_runbook_with_errors(run):
    result = run(steps.command, "none.md")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == "none.md: error: there is no such file\n"


def test_printable():
    assert printable("a\tb\n\x1b\x7f\u202eé🎉") == "a\tb\\x0a\\x1b\\x7f\\u202eé🎉"


@pytest.mark.parametrize(
    ("line", "within", "lines"),
    [
        ("", (), []),
        ("  ls )", (), ["    ls )"]),
        ("\tls\x1b[2J", (), ["    ls\\x1b[2J"]),
        ("x" * 999, (), [f"    {'x' * 200}…"]),
        (
            "ls )",
            (Place(Path("a.md"), 3), Place(Path("b\n.md"), 4, 5)),
            ["    ls )", "    via b\\x0a.md:4:5", "    via a.md:3:1"],
        ),
    ],
)
def test_a_problem_with_its_line_and_what_brought_it_in(line, within, lines):
    problem = Problem(Place(Path("c.md"), 1, 2), Severity.ERROR, "it is\nwrong", line, within)
    assert told(problem).splitlines() == ["c.md:1:2: error: it is\\x0awrong", *lines]


def test_a_problem_in_an_import_says_what_imports_it(run):
    text = "```sh\nls\n```\n<!-- @import b.md -->\n"
    result = run(check.command, "a.md", a_md=text, b_md="<!-- @SHOW -->\n<!-- @wait x -->\n")
    assert result.stdout == (
        "b.md:2:6: error: `@wait` takes no argument, but has `x`\n"
        "    <!-- @wait x -->\n"
        "    via a.md:4:6\n"
    )
    listed = run(steps.command, "a.md")
    assert (listed.exit_code, listed.stdout, listed.stderr) == (2, "", result.stdout)
