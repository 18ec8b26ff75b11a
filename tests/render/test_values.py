"""Variables on a page: a text and what an audience saw of it -> Markdown that says the same."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from runner.render.commonmark import parser
from runner.render.values import REFERENCE, fill, values
from runner.show import fill as show


@pytest.mark.parametrize(
    ("source", "filled", "found"),
    [
        ("a ${X} b", "a 1 b", ["1"]),
        ("${X}${Y}", "12", ["", "12"]),
        ("${X}, ${X}", "1, 2", ["1", "2"]),
        ("${X}", "${X}", ["${X}"]),
        ("a ${X}", "a \x1b[1mred\x1b[0m", ["red"]),
        ("a ${X} b", "a 1 c", None),
        ("a ${X} b", "b", None),
        ("none", "other", None),
        ("none", "none", []),
    ],
)
def test_values(source, filled, found):
    assert values(source, filled) == found


@pytest.mark.parametrize(
    ("text", "value", "filled"),
    [
        ("a ${X} b", "1*2", "a 1\\*2 b"),
        ("${X}", "# no heading", "\\# no heading"),
        ("${X}", "1. no list", "1\\. no list"),
        ("> ${X}", "- no list", "> \\- no list"),
        ("${X} is 1.", "1.5", "1.5 is 1."),
        ("a_${X}", "b_c", "a_b_c"),
        ("`${X}`", "<b>*", "`<b>*`"),
        ("`${X}`", "a`b", "`${X}`"),
        ("    ${X}", "*a*", "    *a*"),
        ("[x](http://${X}/)", "a b)", "[x](http://a%20b)/)"),
        ("<b>${X}</b>", "<i>", "<b>&lt;i></b>"),
        ("<div>\n${X}\n</div>", "<i>", "<div>\n&lt;i&gt;\n</div>"),
        ("| a |\n|---|\n| ${X} |", "x | y", "| a |\n|---|\n| x \\| y |"),
        ("${X}", "\u202e\x07", "\\\\u202e\\\\x07"),
    ],
)
def test_a_value_is_text_wherever_it_stands(text, value, filled):
    assert fill(text, [value]) == filled


WORDS = st.text(st.sampled_from("ab1 *_`<>&[]()#.!|~\\-+=é"), max_size=6)


@given(st.lists(WORDS, min_size=1, max_size=4), st.lists(WORDS, min_size=4, max_size=4))
def test_what_was_filled_in_is_found_again(literals, given_values):
    source = "".join(f"{literal}${{V{n}}}" for n, literal in enumerate(literals))
    filled = show.fill(source, {f"V{n}": value for n, value in enumerate(given_values)})
    found = values(source, filled)
    assert found is not None
    again = iter(found)
    assert REFERENCE.sub(lambda _: next(again), source) == filled


@settings(deadline=None)
@given(WORDS)
def test_a_paragraph_with_a_value_says_it(value):
    assume("\\x" not in value)
    tokens = parser().parse(fill("a ${X} b", [value]))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    said = "".join(child.content for child in tokens[1].children or ())
    assert said == f"a {value} b"
