# SPDX-License-Identifier: Apache-2.0
"""Runs a runbook twice, by plain bash and by `cuebook rehearse`, and compares what they call."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
BASH = shutil.which("bash") or "bash"
PATIENCE = 300.0  # seconds that only a failure takes

STUBS = (
    *("bat", "browse", "curl", "docker", "helm", "jq", "k3d", "kind", "kubectl", "linkerd"),
    *("localcluster", "watch"),
    *("call", "ends", "environment", "fails", "feed", "final", "mask", "says"),
    *("bg-call", "bg-ends", "bg-says"),
)

# What `cuebook rehearse` starts with, of what bash would not have by itself.
PRELUDE = "set -a\nshopt -s expand_aliases\n"


def short(text: str) -> str:
    """Return `text` for a message: quoted, and not all of it where it is very long."""
    return repr(text) if len(text) < 2000 else f"{text[:500]!r}… ({len(text)} characters)"


def end(output: str) -> str:
    """Return the last lines of `output`, for a message."""
    return "\n".join(line[:500] for line in output.splitlines()[-60:]) or "nothing"


@dataclass(frozen=True)
class Call:
    """One call of a stub; `read` is what it found on its standard input, where it looked."""

    name: str
    cwd: str
    arguments: tuple[str, ...]
    read: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [" ".join([self.name, *map(short, self.arguments)]), f"    in {self.cwd}"]
        return "\n".join([*lines, *(f"    read {short(r)}" for r in self.read)])

    @property
    def in_background(self) -> bool:
        """Whether it may come at any time: it counts, its place among the others does not."""
        return self.name.startswith("bg-")


@dataclass(frozen=True)
class Run:
    """What a run did: its calls in order, its status, all that it printed."""

    title: str
    calls: tuple[Call, ...]
    status: int
    output: str


# ---- a runbook's blocks, and how it is run


def blocks(runbook: Path, text: str | None = None) -> str:
    """Return the shell blocks of `runbook`, imports in their place: backtick fences at a line's
    start, comments of one line."""
    fence, script = "", []
    for line in (text or runbook.read_text()).splitlines(keepends=True):
        if fence:
            if line.rstrip() == "```":
                fence = ""
            elif fence == "run":
                script.append(line)
        elif opening := re.match(r"```\s*(\w*)(.*)", line):
            runs = opening[1] in {"bash", "sh", "shell"} and "norun" not in opening[2].split()
            fence = "run" if runs else "show"
        elif imported := re.match(r"<!-- *@import +(\S+) *-->", line):
            path = runbook.parent / imported[1]
            script.append(blocks(path) if path.suffix == ".md" else path.read_text())
    return "".join(script)


@dataclass(frozen=True)
class Manner:
    """How a runbook wants to be run: its `reference` comment."""

    options: tuple[str, ...]
    ends: int
    crlf: bool

    @classmethod
    def of(cls, text: str) -> Manner:
        found = re.search(r"<!-- reference: (.*?) -->", text)
        words = [w.strip() for w in found[1].split(";")] if found else []
        options = tuple(itertools.chain(*(w.split() for w in words if w.startswith("--"))))
        ends = next((int(w.split()[1]) for w in words if w.startswith("ends ")), 0)
        return cls(options, ends, "crlf" in words)


# ---- running and recording


class Theatre:
    """A folder for one comparison: stubs, and a place to run in that each run finds the same.

    `answers` is what the stubs say; `furnish` puts into the empty work folder what the runbook
    finds there.
    """

    def __init__(
        self,
        folder: Path,
        *,
        answers: Path = HERE / "answers",
        furnish: Callable[[Path], None] | None = None,
    ) -> None:
        self.folder = folder
        self.work = folder / "work"
        self.bin = folder / "bin"
        self.books = folder / "books"
        self.bin.mkdir()
        shutil.copytree(HERE / "runbooks", self.books)
        shutil.copy(HERE / "stub", self.bin / "stub")
        shutil.copy(answers, folder / "answers")
        for name in STUBS:
            (self.bin / name).symlink_to("stub")
        self.furnish = furnish or self._furnish

    def _furnish(self, work: Path) -> None:
        (work / "localcluster").symlink_to(self.bin / "localcluster")

    def run(self, title: str, *argv: str | Path) -> Run:
        """Run a program in a fresh work folder; what it leaves running is ended."""
        for name in ("calls", "home", "work"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            (self.folder / name).mkdir()
        self.furnish(self.work)
        printed = self.folder / f"{title}.output"
        with printed.open("wb") as output:
            process = subprocess.Popen(
                [str(a) for a in argv],
                cwd=self.work,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                status = process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                status = -signal.SIGALRM
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return Run(title, self.calls(), status, printed.read_text(errors="replace"))

    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "home"),
            "SHELL": BASH,
            "LC_ALL": "C.UTF-8",
            "TERM": "dumb",
        }

    def calls(self) -> tuple[Call, ...]:
        """Return the calls that were recorded, in order."""
        records = (self.folder / "calls").glob("[0-9]*")
        calls = []
        for record in sorted(records, key=lambda r: int(r.name)):
            fields = record.read_bytes().decode(errors="surrogateescape").split("\0")
            name, cwd, count, *rest = fields
            at = int(count)
            calls.append(Call(name, cwd, tuple(rest[:at]), tuple(rest[at:-1])))
        return tuple(calls)

    def plain(self, script: str) -> Run:
        path = self.folder / "plain.bash"
        path.write_text(PRELUDE + script)
        return self.run("bash", BASH, path)

    def rehearsed(self, runbook: Path, *options: str) -> Run:
        return self.run("cuebook", *cuebook(), "rehearse", runbook, "--no-init", *options)


def cuebook() -> tuple[str, ...]:
    beside = Path(sys.executable).with_name("cuebook")
    return (str(beside),) if beside.exists() else (sys.executable, "-m", "runner.cli.main")


# ---- comparing


def difference(expected: Run, got: Run) -> str:
    """Return the first thing in which two runs' calls differ, told for a person; "" for none."""
    told: list[str] = []
    ordered = [[c for c in run.calls if not c.in_background] for run in (expected, got)]
    for number, (ours, theirs) in enumerate(itertools.zip_longest(*ordered), 1):
        if ours != theirs:
            told += [f"call {number} differs.", f"  {expected.title}: {ours or 'nothing'}"]
            told += [f"  {got.title}: {theirs or 'nothing'}"]
            if number > 1:
                told += [f"  after: {ordered[0][number - 2]}"]
            break
    here, there = (Counter(c for c in run.calls if c.in_background) for run in (expected, got))
    for title, calls in ((expected.title, here - there), (got.title, there - here)):
        told += [f"in the background, only {title}, {n} times: {c}" for c, n in calls.items()]
    return "\n".join(told)


def compare(theatre: Theatre, runbook: Path, script: str, manner: Manner) -> None:
    plain = theatre.plain(script)
    rehearsed = theatre.rehearsed(runbook, *manner.options)
    assert plain.calls, f"bash made no call at all:\n{plain.output}"
    printed = "".join(f"\n---- {r.title} printed\n{end(r.output)}" for r in (plain, rehearsed))
    if told := difference(plain, rehearsed):
        pytest.fail(told + printed, pytrace=False)
    if rehearsed.status != manner.ends:
        told = f"cuebook rehearse ended with {rehearsed.status}, not {manner.ends}"
        pytest.fail(told + printed, pytrace=False)
    if "--keep-going" not in manner.options and (plain.status != 0) != (manner.ends != 0):
        pytest.fail(f"bash ended with {plain.status}" + printed, pytrace=False)
