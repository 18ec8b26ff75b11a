"""A performance -> the object for programs, as docs/reports.md describes it."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from runner.report.json import render
from runner.take.model import Begun, Header, Noted, Printed, Totals


def test_all_of_it(performed, entries):
    found = performed(
        Noted(0.0, "first"),
        entries.begun(1, "ls\n"),
        Printed(0.1, "a\r\nb\r\n"),
        entries.done(1, status=2, verdicts=(entries.verdict,)),
        Printed(1.0, "bye\r\n"),
        entries.totals(1, failed=1),
        environment="sandbox",
    )
    value = json.loads(render([found]))
    (performance,) = value.pop("performances")
    assert value == {
        "format": 1, "result": "failed",
        "passed": 0, "failed": 1, "unfinished": 0, "skipped": 0, "simulated": 0,
        "refusals": [],
    }  # fmt: skip
    assert set(performance.pop("take")) == set(Header._fields)
    assert set(performance.pop("totals")) == set(Totals._fields)
    (step,) = performance.pop("steps")
    assert performance == {
        "result": "failed",
        "seconds": 9.0,
        "notes": ["first"],
        "rest": {"lines": ["bye"], "size": 5, "whole": True},
        "broke_off": "",
    }
    assert set(step) == {
        *Begun._fields, "result", "done", "notes", "output"
    }  # fmt: skip
    assert step["done"]["status"] == 2
    assert step["done"]["verdicts"][0]["difference"] == ["- *Ready*", "+ web Pending"]
    digest = step["output"].pop("sha256")
    assert len(digest) == 64
    assert step["output"] == {"lines": ["a", "b"], "size": 6, "whole": True}


def test_a_take_that_broke_off(performed, entries):
    value = json.loads(render([performed(entries.begun())]))
    (performance,) = value["performances"]
    assert (value["result"], value["unfinished"]) == ("broke off", 1)
    assert performance["totals"] is None
    assert performance["steps"][0]["done"] is None
    assert performance["broke_off"].startswith("the take breaks off after line 2, in step 1")


@settings(deadline=None)
@given(data=st.data())
def test_any_text_is_read_back(performances, data):
    drawn = data.draw(performances)
    text = render(drawn)
    assert text.isascii()
    assert render(drawn) == text
    for one, performance in zip(json.loads(text)["performances"], drawn, strict=True):
        assert one["take"]["title"] == performance.header.title
        assert [s["text"] for s in one["steps"]] == [s.begun.text for s in performance.steps]
