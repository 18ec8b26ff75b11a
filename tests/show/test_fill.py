"""`${NAME}` in text, from a mapping."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.show.fill import fill, names

COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

hostile = st.text() | st.lists(
    st.sampled_from(
        ["${", "}", "$", "{", "n", "${n}", "\x1b[31m", "\x1b", "[2J", "\x07", "\n", "`", "$(", ")"]
    )
).map("".join)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("${a} ${b}${a}", ["a", "b", "a"]),
        ("${_x9} ${é} ${a-b} ${} $a {a} ${a", ["_x9"]),
        ("${a${b}}", ["b"]),
        ("\\${a}", ["a"]),
    ],
)
def test_names(text, found):
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${a}", "1"),
        ("${b}", "${b}"),
        ("${self}", "${self}"),
        ("${empty}|", "|"),
        ("${red}", "\x1b[31mred\x1b[0m"),
        ("${bad}", "[2Jab[A"),
        ("${lines}", "a b  c"),
    ],
)
def test_fill(text, filled):
    values = {"a": "1", "self": "${self}", "empty": "", "red": "\x1b[31mred\x1b[0m"}
    assert fill(text, values | {"lines": "a\nb\t\nc", "bad": "\x1b[2Ja\x07b\x9b\x1b[A"}) == filled


@given(hostile)
def test_without_values_a_text_stays_as_it_is(text):
    assert fill(text, {}) == text


@given(hostile, hostile)
def test_a_value_brings_no_control_character_but_colour_and_is_not_filled_in_again(text, value):
    plain = CONTROL.sub("", text)
    filled = fill(plain, {"n": value})
    assert not CONTROL.search(COLOUR.sub("", filled))
    shown = fill("${n}", {"n": value})
    assert filled == plain.replace("${n}", shown)


@given(hostile)
def test_text_and_colour_of_a_value_are_all_there(value):
    assert fill("${n}", {"n": value}) == "".join(
        part if COLOUR.fullmatch(part) else CONTROL.sub("", re.sub(r"[\t\n]", " ", part))
        for part in re.split(f"({COLOUR.pattern})", value)
    )
