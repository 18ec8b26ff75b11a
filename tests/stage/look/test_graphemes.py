"""Text -> how many rows of a terminal it takes."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.stage.look.graphemes import rows


@pytest.mark.parametrize(
    ("text", "count"), [("世世", 1), ("世世世", 2), ("a世世", 1), ("\t世", 2), ("e\u0301" * 5, 1)]
)
def test_wide_characters_are_in_one_row(text, count):
    assert rows(text, 5) == count


@given(st.text(st.sampled_from("ab \té\n"), max_size=60), st.integers(4, 20))
def test_rows_are_those_of_a_terminal(text, columns):
    screen = pyte.Screen(columns, 100)
    pyte.Stream(screen).feed(text.replace("\n", "\r\n"))
    assert rows(text, columns) == screen.cursor.y + 1
