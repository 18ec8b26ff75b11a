"""A performance -> a page, read by Python's own HTML parser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from runner.book.text import printable
from runner.report.html import duration, moment, render
from runner.report.words import plain, within
from runner.take.model import Noted, Printed

VOID = {"meta"}
TEMPLATE = (Path(__file__).parents[2] / "runner" / "report" / "page.html").read_text()
ELEMENTS = set(re.findall(r"<([a-z][a-z0-9]*)", TEMPLATE))
ATTRIBUTES = set(re.findall(r" ([a-z-]+)=\"", TEMPLATE))


class Page(HTMLParser):
    """A page's elements and attributes; fails where they are not nested as they should be."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.text = ""
        self.comments = 0
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses |= {value for name, value in attrs if name in ("href", "src")}
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_comment(self, data):
        self.comments += 1

    def handle_data(self, data):
        if self._open[-1:] != ["style"]:
            self.text += data


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_failure_comes_before_all_steps(performed, entries):
    found = performed(
        entries.begun(1, "true\n", heading="Set up"),
        entries.done(1),
        entries.begun(2, "kubectl get pods\n", heading="Deploy"),
        Printed(0.1, "web Pending\r\n"),
        Noted(0.2, "a notice"),
        entries.done(2, result="failed", reason="the time is up", verdicts=(entries.verdict,)),
        entries.totals(1),
        title="A workshop",
        environment="sandbox",
    )
    page = Page(render([found]))
    told = flat(page.text)
    assert told.startswith("failed: A workshop ✗ failed 1 step passed, 1 failed A workshop demo.md")
    wanted = [
        "in sandbox",
        "✗ Deploy demo.md:2:1 kubectl get pods the time is up",
        "@expect *Ready* demo.md:7 no line of the output matches - *Ready*+ web Pending",
        "What it printed: web Pending",
        "All steps Set up ✓ 1 true 0.5 s",
        "Deploy ✗ 2 kubectl get pods 0.5 s demo.md:2 a notice web Pending",
        "cuebook 0.1.0, bash 5.2.15; a terminal of 80 × 24",
    ]
    places = [told.find(text) for text in wanted]
    assert -1 not in places, f"{wanted[places.index(-1)]!r} is not in {told!r}"
    assert places == sorted(places)


def test_several_runbooks_have_a_table_that_leads_to_each(performed, entries):
    good = performed(entries.begun(), entries.done(), entries.totals())
    page = Page(render([good, good]))
    assert {"#runbook-1", "#runbook-2"} == page.addresses
    assert flat(page.text).startswith("passed: 2 runbooks ✓ passed 2 steps passed RunbookResult")


def test_a_take_that_broke_off(performed, entries):
    told = flat(Page(render([performed(entries.begun(), entries.done())])).text)
    assert "✗ broke off 1 step passed" in told
    assert "✗ The end the take breaks off after line 3" in told


def test_long_output_says_how_much_is_left_out(performed, entries):
    lines = "".join(f"{n}\r\n" for n in range(1000))
    found = performed(entries.begun(), Printed(0.1, lines), entries.done(), entries.totals())
    assert "… the last lines of 4,890 bytes 900 901" in flat(Page(render([found])).text)


def test_output_has_its_colours(performed, entries):
    printed = Printed(0.1, "\x1b[31mred::\x1b[0m::plain\r\n\x1b[1;48;5;226mon yellow\x1b[m\r\n")
    found = performed(entries.begun(), printed, entries.done(status=1), entries.totals(1))
    html = render([found])
    both = '<span class="l0">red::</span>::plain\n<span class="l1">on yellow</span></pre>'
    assert html.count(both) == 2, "with the failure, and with all steps"
    style = html.partition("</style>")[0]
    light, _, dark = style.rpartition("@media screen and (prefers-color-scheme: dark)")
    for part in (light, dark):
        assert ".l0{color:var(--ansi-1)}" in part
        assert re.search(r"\.l1\{color:#\w{6};background:#ffff00;font-weight:700\}", part)


def test_a_blank_line_at_the_top_of_an_output_is_shown(performed, entries):
    printed = Printed(0.1, "\r\nx\r\n")
    found = performed(entries.begun(), printed, entries.done(), entries.totals())
    assert re.search(r'<pre class="output"[^>]*>\n\nx</pre>', render([found]))


def test_it_is_one_file_that_loads_and_runs_nothing(performed, entries):
    html = render([performed(entries.begun(), entries.done(), entries.totals())])
    assert "default-src 'none'" in html
    assert not re.search(r"<script|<link|<img|<iframe|url\(|@import|https?:", html)


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_any_text_is_shown_and_makes_no_element(performances, data):
    drawn = data.draw(performances)
    html = render(drawn)
    assert render(drawn) == html
    html.encode()
    page = Page(html)
    assert page.elements <= ELEMENTS
    assert page.attributes <= ATTRIBUTES
    assert page.comments == 0
    assert all(re.fullmatch(r"#runbook-\d+", address) for address in page.addresses)
    assert printable(html.replace("\n", "")) == html.replace("\n", ""), "a control character"
    told = flat(page.text)
    for performance in drawn:
        for step in performance.bad:
            assert flat(plain(step.begun.file)) in told
            for line in step.output.runs:
                for at, run in enumerate(line):
                    assert flat((within if at else plain)(run.text)) in told


def test_durations():
    assert [duration(s) for s in (0.04, 59.9, 60.4, 3600)] == [
        "0.0 s", "59.9 s", "1 min 0 s", "60 min 0 s",
    ]  # fmt: skip


def test_a_moment_is_told_to_the_minute_with_its_offset():
    assert moment("2026-01-31T09:30:00.000+01:00") == "2026-01-31 09:30 +01:00"
    assert moment("2026-01-31T09:30:00Z") == "2026-01-31 09:30 +00:00"
