"""`cuebook steps`: what a runbook would do."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import termios

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
```output
two
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
        (5, "output", "First", "two"),
        (6, "note", "First", "a note"),
        (7, "require", "First", "jq"),
        (8, "browse", "First", "https://example.org"),
        (9, "redact", "First", "/x/"),
        (10, "prose", "Second", "## Second"),
        (11, "command", "Second", "echo part"),
        (12, "code", "Second", "a: b"),
        (13, "command", "Second", "echo clean"),
    ]


def test_their_places(listed):
    places = [(s["place"]["file"], s["place"]["line"]) for s in listed]
    assert places[1] == ("a.md", 12)
    assert places[3] == ("a.md", 14)
    assert places[10] == ("lib/part.sh", 1)
    assert listed[10]["within"] == [{"file": "a.md", "line": 24, "column": 6}]


def test_cleanup_is_named(cuebook):
    line = cuebook("steps", "a.md", files=FILES).lines[-1]
    assert line.partition("echo clean")[2].strip() == "@cleanup"


@pytest.mark.parametrize(("columns", "shown"), [(80, 18), (70, 16), (20, 16), (100, 38), (200, 48)])
def test_on_a_terminal_the_text_is_cut_to_its_width(cuebook, columns, shown):
    """The other columns of this table take 62 of them."""
    text = f"# {'h' * 20}\n```sh\necho {'x' * 95}\n```\n"
    (cuebook.work / "a.md").write_text(text)
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    assert cuebook("steps", "a.md", stdout=inner).status == 0
    os.close(inner)
    with open(outer, encoding="utf-8", newline="\r\n") as screen:
        *_, command = (screen.readline() for _ in range(3))
    cell = command.partition("hidden  ")[2].rstrip()
    assert (len(cell), cell[-1]) == (shown, "…")


def test_a_word_that_is_looked_up(cuebook):
    files = {"a.sh": "source x\n#@mystery 1\nls\n"}
    line = cuebook("steps", "a.sh", files=files).lines[2]
    assert line.endswith("mystery 1  @immed, (looked up when reached)"), line
    listed = json.loads(cuebook("steps", "a.sh", "--format=json").stdout)
    assert [s["looked_up"] for s in listed] == [False, True, False]
    assert [d["name"] for d in listed[1]["directives"]] == ["immed"]


def test_the_macro_that_a_step_stands_in(cuebook):
    files = {"a.sh": "#@macro m\nls\n#@end\n#@m\nls\n"}
    listed = json.loads(cuebook("steps", "a.sh", "--format=json", files=files).stdout)
    assert [s["macro"] for s in listed] == ["m", ""]


def test_as_a_table(cuebook):
    run = cuebook("steps", "a.md", files=FILES)
    assert run.lines[0].split() == ["HEADING", "PLACE", "KIND", "SHOWN", "TEXT", "DIRECTIVES"]
    assert [line.split()[0] for line in run.lines[1:]] == [str(n) for n in range(1, 14)]
    assert "@expect hello" in run.lines[2]
    assert "rm -rf" not in run.stdout
    assert (run.status, run.stderr) == (0, "")


def test_a_number_that_steps_shows_is_one_that_from_takes(cuebook):
    files = {**FILES, "a.md": TEXT.replace("<!-- @redact /x/ -->\n", "")}
    run = cuebook("rehearse", "a.md", "--from=4", "--to=4", "--no-setup", files=files)
    assert "\n 4 $ echo two\ntwo\n" in run.stdout


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
