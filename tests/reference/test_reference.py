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

import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.reference.theatre import BASH, Call, Manner, Run, Theatre, blocks, compare, difference

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RUNBOOKS = sorted((HERE / "runbooks").glob("[0-9]*.md"))
SEED = ROOT.parent / "shared" / "seed" / "practical-multicluster.md"


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    return Theatre(tmp_path)


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
