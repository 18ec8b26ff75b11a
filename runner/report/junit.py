"""The report in JUnit's XML: a test suite a runbook, a test case a step.

There is no one standard; the elements are those that Jenkins' schema has (jenkinsci/xunit-plugin,
junit-10.xsd), and a test case may have properties and a `file` and `line`, as pytest writes them.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from runner.report.model import NOTHING, overall
from runner.report.words import details, first_line, place, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.report.model import OverallResult, Performance, Refusal, Reported

LINES = 20
"""How many lines of its output are told of a step that failed."""

_COUNTED = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def render(performances: Sequence[Performance], refusals: Sequence[Refusal] = ()) -> str:
    r"""Return the XML. What XML 1.0 forbids stands as an escape, `\x1b` for the escape character.

    A step that failed is a failure; one that was interrupted is an error, and so is whatever else
    kept a performance from beginning, or from coming to its end.
    """
    root = ET.Element("testsuites", name="cuebook")
    root.extend(map(_suite, performances))
    for runbook, those in groupby(refusals, key=lambda refusal: refusal.runbook):
        suite = ET.SubElement(root, "testsuite", name=plain(runbook or "cuebook"), time="0")
        suite.extend(map(_beginning, those))
        _count(suite)
    if not performances and not refusals:
        suite = ET.SubElement(root, "testsuite", name="cuebook", time="0")
        suite.append(_end("cuebook", overall(performances), [NOTHING]))
        _count(suite)
    _count(root)
    root.set("time", _seconds(sum(p.seconds for p in performances)))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(performance: Performance) -> ET.Element:
    header = performance.header
    name = plain(header.runbook.path)
    suite = ET.Element("testsuite", name=name)
    properties = ET.SubElement(suite, "properties")
    for key, value in _properties(performance):
        ET.SubElement(properties, "property", name=plain(key), value=plain(value))
    suite.extend(_case(name, step) for step in performance.listed)
    if performance.why:
        last = performance.rest.lines[-LINES:]
        suite.append(_end(name, performance.result, [performance.why, *last]))
    _count(suite)
    suite.set("time", _seconds(performance.seconds))
    suite.set("timestamp", plain(header.started))
    return suite


def _properties(performance: Performance) -> list[tuple[str, str]]:
    header = performance.header
    said = [("title", header.title), ("environment", header.environment)]
    return [
        *((name, value) for name, value in said if value),
        ("result", performance.result),
        ("mode", header.mode),
        ("terminal", f"{header.columns}x{header.rows}"),
        ("sha256", header.runbook.sha256),
        *((f"version.{program}", number) for program, number in header.versions.items()),
    ]


def _case(runbook: str, step: Reported) -> ET.Element:
    begun = step.begun
    case = ET.Element(
        "testcase",
        classname=f"{runbook}/{plain(begun.heading)}",
        name=f"{begun.number} {first_line(begun.text)}".rstrip(),
        file=plain(begun.file),
        line=str(begun.line),
        time=_seconds(step.seconds),
    )
    properties = ET.SubElement(case, "properties")
    ET.SubElement(properties, "property", name="id", value=plain(begun.id))
    if step.result in ("skipped", "simulated"):
        ET.SubElement(case, "skipped", message=plain(step.told))
    elif step.bad:
        tag = "failure" if step.done else "error"
        found = ET.SubElement(case, tag, message=plain(step.told), type=step.result)
        found.text = "\n".join([place(begun), *details(step, LINES)])
    return case


def _beginning(refusal: Refusal) -> ET.Element:
    """Return a case for what kept a runbook from being performed."""
    name = plain(refusal.runbook or "cuebook")
    case = ET.Element("testcase", classname=name, name="the beginning", time="0")
    if refusal.file:
        case.set("file", plain(refusal.file))
        case.set("line", str(refusal.line))
    message = plain(refusal.message)
    error = ET.SubElement(case, "error", message=message, type="refused")
    error.text = "\n".join(filter(None, (place(refusal), message)))
    return case


def _end(name: str, result: OverallResult, lines: Sequence[str]) -> ET.Element:
    """Return a case for what no step can tell: the first line says it."""
    case = ET.Element("testcase", classname=name, name="the end", file=name, time="0")
    told = [plain(line) for line in lines]
    ET.SubElement(case, "error", message=told[0], type=result).text = "\n".join(told)
    return case


def _count(element: ET.Element) -> None:
    """Say how many cases there are below an element, and what they came to."""
    element.set("tests", str(sum(1 for _ in element.iter("testcase"))))
    for tag, name in _COUNTED.items():
        element.set(name, str(sum(1 for _ in element.iter(tag))))


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
