"""Why runbooks were not performed, of any text -> each kind of report holds it, harmless."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.report.kinds import KINDS, kind
from runner.report.model import Refusal


@pytest.fixture(scope="session")
def refusals(texts) -> st.SearchStrategy[list[Refusal]]:
    number = st.integers(0, 99)
    some = st.builds(Refusal, texts, texts, texts, number, number)
    return st.lists(some, min_size=1, max_size=3)


@settings(deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("name", KINDS)
def test_any_text(refusals, name, data):
    drawn = data.draw(refusals)
    text = kind(name).render([], drawn)
    assert all(c.isprintable() or c in "\n\t" for c in text), "control characters are escaped"
    text.encode()
    if name == "github":  # within such a line the runner looks for nothing else
        assert [line[:8] for line in text.splitlines()] == ["::error "] * len(drawn)
    else:
        assert not re.search(r"^\s*::|##\[", text, re.MULTILINE)
        assert "refused" in text
    if name == "junit":
        cases = list(ET.fromstring(text).iter("testcase"))
        assert [case.get("name") for case in cases] == ["the beginning"] * len(drawn)
        assert ET.fromstring(text).get("errors") == str(len(drawn))
    if name == "json":
        told = [one["message"] for one in json.loads(text)["refusals"]]
        assert told == [one.message for one in drawn]
    if name == "html":
        assert text.count('<section class="failure">') == len(drawn)
    if name == "markdown":
        assert len(re.findall(r"^### ✗ ", text, re.MULTILINE)) == len(drawn)
