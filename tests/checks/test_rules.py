"""A rule and lines -> whether it holds."""

from __future__ import annotations

import fnmatch
import re
import signal
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.checks import rules
from runner.checks.rules import Rule, parse

# An interruption may come while Hypothesis counts garbage: it is dropped, and comes again.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def rule(text: str) -> Rule:
    made = parse(text)
    assert isinstance(made, Rule), made
    return made


def after(text: str, lines: list[str]) -> Rule:
    made = rule(text)
    made.feed(lines)
    return made


@pytest.mark.parametrize(
    ("text", "line", "held"),
    [
        ("ready", "ready", True),
        ("ready", "not ready", False),
        ("ready", "Ready", False),
        ("*ready*", "it is ready now", True),
        ("*ready*", "ready", True),
        ("pod-? *", "pod-1 Running", True),
        ("pod-? *", "pod-10 Running", False),
        ("a*b*c", "a-c-b-c", True),
        ("a*b*c", "a-c-b", False),
        ("*ab", "aab", True),
        ("*a?c*", "ab abc", True),
        ("?", "日", True),
        ("*", "", True),
        ("**", "x", True),
        ("[a-z].(+", "[a-z].(+", True),
        ("100%", "100%", True),
        # Escapes.
        (r"\*", "*", True),
        (r"\*", "x", False),
        (r"a\?", "a?", True),
        (r"a\?", "ab", False),
        (r"a\\*", r"a\b", True),
        (r"C:\dir", r"C:\dir", True),
        ("end\\", "end\\", True),
        (r"\!x", "!x", True),
        (r"\/usr/", "/usr/", True),
        (r"x\/", r"x\/", True),
        # Regular expressions.
        ("/^ready$/", "ready", True),
        ("/read[xy]/", "already there", True),
        ("/READ/", "ready", False),
        ("/(?i)READ/", "ready", True),
        (r"/\d+\/\d+/", "1/1 Running", True),
        ("/usr/bin", "/usr/bin", True),
        ("/", "/", True),
        # Absence.
        ("! error", "fine", True),
        ("! *error*", "an error", False),
        ("!*error*", "an error", False),
        ("! /err/", "an error", False),
        ("! /err/", "fine", True),
        ("! !x", "!x", False),
    ],
)
def test_a_line(text, line, held):
    assert after(text, [line]).held is held


@pytest.mark.parametrize(
    ("text", "lines", "problem"),
    [
        ("x", [], "there was no output"),
        ("x", ["y", ""], "no line of the output matches"),
        ("*", [], "there was no output"),
        ("! x", [], ""),
        ("! x", ["y", "x", "x"], "line 2 of the output matches, and none may"),
        ("x", ["y", "x"], ""),
    ],
)
def test_why_it_does_not_hold(text, lines, problem):
    assert after(text, lines).problem == problem
    # As well where the lines come one by one.
    by_one = rule(text)
    for line in lines:
        by_one.feed([line])
    assert by_one.problem == problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "needs a rule: text, /regex/, or ! before either"),
        ("!", "needs a rule: text, /regex/, or ! before either"),
        ("! ", "needs a rule: text, /regex/, or ! before either"),
        ("//", "needs a pattern between the slashes; \\// is a line of two slashes"),
        ("/(/", "has a pattern that is not valid, /(/: missing ), unterminated subpattern"),
        ("! /a**/", "has a pattern that is not valid, /a**/: multiple repeat"),
        ("/a{99999999999}/", "has a pattern that is not valid, /a{99999999999}/: the repetition"),
        ("/" + "(" * 9999 + "a" + ")" * 9999 + "/", "has a pattern that is not valid, /((("),
    ],
)
def test_what_is_no_rule(text, problem):
    found = parse(text)
    assert isinstance(found, str)
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("/(a+)+$/", "a" * 64 + "!"),
        ("! /(a+)+$/", "a" * 64 + "!"),
        ("/(a|aa)+$/", "a" * 64 + "!"),
        ("/(x+x+)+y/", "x" * 5000),
        ("/^(([a-z])+.)+[A-Z]([a-z])+$/", "a" * 64),
        ("/.*.*.*.*=/", "x" * 50_000),
    ],
)
def test_a_hostile_pattern_is_given_up(text, line, monkeypatch):
    monkeypatch.setattr(rules, "SECONDS", 0.1)
    found = after(text, [line])
    assert not found.held
    assert found.problem == (
        "the pattern takes too long to search for, so nobody knows: make it simpler"
    )
    # It costs no more after that.
    began = time.process_time()
    found.feed([line] * 100)
    assert time.process_time() - began < 1
    assert signal.getsignal(signal.SIGVTALRM) is signal.SIG_DFL
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_many_stars_are_no_hostile_pattern():
    assert after("*a" * 200 + "*b", ["a" * 60_000]).problem == "no line of the output matches"


def test_a_pattern_that_takes_long_to_read(monkeypatch):
    monkeypatch.setattr(rules, "SECONDS", 0.01)
    found = parse("/" + "(?:a|b)" * 50_000 + "/")
    assert isinstance(found, str)
    assert found.startswith("has a pattern that takes too long to read, /")


def test_outside_of_the_main_thread_there_is_no_limit():
    found: list[bool] = []
    thread = threading.Thread(target=lambda: found.append(after("/(a+)+$/", ["aaa!"]).held))
    thread.start()
    thread.join()
    assert found == [False]


CHARACTERS = st.text(st.sampled_from("ab*?\\!/é[]. "), max_size=8)


def written(text: str) -> str:
    """Return the rule for a line that is `text`."""
    return re.sub(r"([*?\\]|^[!/])", r"\\\1", text)


@settings(deadline=None)
@given(CHARACTERS.map(str.strip).filter(bool), CHARACTERS)
def test_a_line_is_matched_by_itself_escaped_and_by_nothing_else(line, other):
    assert after(written(line), [line]).held
    assert after(written(line), [other]).held is (line == other)
    assert after(f"! {written(line)}", [other]).held is (line != other)


@settings(deadline=None)
@given(
    st.text(st.sampled_from("ab*?"), min_size=1, max_size=10),
    st.text(st.sampled_from("ab"), max_size=10),
)
def test_stars_and_question_marks_are_those_of_the_shell(text, line):
    assert after(text, [line]).held is fnmatch.fnmatchcase(line, text)


@settings(deadline=None)
@given(st.text(st.sampled_from("ab|()*+?[].^$\\/!"), max_size=8), CHARACTERS)
def test_any_text_is_a_rule_or_a_sentence(text, line):
    found = parse(text)
    if isinstance(found, Rule):
        found.feed([line])
        assert found.held is (found.problem == "")
    else:
        assert found.startswith(("needs ", "has "))
