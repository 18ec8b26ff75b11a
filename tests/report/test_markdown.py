"""A performance -> Markdown, read as GitHub would, tables included."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from runner.report.markdown import FAILURES, LINES, fence, render, span
from runner.report.words import plain
from runner.take.model import Noted, Printed

READER = MarkdownIt("commonmark", {"html": True}).enable("table")


def kinds(markdown: str) -> set[str]:
    """What there is in it: the types of all tokens."""
    tokens = READER.parse(markdown)
    return {t.type for token in tokens for t in (token, *(token.children or ()))}


def test_a_failure(performed, entries):
    found = performed(
        entries.begun(1, "kubectl get pods | cat\n"),
        Printed(0.1, "web Pending\r\n"),
        Noted(0.2, "a notice"),
        entries.done(result="failed", reason="the time is up", verdicts=(entries.verdict,)),
        entries.begun(2),
        entries.done(2),
        entries.totals(1),
    )
    assert (
        render([found])
        == """\
## ✗ failed: 1 step passed, 1 failed

| runbook | result | passed | failed | skipped | simulated | seconds | performed |
|---|---|--:|--:|--:|--:|--:|---|
| `demo.md` | ✗ failed | 1 | 1 | 0 | 0 | 9.0 | rehearsed, `2026-01-31T09:30:00.000+01:00` |

### ✗ `demo.md:1`, step 1: `kubectl get pods `&#124;` cat`

```
the time is up
```

```diff
demo.md:7: @expect *Ready*: no line of the output matches
- *Ready*
+ web Pending
```

```
! a notice
```

The last lines of its output:

```
web Pending
```
"""
    )


def test_all_passed(performed, entries):
    good = performed(entries.begun(), entries.done(), entries.totals(), environment="sandbox")
    lines = render([good, good]).splitlines()
    assert lines[0] == "## ✓ passed: 2 steps passed"
    assert lines[-1] == (
        "| `demo.md` | ✓ passed | 1 | 0 | 0 | 0 | 9.0"
        " | rehearsed in `sandbox`, `2026-01-31T09:30:00.000+01:00` |"
    )
    assert len(lines) == 6


def test_a_take_that_broke_off(performed, entries):
    text = render([performed(entries.begun(), entries.done())])
    assert text.startswith("## ✗ broke off: 1 step passed\n")
    assert "### ✗ `demo.md`: the end\n\n```\nthe take breaks off after line 3" in text


def test_it_stays_short(performed, entries):
    """A job summary on GitHub may have 1 MiB."""
    noise = Printed(0.1, ("x" * 300 + "\r\n") * 200)
    steps = [
        entry
        for n in range(1, 501)
        for entry in (entries.begun(n, "y" * 5000), noise, entries.done(n, status=1))
    ]
    text = render([performed(*steps, entries.totals(1))])
    assert text.count("### ✗") == FAILURES
    assert text.endswith(f"\n… and {500 - FAILURES} more\n")
    assert text.count("x" * 200) == FAILURES * LINES
    assert len(text) < 200_000


@settings(deadline=None)
@given(data=st.data())
def test_no_text_gets_out_of_its_span(texts, data):
    text = data.draw(texts)
    row = f"| a | b |\n|---|---|\n| {span(text)} | b |\n"
    tokens = READER.parse(row)
    cells = [t for t in tokens if t.type == "td_open"]
    assert len(cells) == 2, row
    (cell,) = [t for t in tokens if t.type == "inline"][2:3]
    assert {t.type for t in cell.children} <= {"code_inline", "text"}
    shown = "".join(t.content for t in cell.children)
    assert shown.strip() == plain(text).strip()
    outside = "".join(t.content for t in cell.children if t.type == "text")
    assert set(outside) <= {"|", " ", "\t"}


@settings(deadline=None)
@given(data=st.data())
def test_no_text_gets_out_of_its_fence(texts, data):
    lines = data.draw(st.lists(texts, min_size=1, max_size=4))
    block, after, *rest = READER.parse("\n".join([*fence(lines), "", "after"]))
    assert (block.type, after.type) == ("fence", "paragraph_open")
    assert block.content == "".join(f"{plain(line)}\n" for line in lines)
    assert [t.content for t in rest if t.type == "inline"] == ["after"]


@pytest.mark.parametrize("text", ["a`b", "``", "`", " a ", "a\\", "\\|", "|", "a|`b`|c", ""])
def test_what_is_hard_for_a_span(text):
    html = READER.renderInline(span(text))
    shown = html.replace("<code>", "").replace("</code>", "")
    assert shown.strip() == text.strip()


@settings(deadline=None)
@given(data=st.data())
def test_a_whole_report_has_the_shape_that_it_should_have(performances, data):
    drawn = data.draw(performances)
    text = render(drawn)
    text.encode()
    assert render(drawn) == text
    tokens = READER.parse(text)
    rows = [t for t in tokens if t.type == "tr_open"]
    assert len(rows) == 1 + len(drawn)
    assert sum(t.type == "td_open" for t in tokens) == 8 * len(drawn)
    headings = [t for t in tokens if t.type == "heading_open"]
    told = sum(len(p.bad) + bool(p.why) for p in drawn)
    assert len(headings) == 1 + told
    assert kinds(text).isdisjoint(
        {"html_block", "html_inline", "link_open", "image", "em_open", "strong_open", "hr"}
    )
