"""An output block and the output that came -> the block that is right then."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.checks.approve import approved
from runner.checks.expected import compare


def content(text: str) -> str:
    return "".join(f"{line}\n" for line in text.split("|")) if text else ""


@pytest.mark.parametrize(
    ("expected", "output", "new"),
    [
        # What matches is not changed.
        ("", "", ""),
        ("a|b", "a|b", "a|b"),
        ("a  |...|...|b", "a|x|b", "a  |...|...|b"),
        # What came is written where nothing matches.
        ("", "a|b", "a|b"),
        ("a|b", "", ""),
        ("a|b|c", "a|x|c", "a|x|c"),
        ("a|c", "a|b|c", "a|b|c"),
        ("a|b|c", "a|c", "a|c"),
        ("x", "...|<y>|\\<z>", r"\...|\<y>|\\\<z>"),
        # Patterns that still match stay.
        ("v<n>|age <t>|x", "v2|age 5s|y", "v<n>|age <t>|y"),
        ("a|...|z", "a|1|2|y", "a|...|y"),
        ("...|ready", "1|2|READY", "...|READY"),
        ("first|...", "FIRST|2", "FIRST|..."),
        ("a|...|pod up|...|z", "a|1|pod down|2|z", "a|...|pod down|...|z"),
        ("a|...|m|...|z", "a|1|2|z", "a|...|z"),
        ("...|a|...", "b", "..."),
        (r"\...|\<a>|x", "...|<a>|y", r"\...|\<a>|y"),
        # A name that is not the same any more.
        ("<x>|<x>", "1|2", "<x>|2"),
        ("<x>|...|<x>", "1|2|3", "<x>|...|3"),
    ],
)
def test_a_block(expected, output, new):
    assert approved(content(expected), output.split("|") if output else []) == content(new)


BLOCKS = st.lists(
    st.sampled_from(["a", "b", "c", "...", "<x>", "a <x>", "<y> <x>", r"\...", r"\<x>"]), max_size=8
).map(lambda lines: "".join(f"{line}\n" for line in lines))
OUTPUTS = st.lists(st.sampled_from(["a", "b", "a b", "b a", "...", "<x>", r"\<x>", ""]), max_size=8)


@settings(deadline=None, max_examples=500)
@given(BLOCKS, OUTPUTS)
def test_what_is_approved_holds_and_stays(expected, output):
    new = approved(expected, output)
    assert compare(new, output).held
    assert approved(new, output) == new
    if compare(expected, output).held:
        assert new == expected


def test_a_large_block_and_a_large_output():
    expected = "".join(f"line {n}\n" for n in range(2000))
    output = [f"line {n}" for n in range(1, 3000)]
    assert approved(expected, output) == "".join(f"{line}\n" for line in output)
