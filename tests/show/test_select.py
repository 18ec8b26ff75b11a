"""The part of a runbook that is performed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.book.model import Kind, Place, Step
from runner.show.select import NoSuchStepError, select


def steps(*words: str) -> list[Step]:
    """`+A` is a shown command under heading A, `-A` a hidden one, `=A` prose."""
    kinds = {"+": Kind.COMMAND, "-": Kind.COMMAND, "=": Kind.PROSE}
    return [
        Step(n, kinds[w[0]], w, Place(Path("x"), n), heading=w[1:], shown=w[0] != "-")
        for n, w in enumerate(words, 1)
    ]


BOOK = steps("-", "=", "+", "=First one", "+First one", "-First one", "=B", "+B")


def numbers(first=None, last=None, *, setup=True) -> list[int]:
    return [step.number for step in select(BOOK, first=first, last=last, setup=setup)]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (None, None, [1, 2, 3, 4, 5, 6, 7, 8]),
        ("1", "8", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("5", None, [1, 5, 6, 7, 8]),
        ("7", "7", [1, 6, 7]),
        (None, "5", [1, 2, 3, 4, 5]),
        ("First one", None, [1, 4, 5, 6, 7, 8]),
        ("first-one", "first-one", [1, 4, 5, 6]),
        ("FIRST ONE", "b", [1, 4, 5, 6, 7, 8]),
        ("5", "First one", [1, 5, 6]),
        ("b", "B", [1, 6, 7, 8]),
    ],
)
def test_select(first, last, found):
    assert numbers(first, last) == found


def test_without_the_set_up():
    assert numbers("b", setup=False) == [7, 8]


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("9", None, "there is no step 9: the last is 8"),
        ("0", None, "there is no step 0: the last is 8"),
        ("C", None, "no step or heading is called 'C'; the headings are: First one, B"),
        ("7", "3", "--to 3 stands before --from 7"),
        ("", None, "''"),
        ("-", None, "'-'"),
        ("²", None, "'²'"),
    ],
)
def test_a_step_that_is_not_there(first, last, message):
    with pytest.raises(NoSuchStepError) as raised:
        numbers(first, last)
    assert message in str(raised.value)


def test_a_runbook_without_headings():
    with pytest.raises(NoSuchStepError) as raised:
        select(steps("+", "+"), first="B", last=None, setup=True)
    assert str(raised.value) == "no step or heading is called 'B'"


@given(st.none() | st.text(), st.none() | st.text())
def test_any_words_give_steps_in_order_or_a_sentence(first, last):
    try:
        found = numbers(first, last)
    except NoSuchStepError:
        return
    assert found == sorted(set(found))
    assert found
