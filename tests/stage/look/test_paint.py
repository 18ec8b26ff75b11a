"""One line in one style."""

from __future__ import annotations

import pytest

from runner.stage.look.paint import paint


def test_a_line_has_its_style_and_ends_it(shown, dark):
    text = paint("$ ", dark.prompt, theme=dark)
    assert text.endswith("\x1b[0m")
    assert shown(text).look("$").bold


def test_a_style_that_says_nothing_writes_no_escape(plain):
    assert paint("note", plain.notice, theme=plain) == "note"


@pytest.mark.parametrize(
    ("text", "width", "seen"),
    [
        ("step 3 of 12", None, "step 3 of 12"),
        ("step 3 of 12", 12, "step 3 of 12"),
        ("step 3 of 12", 10, "step 3 ..."),
        ("step 3", 3, "..."),
        ("step 3", 2, ".."),
        ("step 3", 0, ""),
        ("日本語", 5, "日..."),
        ("one\ntwo\tthree", None, "one two three"),
        ("a\x1b[2Jb\x07", None, "a[2Jb"),
    ],
)
def test_a_line_is_one_line_and_no_wider_than_told(text, width, seen, plain):
    assert paint(text, plain.status, theme=plain, width=width) == seen


def test_a_cut_keeps_the_colours_of_what_is_left(shown, dark):
    text = paint("a \x1b[31mred one\x1b[0m", dark.status, theme=dark, width=6)
    assert shown(text).text == "a red…"
    assert shown(text).look("red…").colour == "red"
