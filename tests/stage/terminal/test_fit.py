"""Text into so many columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from runner.stage.terminal.fit import fit


@pytest.mark.parametrize(
    ("text", "columns", "fitted"),
    [
        ("get pods", 8, "get pods"),
        ("get pods", 7, "get po…"),
        ("get pods", 5, "get…"),
        ("get pods", 1, "…"),
        ("get pods", 0, ""),
        ("", 5, ""),
        ("世界", 4, "世界"),
        ("世界", 3, "世…"),
        ("世界", 2, "…"),
        ("e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("🚀🚀", 3, "🚀…"),
        ("one\n\ttwo", 20, "one two"),
        ("\x1b[31mred\x07", 20, " [31mred "),
        ("שלום עולם", 5, "שלום…"),
        ("a\u202eb", 5, "a b"),
    ],
)
def test_fit(text, columns, fitted):
    assert fit(text, columns) == fitted


@given(st.text(max_size=40), st.integers(0, 30))
def test_any_text_fits(text, columns):
    fitted = fit(text, columns)
    assert wcswidth(fitted) <= columns or "\u200d" in text  # terminals differ on what is joined
    assert not any(ord(c) < 32 for c in fitted)
