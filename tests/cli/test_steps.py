"""`cuebook steps`: what a runbook would do."""

from __future__ import annotations

import json

import pytest

TEXT = """\
---
title: T
---
# First

Prose.

<!-- @SHOW -->
```bash
#@expect hello
#@waitafter
echo hello
#$ typed
echo two
```
<!-- @note a note -->
<!-- @require jq -->
<!-- @browse https://example.org -->
<!-- @redact /x/ -->
## Second
<!-- @import lib/part.sh -->
```yaml
a: b
```
<!-- @SKIP -->
```bash
rm -rf /
```
<!-- @SHOW -->
<!-- @cleanup -->
```bash
echo clean
```
<!-- @end -->
"""
FILES = {"a.md": TEXT, "lib/part.sh": "echo part\n"}


@pytest.fixture
def listed(cuebook):
    return json.loads(cuebook("steps", "a.md", "--format", "json", files=FILES).stdout)


def test_the_steps_in_their_order(listed):
    assert [(s["number"], s["kind"], s["heading"], s["text"].strip()) for s in listed] == [
        (1, "prose", "First", "# First\n\nProse."),
        (2, "command", "First", "echo hello"),
        (3, "typed", "First", "typed"),
        (4, "command", "First", "echo two"),
        (5, "note", "First", "a note"),
        (6, "require", "First", "jq"),
        (7, "browse", "First", "https://example.org"),
        (8, "redact", "First", "/x/"),
        (9, "prose", "Second", "## Second"),
        (10, "command", "Second", "echo part"),
        (11, "code", "Second", "a: b"),
        (12, "command", "Second", "echo clean"),
    ]


def test_their_places(listed):
    places = [(s["place"]["file"], s["place"]["line"]) for s in listed]
    assert places[1] == ("a.md", 12)
    assert places[3] == ("a.md", 14)
    assert places[9] == ("lib/part.sh", 1)
    assert listed[9]["within"] == [{"file": "a.md", "line": 21, "column": 6}]


def test_what_is_not_yet_performed_says_so(listed, cuebook):
    waiting = {s["kind"] for s in listed if not s["performed"]}
    assert waiting <= {"note", "require", "browse", "redact"}
    directives = {d["name"]: d["performed"] for s in listed for d in s["directives"]}
    assert directives["waitafter"] is True
    run = cuebook("steps", "a.md")
    for step, line in zip(listed, run.lines[1:], strict=True):
        not_yet = not step["performed"] or any(not d["performed"] for d in step["directives"])
        assert ("not yet performed" in line) == not_yet, line


def test_as_a_table(cuebook):
    run = cuebook("steps", "a.md", files=FILES)
    assert run.lines[0].split() == ["HEADING", "PLACE", "KIND", "SHOWN", "TEXT", "DIRECTIVES"]
    assert [line.split()[0] for line in run.lines[1:]] == [str(n) for n in range(1, 13)]
    assert "@expect hello" in run.lines[2]
    assert "rm -rf" not in run.stdout
    assert (run.status, run.stderr) == (0, "")


def test_a_number_that_steps_shows_is_one_that_from_takes(cuebook):
    run = cuebook("rehearse", "a.md", "--from=4", "--to=4", "--no-setup", files=FILES)
    assert run.stdout.splitlines()[2:4] == [" 4 $ echo two", "two"], run.stdout


@pytest.mark.parametrize("form", ["text", "json"])
def test_of_a_runbook_with_errors(cuebook, form):
    run = cuebook("steps", "a.md", "--format", form, files={"a.md": "#\n<!-- @wat -->\n"})
    assert (run.status, run.stdout) == (2, "")
    assert run.stderr.startswith("a.md:")


def test_long_and_wide_texts_keep_their_columns(cuebook):
    text = f"# {'é🎉' * 100}\n```sh\necho {'x' * 500}\n```\n"
    run = cuebook("steps", "a.md", files={"a.md": text})
    assert all(len(line) < 300 for line in run.lines)


def test_start_up_files_come_first(cuebook):
    files = {"a.sh": "echo a\n", "~/.demoshrc": "echo rc\n"}
    texts = [line.split()[-1] for line in cuebook("steps", "a.sh", files=files).lines[1:]]
    assert texts == ["rc", "a"]
    texts = [line.split()[-1] for line in cuebook("steps", "--no-init", "a.sh").lines[1:]]
    assert texts == ["a"]
