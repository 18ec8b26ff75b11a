"""Takes: from events to a file, from a file to what is read of it, and by the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from runner.book.model import FrontMatter, Kind, Place, Runbook, Step
from runner.show.events import Ended, Outcome, Output, Started
from runner.take.model import FORMAT, Header, Source
from runner.take.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable

CUEBOOK = (sys.executable, "-P", "-m", "runner.cli.main")
HEADER = Header(
    format=FORMAT,
    runbook=Source("demo.md", "00" * 32),
    imports=(Source("lib.sh", ""),),
    title="A demo",
    mode="rehearsed",
    environment="",
    rows=24,
    columns=80,
    versions={"cuebook": "0.1.0", "bash": "5.2.15"},
    started="2026-01-31T09:30:00.000+01:00",
)


class Clock:
    """Time that stands still unless it is told to pass."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def step(number: int, text: str = "", *, kind: Kind = Kind.COMMAND, heading: str = "H", **more):
    """A step on the line that its number names."""
    text = text or f"echo {number}\n"
    return Step(number, kind, text, Place(Path("demo.md"), number), heading, 1, True, **more)


def book(*steps: Step) -> Runbook:
    path = Path("demo.md")
    return Runbook(path, FrontMatter(), tuple(steps), {}, (), (path,))


class Recording:
    """A take that is being written; time stands still unless it is told to pass."""

    def __init__(self, path: Path, steps: list[Step], header: Header = HEADER, **options) -> None:
        self.path = path
        self.steps = {step.number: step for step in steps}
        self.clock = Clock()
        self.writer = Writer(path, header, steps, clock=self.clock, **options)

    def play(self, number: int, *output: bytes, status: int = 0, seconds: float = 0.5, **more):
        """Perform a step: it begins, prints, takes its time and ends."""
        played = self.steps[number]
        self.begin(number, played.text, played.heading)
        for data in output:
            self.writer(Output(data))
        self.clock.now += seconds
        outcome = Outcome.FAILED if status else Outcome.PASSED
        self.writer(Ended(played, outcome, status, seconds, **more))
        return self

    def begin(self, number: int, text: str = "x", heading: str = ""):
        """Begin a step, as the shell has it when it has sent the command."""
        self.writer(Started(self.steps[number], text, heading))
        self.writer.idle()

    def finish(self, status: int = 0, reason: str = "") -> Path:
        self.writer.finish(status, reason)
        return self.path

    @property
    def lines(self) -> list[dict[str, object]]:
        """What the file holds now; the first line left out."""
        return [json.loads(line) for line in self.path.read_text("ascii").splitlines()[1:]]

    def field(self, kind: str, name: str) -> list[object]:
        """A field of all lines of a type."""
        return [line[name] for line in self.lines if line["type"] == kind]


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Recording]:
    """Return a function that begins a take of some steps, or of ten."""

    def record(*steps: Step, name: str = "take.jsonl", **options) -> Recording:
        return Recording(tmp_path / name, list(steps) or [step(n) for n in range(1, 11)], **options)

    return record


class Run(NamedTuple):
    status: int
    stdout: str
    stderr: str

    @property
    def lines(self) -> list[str]:
        return self.stdout.splitlines()


@pytest.fixture
def cuebook(tmp_path: Path) -> Callable[..., Run]:
    """Return a function that calls `cuebook` in the folder where takes are recorded."""

    def cuebook(*args: object, env: dict[str, str] | None = None) -> Run:
        usual = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [*CUEBOOK, *map(str, args)],
            check=False,
            cwd=tmp_path,
            env=usual | (env or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=30,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    return cuebook


@pytest.fixture(name="step")
def _step() -> Callable[..., Step]:
    return step


@pytest.fixture(name="book")
def _book() -> Callable[..., Runbook]:
    return book


@pytest.fixture(name="header")
def _header() -> Header:
    return HEADER
