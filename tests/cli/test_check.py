"""`cuebook check`: every problem of every file, in one go."""

from __future__ import annotations

import json
import os
import re

import pytest

BAD = (
    "<!-- set -e >\n"
    "<!-- @wiat -->\n"
    "```bash\n"
    "ls )\n"
    "```\n"
    "<!-- @import gone.sh -->\n"
    "<!-- @expect /[/ --> <!-- @SHOW -->\n"
    "```sh\n"
    "vim x\n"
    "```\n"
    "<!-- @immed -->\n"
)
PLACES = [
    ("bad.md", 1, 1, "warning"),
    ("bad.md", 2, 6, "error"),
    ("bad.md", 4, 1, "error"),
    ("bad.md", 6, 6, "error"),
    ("bad.md", 7, 6, "error"),
    ("bad.md", 9, 1, "warning"),
    ("bad.md", 11, 6, "error"),
]
GOOD = "<!-- @SHOW -->\n```sh\nls\n```\n"
WARNED = "<!-- @SHOW -->\n```sh\nless x\n```\n"
HIDDEN = "```sh\nls\n```\n"


def place(line: str) -> tuple[str, int, int, str]:
    file, row, column, rest = re.sub(r"^([\w.]+): error", r"\1:0:0: error", line).split(":", 3)
    return file, int(row), int(column), rest.strip().partition(":")[0]


def test_as_text(cuebook):
    run = cuebook("check", "bad.md", "none.md", "good.md", files={"bad.md": BAD, "good.md": GOOD})
    firsts = [line for line in run.lines[:-1] if not line.startswith(" ")]
    assert [place(line) for line in firsts] == [*PLACES, ("none.md", 0, 0, "error")]
    assert run.lines[1] == "    <!-- set -e >"
    assert run.lines[-1].startswith("good.md: ")
    assert (run.status, run.stderr) == (1, "")


def test_as_json(cuebook):
    run = cuebook("check", "--format=json", "bad.md", "none.md", files={"bad.md": BAD})
    found = json.loads(run.stdout)
    assert [(p["file"], p["line"], p["column"], p["severity"]) for p in found] == [
        *PLACES,
        ("none.md", 0, 0, "error"),
    ]
    assert [p["text"] for p in found][:2] == ["<!-- set -e >", "<!-- @wiat -->"]
    assert all(p["message"] for p in found)
    assert (run.status, run.stderr) == (1, "")


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    ("text", "status"), [(BAD, 1), (WARNED, 0), (HIDDEN, 0), (GOOD, 0), ("", 1)]
)
def test_only_errors_count(cuebook, text, status, form):
    assert cuebook("check", "a.md", "--format", form, files={"a.md": text}).status == status


def test_a_problem_in_an_import_has_its_own_place(cuebook):
    files = {"a.md": f"{GOOD}<!-- @import lib/b.sh -->\n", "lib/b.sh": "ls\n#@wat\nls\n"}
    run = cuebook("check", "a.md", files=files)
    assert place(run.lines[0]) == ("lib/b.sh", 2, 2, "error")
    assert run.lines[1:] == ["    #@wat", "    via a.md:5:6"]
    (found,) = json.loads(cuebook("check", "a.md", "--format=json").stdout)
    assert found["within"] == [{"file": "a.md", "line": 5, "column": 6}]


@pytest.mark.parametrize("command", ["check", "steps"])
def test_a_cwd_that_does_not_exist(cuebook, command):
    text = f"---\ncwd: nowhere\n---\n{GOOD}"
    run = cuebook(command, "a.md", files={"a.md": text})
    assert (run.stdout + run.stderr).splitlines() == [
        "a.md:2:6: error: `cwd` must be a directory; there is none at nowhere",
        "    cwd: nowhere",
    ]


def test_nothing_is_run(cuebook):
    files = {
        "a.md": "```sh\ntouch ran\n: $(touch ran)\n#@touch ran\n```\n",
        "~/.demoshrc": "touch ran\n",
    }
    assert cuebook("check", "a.md", files=files).status == 0
    assert cuebook("steps", "a.md").status == 0
    assert not (cuebook.work / "ran").exists()


