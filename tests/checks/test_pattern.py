"""A line of an output block and a line of output -> what is known of the names then."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.checks.pattern import literal, patterns


def match(source: str, line: str, **known: str):
    (pattern,) = patterns(f"{source}\n")
    return pattern.match(line, known)


@pytest.mark.parametrize(
    ("source", "line", "names"),
    [
        ("", "", {}),
        ("a  ", "a", {}),
        ("a", "b", None),
        ("  a", "a", None),
        ("a\tb", "a       b", {}),
        ("<x>", "any text", {"x": "any text"}),
        ("<x>", "", None),
        ("a <x> b", "a 1 b", {"x": "1"}),
        ("a <x> b", "a  b", None),
        ("a <x>a", "a a", None),
        ("<x>=<y>", "k=v=w", {"x": "k", "y": "v=w"}),
        ("<x><y>", "abc", {"x": "a", "y": "bc"}),
        ("<x><y>", "a", None),
        ("aa<x>aa", "aaa", None),
        ("<x> <x>", "1 1", {"x": "1"}),
        ("<x> <x>", "1 2", None),
        # What is not a name.
        ("<1>", "<1>", {}),
        ("<a b>", "<a b>", {}),
        ("a < b > c", "a < b > c", {}),
        ("<none> <x>", "<none> 1", {"none": "<none>", "x": "1"}),
        ("<a-b_2>", "x", {"a-b_2": "x"}),
        ("<é>", "<é>", {}),
        # Escapes.
        (r"\<none>", "<none>", {}),
        (r"\<none>", "x", None),
        (r"\\<x>", "\\1", {"x": "1"}),
        (r"\\\<x>", r"\<x>", {}),
        (r"a\b\\c \< <", r"a\b\\c \< <", {}),
        (r"\...", "...", {}),
        (r"  \\...", r"  \...", {}),
        ("... x", "... x", {}),
        ("....", "....", {}),
    ],
)
def test_a_line(source, line, names):
    assert match(source, line) == names


@pytest.mark.parametrize(
    ("source", "line", "held"),
    [
        ("<x>", "1", True),
        ("<x>", "2", False),
        ("<y> <x>", "a b 1", True),
        ("<x> <y>", "1 2", True),
        ("<x>1", "11", True),
        ("a<x><y>", "a12", True),
        ("a<x><y>", "a1", False),
    ],
)
def test_a_name_that_is_known(source, line, held):
    assert (match(source, line, x="1") is not None) is held


@pytest.mark.parametrize(
    ("content", "sources"),
    [
        ("", []),
        ("\n", [(0, "")]),
        ("a\nb\n", [(0, "a"), (1, "b")]),
        ("a\n...\n  ... \n...\nb", [(0, "a"), (1, "..."), (4, "b")]),
    ],
)
def test_a_block(content, sources):
    assert [(p.row, p.source) for p in patterns(content)] == sources


LINES = st.text(st.sampled_from("ab<>-x.\\ é"), max_size=12) | st.sampled_from(
    ["...", " ...", r"\...", r" \\...", "<a>", r"\<a>", r"\\<a><b>", "<<a>>"]
)


@settings(deadline=None)
@given(LINES.map(str.rstrip), LINES.map(str.rstrip))
def test_a_line_written_literally_is_that_line_and_no_other(line, other):
    assert match(literal(line), line) == {}
    assert (match(literal(line), other) == {}) is (line == other)


PARTS = st.lists(
    st.sampled_from(["<a>", "<b>", "<c>", "-", " x", "é", ">", "< "]), min_size=1, max_size=6
).map("".join)
TEXTS = st.text(st.sampled_from("-x <"), min_size=1, max_size=5)


@settings(deadline=None)
@given(PARTS.map(str.rstrip), TEXTS, TEXTS, TEXTS)
def test_names_that_are_known_are_their_text(source, a, b, c):
    line = source.replace("<a>", "\1").replace("<b>", "\2").replace("<c>", "\3")
    line = line.replace("\1", a).replace("\2", b).replace("\3", c)
    known = {"a": a, "b": b, "c": c}
    assert match(source, line, **known) == known
    assert match(source, f"{line}!", **known) is None
