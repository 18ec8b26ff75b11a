"""A performance -> JUnit's XML, read back by junitparser."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped

from runner.report.junit import render
from runner.take.model import Noted, Printed

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0, section 2.2, does not allow; https://www.w3.org/TR/xml/#charsets."""


@pytest.fixture
def suites(performed):
    """Return a function: entries of a take -> the test suites that junitparser reads."""

    def suites(*entries, **header):
        return list(JUnitXml.fromstring(render([performed(*entries, **header)]).encode()))

    return suites


def test_a_suite_for_the_runbook_and_a_case_for_each_command(suites, entries):
    (suite,) = suites(
        entries.begun(1, "# Prose", kind="prose"),
        entries.done(1),
        entries.begun(2, "for i in 1 2\ndo echo $i; done\n", heading="Deploy"),
        entries.done(2, seconds=1.5),
        entries.totals(),
        title="A demo",
    )
    assert (suite.name, suite.tests, suite.failures, suite.errors) == ("demo.md", 1, 0, 0)
    assert suite.timestamp == "2026-01-31T09:30:00.000+01:00"
    (case,) = suite
    assert (case.classname, case.name) == ("demo.md/Deploy", "2 for i in 1 2…")
    assert (case.time, case.is_passed) == (1.5, True)
    assert (case._elem.get("file"), case._elem.get("line")) == ("demo.md", "2")
    assert [p.attrib for p in case._elem.iter("property")] == [{"name": "id", "value": "h:2"}]


def test_what_was_performed_stands_in_the_properties(suites, entries):
    (suite,) = suites(entries.totals(), title="A demo", environment="sandbox")
    assert {p.name: p.value for p in suite.properties()} == {
        "title": "A demo",
        "environment": "sandbox",
        "result": "passed",
        "mode": "rehearsed",
        "terminal": "80x24",
        "sha256": "00" * 32,
        "version.cuebook": "0.1.0",
        "version.bash": "5.2.15",
    }


def test_a_failure_has_its_place_the_difference_and_the_last_lines(suites, entries):
    (suite,) = suites(
        entries.begun(),
        Printed(0.1, "web Pending\r\n"),
        Noted(0.2, "a notice"),
        entries.done(
            status=0, result="failed", reason="the time is up", verdicts=(entries.verdict,)
        ),
        entries.totals(1),
    )
    (case,) = suite
    (failure,) = case.result
    assert isinstance(failure, Failure)
    assert failure.message == "the time is up"
    assert failure.text.splitlines() == [
        "demo.md:1:1",
        "the time is up",
        "demo.md:7: @expect *Ready*: no line of the output matches",
        "- *Ready*",
        "+ web Pending",
        "! a notice",
        "",
        "the last lines of its output:",
        "web Pending",
    ]


def test_a_step_that_was_interrupted_is_an_error(suites, entries):
    (suite,) = suites(entries.begun(), entries.totals(143, reason="ended by signal 15"))
    told = [(case.name, type(r), r.message) for case in suite for r in case.result]
    assert told == [
        ("1 echo 1", Error, "it did not end"),
        ("the end", Error, "ended by signal 15"),
    ]
    assert (suite.tests, suite.errors) == (2, 2)


def test_a_step_that_was_left_out_is_skipped(suites, entries):
    (suite,) = suites(
        entries.begun(), entries.done(result="skipped", reason="by key"), entries.totals()
    )
    (case,) = suite
    assert [(type(r), r.message) for r in case.result] == [(Skipped, "by key")]


def test_a_take_that_broke_off_between_steps_does_not_pass(suites, entries):
    (suite,) = suites(entries.begun(), entries.done())
    first, end = suite
    assert first.is_passed
    assert end.name == "the end"
    assert end.result[0].message.startswith("the take breaks off after line 3")
    assert suite.errors == 1


def test_all_is_counted(performed, entries):
    good = performed(entries.begun(), entries.done(), entries.totals())
    bad = performed(entries.begun(), entries.done(status=1), entries.totals(1))
    whole = JUnitXml.fromstring(render([good, bad, bad]).encode())
    assert (whole.tests, whole.failures, whole.errors, whole.skipped) == (3, 2, 0, 0)
    assert whole.time == pytest.approx(27)


@settings(deadline=None)
@given(data=st.data())
def test_any_text_is_read_back_and_holds_nothing_that_xml_forbids(performances, data):
    drawn = data.draw(performances)
    text = render(drawn)
    assert not FORBIDDEN.search(text)
    assert render(drawn) == text
    found = list(JUnitXml.fromstring(text.encode()))
    assert len(found) == len(drawn)
    for suite, performance in zip(found, drawn, strict=True):
        cases = len(performance.listed) + bool(performance.why)
        assert (suite.tests, len(list(suite))) == (cases, cases)
        held = all(case.is_passed or case.is_skipped for case in suite)
        assert held == (performance.result == "passed"), "what did not pass must show"
    tags = {element.tag for element in ET.fromstring(text).iter()}
    assert tags <= {
        *("testsuites", "testsuite", "properties", "property"),
        *("testcase", "failure", "error", "skipped"),
    }
