# SPDX-License-Identifier: Apache-2.0
"""The reference for running a runbook is plain bash.

Each runbook in `runbooks/` is run twice, in the same folder and the same environment: its shell
blocks, put into one file, by `bash FILE`, and the runbook itself by `cuebook rehearse`. Programs
on PATH are recording stubs (`stub`, `answers`); every call must be the same in both, with its
arguments byte for byte, its directory and what it read.

The blocks are found here by a few lines that know nothing of the engine's parser, so that a
mistake in the parser shows. They read only the simplest shapes; beside a runbook that has others
stands a file of the same name ending in `.bash`, the blocks written out by hand.

A runbook says in a comment how it is run:

    <!-- reference: --keep-going; ends 1; crlf -->

An option for `cuebook rehearse`, the status that it ends with (0 unless told), and whether the
file is to have CRLF line ends.
"""

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

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RUNBOOKS = sorted((HERE / "runbooks").glob("[0-9]*.md"))
SEED = ROOT.parent / "shared" / "seed" / "practical-multicluster.md"
BASH = shutil.which("bash") or "bash"

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
    """A folder for one comparison: stubs, and a place to run in that each run finds the same."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder / "work"
        self.bin = folder / "bin"
        self.books = folder / "books"
        self.bin.mkdir()
        shutil.copytree(HERE / "runbooks", self.books)
        shutil.copy(HERE / "stub", self.bin / "stub")
        shutil.copy(HERE / "answers", folder / "answers")
        for name in STUBS:
            (self.bin / name).symlink_to("stub")

    def run(self, title: str, *argv: str | Path) -> Run:
        """Run a program in a fresh work folder; what it leaves running is ended."""
        for name in ("calls", "home", "work"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            (self.folder / name).mkdir()
        (self.work / "localcluster").symlink_to(self.bin / "localcluster")
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
                status = process.wait(timeout=60)
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


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    return Theatre(tmp_path)


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


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda path: path.stem)
def test_a_rehearsal_calls_what_plain_bash_calls(runbook: Path, theatre: Theatre) -> None:
    written = theatre.books / runbook.name
    text = written.read_text()
    by_hand = written.with_suffix(".bash")
    script = by_hand.read_text() if by_hand.exists() else blocks(written)
    manner = Manner.of(text)
    if manner.crlf:
        written.write_bytes(text.replace("\n", "\r\n").encode())
    compare(theatre, written, script, manner)


def test_there_are_enough_runbooks() -> None:
    assert len(RUNBOOKS) >= 24


def test_lines_and_blocks_of_great_length(theatre: Theatre) -> None:
    """One argument of 100,000 bytes, one line of 1 MB, one block of 2,000 commands."""
    long = "".join(f"{n:07d} " for n in range(12_500))
    many = " ".join(f"word-{n:06d}" for n in range(80_000))
    short = "\n".join(f"total=$((total + {n}))" for n in range(2_000))
    script = (
        f"call '{long}'\n"
        f'words=({many})\ncall "${{#words[@]}}" "${{words[-1]}}"\n'
        f'total=0\n{short}\ncall "$total"\n'
        f"feed <<'END'\n{many}\nEND\n"
    )
    runbook = theatre.books / "long.md"
    runbook.write_text(f"# At length\n\n<!-- @SHOW -->\n\n```bash\n{script}```\n")
    compare(theatre, runbook, script, Manner((), 0, crlf=False))


def test_the_seed(theatre: Theatre) -> None:
    """The flagship as its author wrote it. It stays outside the repository."""
    if not SEED.exists():
        pytest.skip(
            f"needs {SEED}: practical-multicluster.md, which is not part of this repository. "
            "In CI the folder `shared` stands beside the clone; elsewhere, put the file there."
        )
    runbook = theatre.books / SEED.name
    text = SEED.read_text() + '\n```bash\nfinal "$(declare -p CDNADDR)"\n```\n'
    runbook.write_text(text)
    requirements = theatre.books / "demosh" / "check-requirements.sh"
    requirements.parent.mkdir()
    requirements.write_text(
        "## What the workshop needs; the real file is part of the author's repository.\n"
        "#@immed\nfor program in kubectl kind k3d linkerd; do\n"
        '  command -v "$program" > /dev/null || exit 1\ndone\n'
        "kubectl version --client\n"
    )
    compare(theatre, runbook, blocks(runbook), Manner((), 0, crlf=False))


def test_the_tour_is_plain_bash_and_leaves_nothing_behind(theatre: Theatre) -> None:
    tour = ROOT / "runbooks" / "tour.md"
    script = theatre.folder / "tour.bash"
    script.write_text(blocks(tour))
    subprocess.run([BASH, "-n", script], check=True)
    for run in (theatre.plain(script.read_text()), theatre.rehearsed(tour)):
        assert run.status == 0, f"{run.title}: {run.status}\n{run.output}"
        for said in ("20:40  Halcyon", "turn 4", "100%", "all is well.", "the rock."):
            assert said in run.output
        assert not list((theatre.folder / "home").glob("gull-point*"))


# ---- the comparison itself


def recorded(*calls: tuple[str, ...]) -> Run:
    return Run("one", tuple(Call(name, "/", tuple(rest)) for name, *rest in calls), 0, "")


def test_the_first_difference_is_told() -> None:
    same = recorded(("call", "a b"), ("bg-call", "1"), ("call", "c"), ("bg-call", "2"))
    moved = recorded(("bg-call", "2"), ("bg-call", "1"), ("call", "a b"), ("call", "c"))
    assert difference(same, same) == difference(same, moved) == ""
    assert "call 1 differs" in difference(same, recorded(("call", "a", "b"), ("call", "c")))
    assert "call 2 differs" in difference(same, recorded(("call", "a b")))
    assert "in the background" in difference(same, recorded(*[("call", "a b"), ("call", "c")]))


def test_a_recording_is_exact(theatre: Theatre) -> None:
    """Arguments with anything in them, an empty one, and standard input only where it is read."""
    run = theatre.plain(
        "call '' $'a\\nb\\t\\\\ \\xff' é\nsays hello; feed x <<< $'in\\n'\nenvironment HOME NONE\n"
    )
    assert [(c.name, c.arguments) for c in run.calls] == [
        ("call", ("", "a\nb\t\\ \udcff", "é")),
        ("says", ("hello",)),
        ("feed", ("x",)),
        ("environment", ("HOME", "NONE")),
    ]
    assert [c.read for c in run.calls] == [
        (),
        (),
        ("in\n\n",),
        (f"HOME={theatre.folder / 'home'}\nno NONE\n",),
    ]


def test_stubs_called_at_once_are_all_recorded(theatre: Theatre) -> None:
    run = theatre.plain('for n in {1..200}; do bg-call "$n" & done\nwait\n')
    assert Counter(c.arguments[0] for c in run.calls) == Counter(str(n) for n in range(1, 201))
