"""A performance -> annotations, read as GitHub's runner reads a job's log."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.report.github import render
from runner.report.kinds import kind
from runner.take.model import Printed


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    message: str


COMMAND = re.compile(r"(?m)^\s*::\w|##\[")


def obeyed(log: str) -> list[Command]:
    """Return the workflow commands that the runner finds in a log (`ActionCommand.cs`).

    A line is one if it begins, after spaces, `::NAME `, or else has `##[NAME ` anywhere.
    """
    found = []
    for line in re.split(r"\r\n|\r|\n", log):
        stripped = line.lstrip()
        head, colons, message = stripped.removeprefix("::").partition("::")
        if not (stripped.startswith("::") and colons):
            assert "##[" not in line, "the older form of a command"
            continue
        name, _, said = head.partition(" ")
        pairs = (pair.split("=", 1) for pair in said.strip().split(",") if pair)
        properties = {pair[0]: read(pair[1], "\r\n:,%") for pair in pairs if len(pair) == 2}
        found.append(Command(name, properties, read(message, "\r\n%")))
    return found


def read(value: str, escaped: str) -> str:
    for character in escaped:
        value = value.replace(f"%{ord(character):02X}", character)
    return value


@pytest.fixture(autouse=True)
def _no_actions(monkeypatch):
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)


def test_nothing_went_wrong(performed, entries):
    assert render([performed(entries.begun(), entries.done(), entries.totals())]) == ""


def test_a_failed_step(performed, entries):
    found = performed(
        entries.begun(3, "ls 100%, a:b\n"),
        Printed(0.1, "no\r\n::error::yes\r\n"),
        entries.done(3, status=2),
        entries.totals(1),
    )
    assert render([found]) == (
        "::error file=demo.md,line=3,col=1,title=demo.md%2C step 3%3A ls 100%25%2C a%3Ab"
        "::exit status 2%0Ano%0A::error::yes\n"
    )


def test_checks_that_did_not_hold_stand_at_their_lines(performed, entries):
    other = entries.verdict._replace(rule="output", line=9, difference=())
    found = performed(
        entries.begun(),
        Printed(0.1, "web\r\n"),
        entries.done(result="failed", verdicts=(entries.verdict, other)),
        entries.totals(1),
    )
    first, second = obeyed(render([found]))
    assert first.properties == {"file": "demo.md", "line": "7", "title": "demo.md, step 1: echo 1"}
    assert first.message.splitlines() == [
        "demo.md:7: @expect *Ready*: no line of the output matches",
        "- *Ready*",
        "+ web Pending",
    ]
    assert second.properties["line"] == "9"
    assert second.message.splitlines()[1:] == ["web"]


def test_a_take_that_broke_off(performed, entries):
    (found,) = obeyed(render([performed(entries.begun(), entries.done())]))
    assert (found.name, found.properties) == ("error", {"file": "demo.md", "title": "demo.md"})
    assert found.message.startswith("the take breaks off after line 3")


def test_an_environment_that_stood_in(performed, entries):
    good = performed(entries.begun(), entries.done(), entries.totals(), environment="sandbox")
    (notice,) = obeyed(render([good]))
    assert (notice.name, notice.message) == ("notice", "demo.md was rehearsed in sandbox")
    bad = performed(
        entries.begun(), entries.done(status=1), entries.totals(1), environment="sandbox"
    )
    titles = [command.properties["title"] for command in obeyed(render([bad]))]
    assert titles == ["demo.md (in sandbox), step 1: echo 1", "demo.md (in sandbox)"]


class TestPaths:
    """GitHub wants them from the repository's root; a take has them from where cuebook ran."""

    @pytest.mark.parametrize(
        ("root", "file", "told"),
        [
            (".", "demo.md", "demo.md"),
            ("..", "demo.md", "docs/demo.md"),
            ("..", "../other/demo.md", "other/demo.md"),
            (".", "/etc/demo.md", "/etc/demo.md"),
        ],
    )
    def test_from_the_root(self, performed, entries, tmp_path, monkeypatch, root, file, told):
        (tmp_path / "docs").mkdir()
        monkeypatch.chdir(tmp_path / "docs")
        monkeypatch.setenv("GITHUB_WORKSPACE", os.path.normpath(tmp_path / "docs" / root))
        found = performed(entries.begun(file=file), entries.done(status=1), entries.totals(1))
        assert obeyed(render([found]))[0].properties["file"] == told


@settings(deadline=None)
@given(data=st.data())
def test_nothing_in_a_take_makes_a_command(performances, data):
    drawn = data.draw(performances)
    text = render(drawn)
    wanted = 0
    for performance in drawn:
        wanted += sum(len(step.broken) or 1 for step in performance.bad)
        wanted += bool(performance.why) + bool(performance.header.environment)
    assert text.count("\n") == wanted
    found = obeyed(text)
    assert len(found) == wanted
    for command in found:
        assert command.name in ("error", "notice")
        assert set(command.properties) <= {"file", "line", "col", "title"}
    text.encode()


@pytest.mark.parametrize("name", ["html", "json", "junit", "markdown"])
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_no_other_report_makes_one_either_where_it_is_printed_in_a_log(performances, name, data):
    text = kind(name).render(data.draw(performances))
    assert not COMMAND.search(text), COMMAND.search(text)
