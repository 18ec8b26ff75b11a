"""An output block and an output -> whether it holds; if not, what is said."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.checks.expected import Comparison, compare
from runner.checks.pattern import literal, patterns


def held(expected: str, output: str) -> bool:
    """Compare lines that stand between bars: `a|b` is two of them, `""` none."""
    return compare(content(expected), lines(output)).held


def content(text: str) -> str:
    return "".join(f"{line}\n" for line in lines(text))


def lines(text: str) -> list[str]:
    return text.split("|") if text else []


@pytest.mark.parametrize(
    ("expected", "output", "holds"),
    [
        ("", "", True),
        ("", "a", False),
        ("a", "", False),
        ("a|b", "a|b", True),
        ("a|b", "a", False),
        ("a", "a|b", False),
        ("a| ", "a|", True),
        # Any number of lines.
        ("...", "", True),
        ("...", "a|b", True),
        ("...|z", "z", True),
        ("...|z", "a|z|z", True),
        ("...|z", "z|a", False),
        ("a|...", "a", True),
        ("a|...", "b|a", False),
        ("a|...|z", "a|b|c|z", True),
        ("a|...|z", "a", False),
        ("a|...|a", "a", False),
        ("...|m|n|...", "m|m|n", True),
        ("...|m|n|...", "m|x|n", False),
        ("...|a|a|b", "a|a|a|b", True),
        ("...|b|...|a|...", "a|b", False),
        ("...|...", "a", True),
        (r"\...", "...", True),
        # Names.
        ("id <x>|again <x>", "id 1|again 1", True),
        ("id <x>|again <x>", "id 1|again 2", False),
        ("<x>|...|<x>", "1|2|1", True),
        ("<x>|...|<x>", "1|2|3", False),
        ("...|<x> made|...|<x> ready", "a made|b made|b ready", True),
        ("...|<x> made|...|<x> ready", "a made|b made|c ready", False),
        ("...|<x> made|...|<x> up|...|<x> ready", "a made|a up|b made|b up|b ready", True),
        ("...|<x>|<y>|...|<x><y>", "a|b|c|bc", True),
        ("<x>|<y>", "1|1", True),
    ],
)
def test_a_block(expected, output, holds):
    assert held(expected, output) is holds


@pytest.mark.parametrize(
    ("expected", "output", "row", "message", "difference"),
    [
        ("a|b|c", "a|x|c", 1, "expected `b`, but line 2 of the output is `x`", "  a|- b|+ x|  c"),
        ("a|b|c", "a|c", 1, "expected `b`, but line 2 of the output is `c`", "  a|- b|  c"),
        ("a|c", "a|b|c", 1, "expected `c`, but line 2 of the output is `b`", "  a|+ b|  c"),
        (
            "a",
            "a|b|c",
            0,
            "expected no more output, but line 2 of the output is `b`",
            "  a|+ b|+ c",
        ),
        ("", "b", 0, "expected no output, but line 1 of the output is `b`", "+ b"),
        ("a|b|c", "a", 1, "expected `b`, but the output ended", "  a|- b|- c"),
        ("a|b", "", 0, "expected `a`, but there was no output", "- a|- b"),
        ("...|z", "a|b", 1, "expected `z`, which never came", "  ...|- z|+ a|+ b"),
        (
            "...|pod up",
            "a|pod ok",
            1,
            "expected `pod up`, which never came",
            "  ...|+ a|- pod up|+ pod ok",
        ),
        (
            "1|2|3|4|5|6|...|8",
            "1|2|3|4|x|6|7|8",
            4,
            "expected `5`, but line 5 of the output is `x`",
            "  2|  3|  4|- 5|+ x|  6|  ...|  8",
        ),
        (
            "...|a|b|...",
            "1|a|x|2",
            2,
            "expected `b`, but line 3 of the output is `x`",
            "  ...|  a|- b|+ x|  ...",
        ),
        (
            "id <x>|again <x>",
            "id 1|again 2",
            1,
            "expected `again <x>`, but line 2 of the output is `again 2`",
            "  id <x>|- again <x>|+ again 2",
        ),
    ],
)
def test_what_is_said(expected, output, row, message, difference):
    result = compare(content(expected), lines(output))
    assert (result.held, result.row, result.message) == (False, row, message)
    assert list(result.difference) == lines(difference)


def test_a_difference_is_short_however_long_the_lines_and_the_output_are():
    result = compare(content("|".join("abcdefghijklmnopqrstuvwxyz")), ["x" * 10_000] * 10_000)
    assert len(result.message) < 300
    assert len(result.difference) == 21
    assert result.difference[-1].startswith("  … ")
    assert max(map(len, result.difference)) < 250


LINES = st.lists(
    st.sampled_from(["a", "b", "", "  c", "...", "\\...", "<x>", "\\<x>", "a <x> b", "\\"]),
    max_size=12,
)


def block(output: list[str]) -> str:
    return "".join(f"{literal(line)}\n" for line in output)


@settings(deadline=None)
@given(LINES, LINES)
def test_an_output_matches_itself_escaped_and_nothing_else_does(output, other):
    assert compare(block(output), output).held
    assert compare(block(output), other).held is (output == other)


@settings(deadline=None)
@given(LINES, LINES, LINES)
def test_three_dots_take_in_whatever_stands_there(before, between, after):
    expected = f"{block(before)}...\n{block(after)}"
    assert compare(expected, [*before, *between, *after]).held


@settings(deadline=None)
@given(LINES, st.integers(1, 5), st.data())
def test_a_name_is_the_same_text_each_time(between, times, data):
    value = data.draw(st.text(st.sampled_from("ab<>. "), min_size=1).map(str.strip).filter(bool))
    other = data.draw(st.text(st.sampled_from("ab<>. "), min_size=1).map(str.strip).filter(bool))
    expected = "".join(f"[<v>]\n{block(between)}" for _ in range(times))
    output = [line for _ in range(times) for line in [f"[{value}]", *between]]
    assert compare(expected, output).held
    assert compare(f"{expected}({'<v>'})\n", [*output, f"({other})"]).held is (other == value)


BLOCKS = st.lists(
    st.sampled_from(["a", "b", "...", "...", "<x>", "<x>", "<y>-<x>", "a<y>"]), max_size=7
).map(lambda found: "".join(f"{line}\n" for line in found))
OUTPUTS = st.lists(st.sampled_from(["a", "b", "ab", "a-b", "b-a"]), max_size=7)


def by_trying_all(expected: str, output: list[str]) -> bool:
    """Try every way to give each `...` some lines."""

    def goes(i: int, j: int, known: dict[str, str]) -> bool:
        if i == len(block):
            return j == len(output)
        if block[i].any_lines:
            return any(goes(i + 1, k, known) for k in range(j, len(output) + 1))
        learnt = block[i].match(output[j], known) if j < len(output) else None
        return learnt is not None and goes(i + 1, j + 1, dict(learnt))

    block = patterns(expected)
    return goes(0, 0, {})


@settings(deadline=None, max_examples=500)
@given(BLOCKS, OUTPUTS, st.integers(1, 4))
def test_it_is_as_if_every_way_were_tried(expected, output, step):
    result = compare(expected, output)
    assert result.held is by_trying_all(expected, output)
    assert result.held is (not result.difference and not result.message)
    pieces = Comparison(expected)
    for at in range(0, len(output), step):
        pieces.feed(output[at : at + step])
    assert pieces.result() == result


@settings(deadline=None)
@given(BLOCKS, OUTPUTS)
def test_a_difference_is_the_lines_of_both(expected, output):
    for line in compare(expected, output).difference:
        assert line[:2] in {"  ", "- ", "+ "}
        assert line[0] != "+" or line[2:] in output
        assert line[0] == "+" or line[2:] in expected.split("\n")


@pytest.mark.parametrize(
    "expected",
    [
        "...\na\n" * 300 + "z\n",
        "...\n" + "a\n" * 300 + "z\n",
        "...\n<x> a\n...\n<x> z\n",
        "...\n<x>\n...\n<y>\n...\n<x><y>\n",
        "<x>\n...\n<x>b\n",
    ],
)
def test_many_lines_take_their_time_once(expected):
    """A way that tried combinations would not end."""
    comparison = Comparison(expected)
    numbers = itertools.count()
    for _ in range(20):
        comparison.feed(["a" if n % 2 else f"{n} a" for n in itertools.islice(numbers, 100)])
    assert not comparison.result().held


def test_long_lines_are_shown_where_they_differ():
    same, rest = "x" * 5000, "y" * 300
    result = compare(f"a\n{same}one{rest}\n", ["a", f"{same}two{rest}"])
    first, expected, came = result.difference
    assert (first, expected[:2], came[:2]) == ("  a", "- ", "+ ")
    assert expected[2:].startswith(f"…{'x' * 50}one")
    assert came[2:].startswith(f"…{'x' * 50}two")
    assert max(len(expected), len(came)) < 210
    assert f"xone{'y' * 40}" in result.message
    assert f"xtwo{'y' * 40}" in result.message


def test_a_long_line_that_ends_sooner():
    result = compare(f"{'x' * 300}\n", ["x" * 250])
    assert result.difference == (f"- …{'x' * 100}", f"+ …{'x' * 50}")
