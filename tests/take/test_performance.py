"""A runbook in a real shell -> its take."""

from __future__ import annotations

import os

import pytest

from runner.book.read import read as read_book
from runner.shell.shell import Shell
from runner.show.director import Directions, Director
from runner.show.events import Output, PerformanceError
from runner.take.header import header
from runner.take.model import Done, Noted, Totals, Waited
from runner.take.played import played
from runner.take.read import read
from runner.take.writer import Writer


@pytest.fixture
def perform(tmp_path):
    """Return a function that performs a runbook's commands, and gives the take."""

    def perform(*commands: str):
        path = tmp_path / "demo.md"
        path.write_text("# Demo\n\n```bash\n" + "\n".join(commands) + "\n```\n")
        book = read_book(path)
        assert not book.errors
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
        first = header(book, "rehearsed", size=(24, 80), env=env)
        with Writer(tmp_path / "take.jsonl", first, book.steps) as take:
            with Shell(output=lambda data: take(Output(data)), cwd=tmp_path, env=env) as shell:
                directions = Directions(keep_going=True)
                Director(shell, book.hooks, directions, take).perform(book.steps)
            take.finish(0)
        return read(tmp_path / "take.jsonl")

    return perform


def steps(take) -> list[tuple[str, str, str]]:
    return [
        (p.begun.text, p.result, p.output)
        for p in played(take.entries)
        if p.begun.kind == "command"
    ]


def test_what_ran_and_what_came_of_it(perform):
    take = perform("x=1", "echo $x; (exit 7)", "printf '\\377\\303'; printf '\\251'")
    assert steps(take) == [
        ("x=1\n", "passed", ""),
        ("echo $x; (exit 7)\n", "failed", "1\n"),
        ("printf '\\377\\303'; printf '\\251'\n", "passed", "\udcffé"),
    ]
    assert take.broke_off == ""
    totals = take.entries[-1]
    assert isinstance(totals, Totals)
    assert (totals.passed, totals.failed) == (2, 1)


def test_a_command_that_is_tried_again(perform):
    take = perform("#@until 20s", "echo x >> tries; [ $(wc -l < tries) = 3 ]")
    assert [e.attempts for e in take.entries if isinstance(e, Waited)] == [1, 2]
    assert [e.attempts for e in take.entries if isinstance(e, Done)][-1] == 3


def test_the_shells_end_belongs_to_no_step(perform):
    take = perform("trap 'echo bye; exit 3' EXIT", "echo hi")
    assert [output for _, _, output in steps(take)] == ["", "hi\n"]
    assert any(getattr(entry, "data", "") == "bye\r\n" for entry in take.entries)
    assert [type(entry) for entry in take.entries][-2:] == [Noted, Totals]


def test_megabytes(perform):
    command = "yes 0123456789 | head -c 5000000; head -c 3000 /dev/urandom | base64"
    take = perform(command)
    ((_, result, output),) = steps(take)
    assert result == "passed"
    assert output.startswith("0123456789\n" * 400_000)
    assert len(output) > 5_000_000


def test_a_take_that_fails_ends_the_performance(perform, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(PerformanceError, match="the take cannot be written"):
        perform("touch ran")
