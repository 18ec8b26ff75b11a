# SPDX-License-Identifier: Apache-2.0
"""The flagship and its set-up, to their ends, against recording stubs.

Real clusters are for `make test-clusters`. Here every program is a stub (tests/reference), and each
call must be the one that plain bash makes of the same blocks.
"""

from __future__ import annotations

import http.server
import shutil
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.reference.theatre import Run, Theatre, blocks, difference, end
from tests.shipped import MADE

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SETUP = "runbooks/practical-multicluster-setup.md"
FLAGSHIP = "runbooks/practical-multicluster.md"

# How the engine asks for versions, for `@require` and for the take.
ASKING = {"--version", "version", "-V"}


class Page(http.server.BaseHTTPRequestHandler):
    """Whatever is asked for is the page of Faces."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html><title>Faces</title></html>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def page() -> Iterator[str]:
    """The address at which the page of Faces answers."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def theatre(tmp_path: Path, page: str) -> Theatre:
    answers = tmp_path / "flagship.answers"
    answers.write_text((HERE / "answers").read_text().replace("@PAGE@", page))
    return fitted(tmp_path, answers)


def fitted(folder: Path, answers: Path) -> Theatre:
    """A theatre whose work folder is a copy of the repository's runbooks and clusters."""

    def furnish(work: Path) -> None:
        for name in ("runbooks", "clusters"):
            if (ROOT / name).exists():
                shutil.copytree(ROOT / name, work / name, ignore=MADE)
        (work / "localcluster").symlink_to(folder / "bin" / "localcluster")

    theatre = Theatre(folder, answers=answers, furnish=furnish)
    recorders = folder / "recorders"
    recorders.mkdir()
    shutil.copy(theatre.bin / "stub", recorders / "stub")
    _, code = (HERE / "fake").read_text().split("\n", 1)
    (theatre.bin / "fake").write_text(f"#!{sys.executable}\n{code}")
    (theatre.bin / "fake").chmod(0o755)
    for name in ("kubectl", "kind", "localcluster"):
        (theatre.bin / name).rename(recorders / name)
        (theatre.bin / name).symlink_to("fake")
    return theatre


def asked(run: Run) -> Run:
    """Leave out of a run's calls what the engine asks by itself."""
    calls = tuple(call for call in run.calls if ASKING.isdisjoint(call.arguments[:1]))
    return Run(run.title, calls, run.status, run.output)


def compare(theatre: Theatre, runbook: str) -> None:
    """Rehearse a runbook to its end, and see that plain bash makes the same calls."""
    plain = theatre.plain(f"export EDITOR=true\n{blocks(ROOT / runbook)}")
    rehearsed = asked(theatre.rehearsed(theatre.work / runbook))
    printed = "".join(f"\n---- {r.title} printed\n{end(r.output)}" for r in (plain, rehearsed))
    if told := difference(plain, rehearsed):
        pytest.fail(told + printed, pytrace=False)
    assert rehearsed.status == plain.status == 0, printed
    assert len(plain.calls) > 40


def test_the_setup_calls_what_plain_bash_calls(theatre: Theatre) -> None:
    compare(theatre, SETUP)


def test_the_flagship_calls_what_plain_bash_calls_and_its_edits_move_the_weights(
    theatre: Theatre,
) -> None:
    compare(theatre, FLAGSHIP)
    assert (theatre.folder / "weights").read_text().splitlines() == [
        "color=75 color-color=25",
        "color=50 color-color=50",
        "color=0 color-color=100",
        "color-color=75 color-color-b=25",
        "color-color=50 color-color-b=50",
        "color-color=0 color-color-b=100",
    ]


def test_a_missing_program_is_told_before_anything_runs(theatre: Theatre) -> None:
    (theatre.folder / "answers").write_text("kind --version|0|kind version 0.20.0\n")
    run = theatre.rehearsed(theatre.work / FLAGSHIP)
    assert run.status != 0
    assert "`kind` is version 0.20.0, and 0.30 or newer is needed" in run.output
    assert not asked(run).calls


def test_clusters_are_deleted_when_it_fails(theatre: Theatre) -> None:
    """A rehearsal leaves nothing behind, wherever it ends."""
    answers = theatre.folder / "answers"
    answers.write_text(f"helm install *|1|\n{answers.read_text()}")
    run = theatre.rehearsed(theatre.work / FLAGSHIP)
    assert run.status == 1
    assert run.calls[-1].name == "localcluster"
    assert run.calls[-1].arguments == ("delete", "--force", "clusters")
