"""Takes, written an entry at a time or made up by Hypothesis, and what reports say of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st

from runner.checks.sgr import Look
from runner.render.content import PLAIN, Run
from runner.report.gather import gather
from runner.report.model import Performance, Printed, Reported
from runner.take.format import line
from runner.take.model import FORMAT, Begun, Done, Header, Source, Totals, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runner.take.model import Entry

HEADER = Header(
    format=FORMAT,
    runbook=Source("demo.md", "00" * 32),
    imports=(),
    title="",
    mode="rehearsed",
    environment="",
    rows=24,
    columns=80,
    versions={"cuebook": "0.1.0", "bash": "5.2.15"},
    started="2026-01-31T09:30:00.000+01:00",
)


def begun(number: int = 1, text: str = "", **more) -> Begun:
    """A command on the line that its number names."""
    usual = {"at": number - 1.0, "id": f"h:{number}", "kind": "command", "heading": "H"}
    usual |= {"file": "demo.md", "line": number, "column": 1}
    return Begun(number=number, text=text or f"echo {number}\n", **usual | more)


def done(number: int = 1, status: int = 0, **more) -> Done:
    """Its end, after half a second."""
    usual = {"at": number - 0.5, "id": f"h:{number}", "seconds": 0.5}
    usual |= {"result": "failed" if status else "passed"}
    return Done(status=status, **usual | more)


def totals(status: int = 0, **more) -> Totals:
    counts = {"passed": 0, "failed": 0, "skipped": 0, "simulated": 0}
    return Totals(**{"at": 9.0, **counts, "status": status} | more)


VERDICT = Verdict(
    rule="@expect *Ready*",
    held=False,
    message="no line of the output matches",
    file="demo.md",
    line=7,
    difference=("- *Ready*", "+ web Pending"),
)


@pytest.fixture
def write_take(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a take; `header` says what is not as usual in its header."""

    def write_take(*entries: Entry, name: str = "take.jsonl", **header) -> Path:
        path = tmp_path / name
        path.write_bytes(b"".join(map(line, (HEADER._replace(**header), *entries))))
        return path

    return write_take


@pytest.fixture
def performed(write_take) -> Callable[..., Performance]:
    """Return a function that gathers a performance from the entries of its take."""

    def performed(*entries: Entry, **header) -> Performance:
        return gather(write_take(*entries, **header))

    return performed


TEXTS = st.sampled_from(["::error::no", " ::stop-commands::x", "##[error]no", "# ##[x]"]) | st.text(
    st.one_of(
        st.sampled_from("`|<>&\"'%:,*_[]()#@!\\~\n\r\t\x1b\x00\udc80\ud800\ufffe\x85\u202e- +="),
        st.characters(),
    ),
    max_size=30,
)

RUNS = st.builds(Run, TEXTS, st.sampled_from([PLAIN, Look("1"), Look(inverse=True)]))
LINES = st.lists(st.lists(RUNS, max_size=2).map(tuple), max_size=3).map(tuple)

VERDICTS = st.builds(
    Verdict,
    rule=TEXTS,
    held=st.booleans(),
    message=TEXTS,
    file=TEXTS,
    line=st.integers(1, 99),
    difference=st.lists(TEXTS, max_size=3).map(tuple),
)
STEPS = st.builds(
    Reported,
    begun=st.builds(
        begun,
        st.integers(1, 99),
        TEXTS,
        heading=TEXTS,
        file=TEXTS,
        id=TEXTS,
        kind=st.sampled_from(["command", "prose"]),
    ),
    done=st.none()
    | st.builds(
        done,
        status=st.integers(0, 255),
        reason=TEXTS,
        verdicts=st.lists(VERDICTS, max_size=2).map(tuple),
        result=st.sampled_from(["passed", "failed", "skipped", "simulated"]),
    ),
    output=st.builds(Printed, LINES, whole=st.booleans()),
    digest=st.just("00"),
    notes=st.lists(TEXTS, max_size=2).map(tuple),
)
HEADERS = st.builds(
    HEADER._replace,
    title=TEXTS,
    environment=TEXTS,
    runbook=st.builds(Source, TEXTS, TEXTS),
    versions=st.dictionaries(TEXTS, TEXTS, max_size=2),
    started=st.sampled_from([HEADER.started, "2026-01-31|09:30:00+01:00"]),
)
ENDS = st.one_of(
    st.tuples(st.none(), TEXTS.map(lambda text: f"it breaks off: {text}")),
    st.tuples(st.builds(totals, st.sampled_from([0, 1, 130]), reason=TEXTS), st.just("")),
)
PERFORMANCES = st.builds(
    lambda end, **more: Performance(totals=end[0], broke_off=end[1], **more),
    ENDS,
    header=HEADERS,
    steps=st.lists(STEPS, max_size=4).map(tuple),
    notes=st.lists(TEXTS, max_size=2).map(tuple),
    rest=st.builds(Printed, LINES),
    seconds=st.floats(0, 1000),
)


@pytest.fixture(scope="session")
def performances() -> st.SearchStrategy[list[Performance]]:
    """Performances of which every text is hostile."""
    return st.lists(PERFORMANCES, min_size=1, max_size=2)


@pytest.fixture(scope="session")
def texts() -> st.SearchStrategy[str]:
    """Text that a take may hold; what means something to a reader of reports is frequent in it."""
    return TEXTS


@pytest.fixture(scope="session")
def entries() -> SimpleNamespace:
    """The functions and values of which a test makes a take."""
    return SimpleNamespace(begun=begun, done=done, totals=totals, verdict=VERDICT)
