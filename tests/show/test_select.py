"""The part of a runbook that is performed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.book.model import Kind, Place, Step
from runner.show.select import NoSuchStepError, select


def steps(*words: str) -> list[Step]:
    """`+A` is a shown command under heading A, `-A` a hidden one, `=A` prose; `=3 A`: level 3."""
    kinds = {"+": Kind.COMMAND, "-": Kind.COMMAND, "=": Kind.PROSE}
    levels = [int(w[1]) if w[1:2].isdigit() else int(w[1:] != "") for w in words]
    headings = [w[1:].lstrip("0123456789 ") for w in words]
    return [
        Step(n, kinds[w[0]], w, Place(Path("x"), n), heading=h, level=level, shown=w[0] != "-")
        for n, (w, h, level) in enumerate(zip(words, headings, levels, strict=True), 1)
    ]


BOOK = steps("-", "=", "+", "=First one", "+First one", "-First one", "=B", "+B")


def test_a_heading_of_two_sections_is_none():
    two = [replace(step, text=step.text[1:]) for step in steps("=# A", "+# A", "=# B", "=# A")]
    with pytest.raises(NoSuchStepError) as caught:
        select(two, first="# a", last=None, setup=True)
    told = "step 1 (x:1:1) and step 4 (x:4:1): say which by its number"
    assert str(caught.value) == f"'# a' is the heading of {told}"
    assert [step.number for step in select(two, first="4", last=None, setup=True)] == [4]


def test_the_heading_that_is_called_so_goes_before_one_that_is_nearly():
    two = steps("=# A b", "+# A b", "=# A-b", "+# A-b")
    assert [s.number for s in select(two, first="# A-b", last="# A-b", setup=True)] == [3, 4]


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


def test_what_is_to_be_redacted_is_so_wherever_one_begins():
    redact = Step(3, Kind.REDACT, "/x/", Place(Path("x"), 3))
    book = [*steps("-", "+"), redact, Step(4, Kind.COMMAND, "ls", Place(Path("x"), 4), shown=True)]
    assert [s.number for s in select(book, first="4", last=None, setup=True)] == [1, 3, 4]
    assert [s.number for s in select(book, first="4", last=None, setup=False)] == [3, 4]


TREE = steps("=1 A", "+1 A", "=2 B", "+2 B", "=4 C", "=2 D", "+2 D", "=1 E", "=3 F")


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("A", "A", [1, 2, 3, 4, 5, 6, 7]),
        ("B", "B", [3, 4, 5]),
        ("C", "C", [5]),
        ("D", "D", [6, 7]),
        ("E", "E", [8, 9]),
        ("B", "D", [3, 4, 5, 6, 7]),
        ("C", "A", [5, 6, 7]),
        ("D", None, [6, 7, 8, 9]),
    ],
)
def test_a_section_has_its_subsections(first, last, found):
    assert [s.number for s in select(TREE, first=first, last=last, setup=True)] == found


def test_long_runbooks():
    """All of 100,000 steps (`assemble.MAX_ELEMENTS`) may be hidden."""
    found = select(steps(*["-"] * 100_000), first="100000", last=None, setup=True)
    assert len(found) == 100_000


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
