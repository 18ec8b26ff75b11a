"""`cuebook check` and `cuebook steps`, as a person or a program sees them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from runner.book.text import printable
from runner.cli import check, steps


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)

    def call(command, *arguments, **files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_md", ".md")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return CliRunner().invoke(command, arguments)

    return call


def test_check_prints_every_problem_of_every_file(run):
    result = run(
        check.command,
        "a.md",
        "none.md",
        "b.md",
        a_md="<!-- x\n```sh\nls )\n```\n<!-- @wat -->\n",
        b_md="```sh\nls\n```\n",
    )
    lines = result.stdout.splitlines()
    assert [line.split(" ")[0:2] for line in lines] == [
        ["a.md:1:1:", "warning:"],
        ["a.md:3:1:", "error:"],
        ["a.md:5:6:", "error:"],
        ["none.md:1:1:", "error:"],
        ["b.md:", "1"],
    ]
    assert lines[-1] == "b.md: 1 steps, no problem found"
    assert result.exit_code == 1


def test_check_passes_with_warnings(run):
    result = run(check.command, "a.md", a_md="<!-- x\n```sh\nls\n```\n")
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1)


def test_check_as_json(run):
    result = run(
        check.command, "a.md", "--format", "json", a_md="```sh\nls\n```\n<!-- @wait x -->\n"
    )
    assert json.loads(result.stdout) == [
        {
            "file": "a.md",
            "line": 4,
            "column": 6,
            "severity": "error",
            "message": "`@wait` takes no argument, but has `x`",
            "text": "<!-- @wait x -->",
            "within": [],
        }
    ]
    assert result.exit_code == 1
    assert (
        json.loads(run(check.command, "b.md", "--format", "json", b_md="```sh\nls\n```\n").stdout)
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


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("vim a", "`vim` leaves the file as it is when rehearsed: say what changes with `@edit`"),
        ("kubectl --context x edit svc", "`kubectl` leaves the file as it is"),
        ("${EDITOR} a", "`${EDITOR}` leaves the file as it is"),
        ("A=b sudo vi x", "`vi` leaves the file as it is"),
        ("ls | less", "`less` waits for somebody at the keys"),
        ("ssh host", "`ssh` waits for somebody at the keys"),
        ("watch ls", "`watch` is stopped after 5 s when rehearsed: say how long with `@for`"),
        ("tail -f log", "`tail` is stopped after 5 s"),
        ("kubectl get pods -w", "`kubectl` is stopped after 5 s"),
    ],
)
def test_steps_that_cannot_end_unattended(run, command, message):
    result = run(check.command, "a.md", a_md=f"```sh\nls\n{command}\n```\n")
    assert f"a.md:3:1: warning: {message}" in result.stdout
    assert result.exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        "#@for 5s\nwatch ls",
        "#@edit s/a/b/\nvim x",
        "#@type q\nless x",
        "#@live\nhtop",
        "ssh host ls",
        "echo vim",
        "tail x",
    ],
)
def test_steps_that_end_by_themselves(run, text):
    assert "no problem found" in run(check.command, "a.md", a_md=f"```sh\n{text}\n```\n").stdout


def test_steps(run):
    text = "# Title\n<!-- @SHOW -->\n<!-- @until 2m -->\n<!-- @immed -->\n```sh\nls \\\n -l\n```\n"
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
                "@until",
                "2m",
                "(not",
                "yet",
                "performed),",
                "@immed",
            ]
        ],
        ["3", "Title", "a.md:9", "note", "hi", "(not", "yet", "performed)"],
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
            "shown": False,
            "directives": [
                {
                    "name": "for",
                    "argument": "5s",
                    "performed": False,
                    "place": {"file": "a.md", "line": 2, "column": 2},
                }
            ],
            "hooks": [],
            "cleanup": False,
            "block": 1,
            "language": "",
            "performed": True,
            "within": [],
        }
    ]


def test_steps_of_a_runbook_with_errors(run):
    result = run(steps.command, "none.md")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == "none.md:1:1: error: `none.md` does not exist\n"


def test_printable():
    assert printable("a\tb\n\x1b\x7f\u202eé🎉") == "a\tb\\x0a\\x1b\\x7f\\u202eé🎉"
