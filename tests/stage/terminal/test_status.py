"""The line at the bottom while the show waits."""

from __future__ import annotations

import pytest

from runner.stage.terminal.status import Status, status


@pytest.mark.parametrize(
    ("seconds", "command", "columns", "line"),
    [
        (0, "ls", 80, "step 3 of 17 · 0:00 · ls"),
        (245.9, "kubectl get pods\n", 80, "step 3 of 17 · 4:05 · kubectl get pods"),
        (
            3725,
            "\n  for i in 1 2; do\n echo\ndone",
            80,
            "step 3 of 17 · 1:02:05 · for i in 1 2; do",
        ),
        (5, "", 80, "step 3 of 17 · 0:05"),
        (5, "kubectl get pods", 30, "step 3 of 17 · 0:05 · kubectl…"),
        (5, "echo 世界", 30, "step 3 of 17 · 0:05 · echo 世…"),
        (5, "echo", 5, "step…"),
    ],
)
def test_the_line(seconds, command, columns, line):
    assert status(step=3, steps=17, seconds=seconds, command=command, columns=columns) == line


def waits(stage, before: str, *, after: str = " -l", **options):
    """A program that shows the line until a key comes; `x` draws it anew, `w` writes meanwhile."""

    def program(terminal, keyboard):
        with terminal.listening():
            terminal.write(before)
            with Status(terminal).shown(lambda columns: "STATUS".ljust(columns, ".")) as draw:
                while (key := keyboard.next(None)) in ("x", "w"):
                    if key == "w":
                        terminal.write(" meanwhile\n$ ls")
                    draw()
            terminal.write(after)

    stage.play(program, **options)


def test_it_stands_in_the_last_row_and_goes_without_a_trace(stage):
    waits(stage, "before\n$ ls")
    stage.until("STATUS")
    assert stage.lines[-1] == "STATUS".ljust(80, ".")
    assert stage.lines[:3] == ["before", "$ ls", ""]
    assert (stage.screen.cursor.y, stage.screen.cursor.x) == (1, 4)
    stage.type("\r")
    stage.result()
    assert stage.text == "before\n$ ls -l"


def test_on_a_full_screen_it_scrolls_by_one_line(stage):
    waits(stage, "\n".join(f"line {i}" for i in range(30)), rows=10)
    stage.until("STATUS")
    expected = [f"line {i}" for i in range(21, 30)]
    assert stage.lines == [*expected, "STATUS".ljust(80, ".")]
    stage.type("xxx\r")
    stage.result()
    assert stage.lines == [*expected[:-1], "line 29 -l", ""]


def test_colours_are_as_they_were(stage):
    waits(stage, "\x1b[31mred")
    stage.until("STATUS")
    stage.type("\r")
    stage.result()
    row = stage.screen.buffer[0]
    assert {row[0].fg, row[5].fg} == {"red"}
    assert not row[5].bold


def test_it_is_gone_before_anything_else_is_written(stage):
    waits(stage, "$ ls", rows=4)
    stage.until("STATUS")
    for _ in range(6):
        stage.type("w")
    stage.type("\r")
    stage.result()
    assert stage.lines == ["$ ls meanwhile", "$ ls meanwhile", "$ ls -l", ""]


@pytest.mark.parametrize(("rows", "columns"), [(30, 100), (24, 120), (10, 40), (24, 40), (40, 80)])
def test_after_a_resize_it_is_right(stage, rows, columns):
    waits(stage, "before\n$ ls")
    stage.until("STATUS")
    stage.resize(rows, columns)
    stage.until(lambda: stage.lines[-1] == "STATUS".ljust(columns, "."))
    assert stage.text.count("STATUS") == 1
    stage.type("\r")
    stage.result()
    assert "STATUS" not in stage.text
    assert " -l" in stage.text


def test_a_resize_just_before_it_goes_leaves_nothing(stage):
    def program(terminal, keyboard):
        with terminal.listening():
            terminal.write("$ ls")
            Status(terminal).show("STATUS")
            keyboard.next(None)
            terminal.write(" -l")

    stage.play(program)
    stage.until("STATUS")
    stage.resize(30, 100)
    stage.type("\r")
    stage.result()
    assert stage.text == "$ ls -l"


def test_it_goes_when_the_show_ends_by_an_exception(stage):
    def program(terminal, _keyboard):
        with terminal, terminal.listening():
            terminal.write("$ ls")
            Status(terminal).show("STATUS")
            raise ValueError

    stage.play(program, entered=False)
    with pytest.raises(AssertionError, match="ValueError"):
        stage.result()
    assert stage.text == "$ ls"


@pytest.mark.parametrize(("rows", "plain"), [(1, False), (24, True)])
def test_where_there_is_no_room_there_is_none(stage, rows, plain):
    waits(stage, "READY", rows=rows, plain=plain)
    stage.until("READY")
    stage.type("\r")
    stage.result()
    assert b"STATUS" not in stage.written
