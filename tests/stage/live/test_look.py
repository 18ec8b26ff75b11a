"""Wide characters at 40 and at 300 columns, NO_COLOR, and a terminal that knows no escapes."""

from __future__ import annotations

import re

import pytest

LEFT = "echo left-$((1 + 1))"
TEXT = """<!-- @SHOW -->

# Ein Titel 世界 🚀

Prose that is long enough for a second line at forty columns: 世界世界世界世界世界世界世界世界,
🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀, e\u0301 and a word.

| 名前 | value |
|------|-------|
| 世界 | 🚀🚀  |

```bash
echo '世界 🚀 e\u0301'
```

```bash
echo 世界世界世界世界世界世界世界世界世界世界世界世界世界 | wc -m
```
"""
WIDE, LONG = "echo '世界 🚀 é'", "wc -m"
_COLOUR = re.compile(rb"\x1b\[[\d;]*[34][0-8][;m]")


@pytest.mark.parametrize("columns", [40, 80, 300])
@pytest.mark.parametrize("typing", [None, 50], ids=["", "typed"])
def test_wide_characters(present, columns, typing):
    show = present(text=TEXT, columns=columns, rows=50, typing=typing)
    show.wait_for("echo '世界 🚀")
    rows = show.lines
    words = "".join("".join(rows).split())
    assert "世界" * 8 in words
    assert "🚀" * 15 in words
    show.wait_for(lambda: show.listening)
    show.press("\r")
    show.wait_for(lambda: "$ echo 世界" in show.text)
    assert sum(line.startswith("世界 🚀") for line in show.lines) == 1
    show.press("\r")
    show.ended(0)
    assert any(line.strip() == "27" for line in show.lines)
    assert "2 commands ran, 0 failed" in " ".join(show.text.split())


@pytest.mark.parametrize("columns", [40, 300])
def test_the_output_of_a_command_that_fills_its_line_begins_on_the_next(present, columns):
    command = "echo " + "x" * (columns - len("$ echo "))
    show = present(command, LEFT, columns=columns)
    show.wait_for("x" * 30)
    show.press("\r")
    show.asked(LEFT)
    assert "x" * (columns - len("$ echo ")) in show.lines
    show.quit()


def test_at_the_last_line_of_the_screen(present):
    show = present("seq 28", "seq 29", "seq 30", LEFT, rows=5)
    for last in ("28", "29", "30"):
        show.wait_for(lambda last=last: show.line == f"$ seq {last}" and show.listening)
        show.press("\r")
        show.wait_for(lambda last=last: last in show.lines)
    show.run(LEFT)
    show.ended(0)
    assert "left-2" in show.lines


def test_no_color(present):
    show = present(text=TEXT, env={"NO_COLOR": "1"})
    show.wait_for("echo '世界 🚀")
    show.press("\r")
    show.wait_for(lambda: "$ echo 世界" in show.text)
    show.press("Q")
    show.ended(0)
    assert not _COLOUR.search(bytes(show.written))


def test_a_dumb_terminal_gets_no_escape_sequence(present):
    show = present(LEFT, "false", "read -r X", 'echo "<$X>"', typing=50, env={"TERM": "dumb"})
    show.wait_for(f"$ {LEFT}")
    show.press("?")
    show.wait_for("PAGE UP")
    show.press("gn\r")
    show.wait_for("left-2")
    show.wait_for(lambda: show.text.endswith("$ false"))
    show.press("\r")
    show.wait_for(lambda: show.text.endswith("$ read -r X"))
    show.begin("read -r X")
    show.press("typed\r")
    show.wait_for(lambda: '"<$X>"' in show.text)
    show.press("\r")
    show.ended(0)
    assert "<typed>" in show.lines
    assert "✗ exit status 1" in show.lines
    assert b"\x1b" not in show.written


def test_a_dumb_terminal_is_restored_after_a_signal(present):
    show = present(LEFT, env={"TERM": "dumb"})
    show.asked(LEFT)
    show.signal(15)
    show.ended(143)
    assert b"\x1b" not in show.written


def test_a_link_leads_where_another_part_of_the_runbook_says(present):
    text = "<!-- @SHOW -->\nSee [the docs][docs].\n\n```bash\necho $((40 + 2))\n```\n\n"
    show = present(text=f"{text}[docs]: https://docs.example\n")
    show.run("echo $((40 + 2))")
    show.ended(0)
    assert "See the docs (https://docs.example)." in show.text
