"""Transcripts: what a program is called with, and what it must print, line by line.

    # kind get clusters
    $ kind get clusters
    No kind clusters found.
    $ kind get clusters --nonsense
    *--nonsense*
    [!0]

A section has the name of an entry of `table.json`; behind a comma stands what else tells it from
others of that entry. `$` begins a command line, which bash runs.
Below stand the lines that it prints on either stream: `*` is any text, blanks count as one, and a
line `...` is any number of lines. `[1]` is the exit status, `[!0]` any but 0; where none stands, it
is 0.

`(also the real one)` behind a name: the real program does the same, where there is no Docker
(tests/tools); `(also the real one, with Docker)`: where there is (tests/docker).
"""

from __future__ import annotations

import fnmatch
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CALLS = Path(__file__).parent / "calls"
WITHOUT_DOCKER, WITH_DOCKER = "also the real one", "also the real one, with Docker"
PATIENCE = 60
SAID_OF_EACH_CLUSTER = re.compile(r".*cluster \S+ is simulated: nothing runs in it\"?$")


@dataclass(frozen=True)
class Call:
    """A command line, and what must come of it."""

    line: str
    out: list[str]
    status: str


@dataclass(frozen=True)
class Section:
    """Calls that show one entry of the table.

    Attributes:
        name: Its title.
        real: Where the real program does the same, "" for nowhere.
        calls: The calls, in their order.
    """

    name: str
    real: str
    calls: list[Call]

    @property
    def entry(self):
        """The entry of the table: a program and its sub-command."""
        return self.name.partition(",")[0]

    @property
    def program(self):
        """The program that it is about."""
        return self.name.partition(" ")[0]


def sections() -> list[Section]:
    """Return all sections of all transcripts."""
    found = []
    for path in sorted(CALLS.glob("*.txt")):
        parts = re.split(r"^# (.*)\n", path.read_text(), flags=re.MULTILINE)
        for title, text in zip(parts[1::2], parts[2::2], strict=True):
            name, _, real = title.removesuffix(")").partition(" (")
            calls = [_call(*one.rstrip().splitlines()) for one in re.split(r"(?m)^\$ ", text)[1:]]
            found.append(Section(name, real, calls))
    return found


def _call(line: str, *out: str) -> Call:
    status = "0"
    if out and (match := re.fullmatch(r"\[(!?\d+)\]", out[-1])):
        status, out = match[1], out[:-1]
    return Call(line, list(out), status)


def perform(section: Section, env: dict[str, str], cwd: Path, before: Iterable[str] = ()) -> str:
    """Run the calls of a section, one after the other.

    Args:
        section: The section.
        env: The environment of its calls.
        cwd: The folder that they are made in.
        before: Words before each of them, as of nsenter.

    Returns:
        What is wrong, "" where nothing is.
    """
    for call in section.calls:
        done = subprocess.run(
            [*before, "bash", "-c", call.line],
            check=False,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
        )
        lines = [one for one in done.stdout.splitlines() if not SAID_OF_EACH_CLUSTER.match(one)]
        good = done.returncode != 0 if call.status == "!0" else str(done.returncode) == call.status
        if not good or not fits(call.out, lines):
            wanted = "".join(f"  {line}\n" for line in [*call.out, f"[{call.status}]"])
            printed = "".join(f"  {line}\n" for line in [*lines, f"[{done.returncode}]"])
            return f"$ {call.line}\nwanted:\n{wanted}printed:\n{printed}"
    return ""


def fits(wanted: list[str], lines: list[str]) -> bool:
    """Return whether lines are those that are wanted, from the first to the last."""
    if not wanted:
        return not lines
    if wanted[0] == "...":
        return any(fits(wanted[1:], lines[skipped:]) for skipped in range(len(lines) + 1))
    return bool(lines) and _fits(wanted[0], lines[0]) and fits(wanted[1:], lines[1:])


def _fits(pattern: str, line: str) -> bool:
    # Only `*` is special: in fnmatch, brackets and question marks are as well.
    pattern = re.sub(r"[\[?]", r"[\g<0>]", " ".join(pattern.split()))
    return fnmatch.fnmatchcase(" ".join(line.split()), pattern)
