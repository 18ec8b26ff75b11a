"""Bytes -> lines with how they look."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.checks.screen import Screen, shown
from runner.checks.sgr import Look, changed, sequence

RED, GREEN = sequence(Look("1")), sequence(Look("2"))
OFF = "\x1b[m"


def coloured(data: bytes, **size) -> list[str]:
    lines: list[str] = []
    screen = Screen(lines.extend, coloured=True, **size)
    screen.feed(data)
    screen.finish()
    return lines


@pytest.mark.parametrize(
    ("parameters", "look"),
    [
        ("", Look()),
        ("1;31", Look("1", bold=True)),
        ("95;42", Look("13", "2")),
        ("38;5;208", Look("208")),
        ("48;2;1;2;3;4", Look("", "#010203", underline=True)),
        ("38:2::255:0:10", Look("#ff000a")),
        ("38:5:9", Look("9")),
        ("38;5;900;1", Look(bold=True)),
        ("38;5", Look()),
        ("1;2;3;4;7;9", Look("", "", *[True] * 6)),
        ("1;31;0", Look()),
        ("4;24;3;23;9;29;7;27;1;2;22;31;39;41;49", Look()),
        ("4:0", Look()),
        ("73;1", Look(bold=True)),
        ("99999999999999", Look()),
    ],
)
def test_what_a_sequence_says(parameters, look):
    assert changed(Look(), parameters) == look


@given(st.builds(Look, *[st.sampled_from(["", "7", "200", "#0a0b0c"])] * 2, *[st.booleans()] * 6))
def test_a_look_is_written_so_that_it_is_read_again(look):
    assert changed(Look(), sequence(look)[2:-1]) == look


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"\x1b[31mred\x1b[0m plain", [f"{RED}red{OFF} plain"]),
        (b"\x1b[31mit goes\r\non\x1b[m.", [f"{RED}it goes{OFF}", f"{RED}on{OFF}."]),
        (b"\x1b[31m 10 %\r\x1b[32m 20 %\x1b[m\r\n", [f"{GREEN} 20 %{OFF}"]),
        (b"ab\x1b[31m\r\x1b[Cm", [f"a{RED}m{OFF}"]),
        ("\x1b[31m中e\u0301\x1b[m!".encode(), [f"{RED}中e\u0301{OFF}!"]),
        (b"\x1b[31ma\x1b[?1049hb\x1b[32m\x1b[?1049lc\r\n", [f"{RED}a{GREEN}c{OFF}"]),
        (b"\x1b[31m\x1bca\r\n", ["a"]),
    ],
)
def test_lines_say_how_they_look(data, lines):
    assert [re.sub("\x1b\\[m(?=\x1b)", "", line) for line in coloured(data)] == lines


PARTS = st.sampled_from(
    ["\x1b[31m", "\x1b[m", "\x1b[1;44m", "a", "word ", "\t", "\r\n", "\r", "\b", "\x1b[2K", "中"]
)


@given(st.lists(PARTS, max_size=60).map("".join), st.integers(2, 5))
def test_colours_change_no_text(text, rows):
    data = text.encode()
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in coloured(data, rows=rows)]
    assert plain == [line.rstrip() for line in shown(data, rows=rows)]


@given(st.lists(st.lists(PARTS.filter(lambda p: p not in "\r\n\b"), max_size=9), max_size=30))
def test_many_lines_look_as_few_do(lines):
    """Lines that leave the screen at once look as those that are drawn one by one."""
    data = "".join("".join(line) + "\r\n" for line in lines).encode()
    assert coloured(data, rows=2) == coloured(data, rows=200)