def test_the_same_file_twice_and_many(cuebook):
    names = [f"{n}.md" for n in range(40)]
    run = cuebook("check", *names, *names[:1], files=dict.fromkeys(names, GOOD))
    assert (len(run.lines), run.status) == (41, 0)


@pytest.mark.parametrize(("block", "steps"), [("ls", "1 step"), ("ls\nls", "2 steps")])
def test_the_number_of_steps(cuebook, block, steps):
    files = {"a.md": f"<!-- @SHOW -->\n```sh\n{block}\n```\n"}
    assert cuebook("check", "a.md", files=files).lines == [f"a.md: {steps}, no problem found"]


@pytest.mark.parametrize("command", ["check", "steps"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_full_disk(cuebook, command, form):
    (cuebook.work / "a.md").write_text(GOOD)
    with open("/dev/full", "wb") as full:
        run = cuebook(command, "a.md", "--format", form, stdout=full)
    assert (run.status, run.stderr.count("\n")) == (3, 1), run.stderr
    assert "No space left on device" in run.stderr


@pytest.mark.parametrize("command", ["check", "steps"])
def test_a_reader_that_goes_away(cuebook, command):
    """`cuebook check FILE | head -1` is no problem that was found."""
    (cuebook.work / "a.md").write_text(GOOD)
    reading, writing = os.pipe()
    os.close(reading)
    run = cuebook(command, "a.md", stdout=writing)
    os.close(writing)
    assert run.status != 1, "1 says that there are errors in the runbook"
    assert run.stderr == ""


def test_a_folder_stands_for_the_runbooks_in_it(cuebook):
    files = {"docs/b.md": GOOD, "docs/a/c.md": GOOD, "docs/README.md": "# Prose\n", "x.md": BAD}
    run = cuebook("check", "docs", "docs/b.md", files=files)
    assert [line.split(":")[0] for line in run.lines] == ["docs/a/c.md", "docs/b.md"]
    assert run.status == 0
    (cuebook.work / "empty").mkdir()
    run = cuebook("check", "empty")
    assert run.status == 2
    assert "there is no runbook in empty: a Markdown file" in run.stderr


@pytest.mark.parametrize(
    "command",
    ["tail -f f | head -3", "tail -f f 2>&1 | grep -m1 x", "tail -f f | sed 5q", "watch ls | head"],
)
def test_what_ends_when_its_reader_has_enough_is_no_warning(cuebook, command):
    run = cuebook("check", "a.md", files={"a.md": f"<!-- @SHOW -->\n```sh\n{command}\n```\n"})
    assert run == (0, "a.md: 1 step, no problem found\n", "")


def test_a_macro_without_an_end_is_all_that_is_told(cuebook):
    text = "```sh\nls\n```\n<!-- @macro m -->\n# T\n\n<!-- @SHOW -->\n\ntext\n"
    run = cuebook("check", "a.md", files={"a.md": text})
    assert [place(line) for line in run.stdout.splitlines()[::2]] == [("a.md", 4, 6, "error")]


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("s/a/b", "unterminated `s' command"),
        ("k", "unknown command: `k'"),
        ("s/a/b/", None),
        ("w other", None),
        ("r other", None),
        ("1e touch ran", None),
        (":a;ba", None),
    ],
)
def test_a_script_that_sed_refuses(cuebook, script, told):
    text = f"<!-- @SHOW -->\n```sh\n#@edit {script}\n$EDITOR f\n```\n"
    run = cuebook("check", "a.md", files={"a.md": text})
    assert run.status == 0
    if told:
        assert run.stdout.startswith("a.md:3:2: warning: sed refuses the script of `@edit`: ")
        assert told in run.stdout
    else:
        assert run.stdout == "a.md: 1 step, no problem found\n"
    assert [path.name for path in cuebook.work.iterdir()] == ["a.md"]


def test_a_secret_before_its_redact_is_not_quoted(cuebook):
    text = "<!-- @SHOW -->\nkey s3cret\n\n<!-- @redact /s3cret/ -->\n```sh\nls\n```\n"
    run = cuebook("check", "a.md", files={"a.md": text})
    assert run.lines[0].startswith("a.md:2:5: warning: what the `@redact` in line 4 hides ")
    assert (run.lines[1:], run.status) == (["    key •••"], 0)
