"""A take -> an asciicast, and asciinema plays it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from runner.book.model import Kind
from runner.show.events import Notice

ASCIINEMA = Path(sys.executable).with_name("asciinema")


@pytest.fixture
def events(cuebook):
    """Return a function that gives the cast's events, and the header with them."""

    def events(take):
        lines = [json.loads(line) for line in cuebook("take", "cast", take.path).lines]
        return lines[0], lines[1:]

    return events


@pytest.fixture
def played(record, step):
    take = record(
        step(1, "# Title", kind=Kind.PROSE),
        step(2, "echo one \\\n  two\n", heading="First"),
        step(3, "printf x", heading="First"),
        step(4, "a print", kind=Kind.PRINT, heading="Second"),
    )
    take.play(1).play(2, b"one two\r\n").play(3, b"x\xff\xe2\x82", b"\xac\xe2")
    take.writer(Notice("not shown"))
    take.writer.resized(40, 120)
    return take.play(4)


def test_the_events(played, events):
    played.finish()
    header, found = events(played)
    assert header == {
        "version": 2,
        "width": 80,
        "height": 24,
        "timestamp": 1769848200,
        "title": "A demo",
        "env": {"SHELL": "bash", "TERM": "xterm-256color"},
    }
    prompt = "\x1b[1m$ \x1b[0m"
    assert found == [
        [0.5, "m", "First"],
        [0.5, "o", f"{prompt}echo one \\\r\n  two\r\n"],
        [0.5, "o", "one two\r\n"],
        [1.0, "o", f"{prompt}printf x\r\n"],
        [1.0, "o", "x\ufffd€"],
        [1.5, "r", "120x40"],
        [1.5, "m", "Second"],
        [1.5, "o", "\r\na print\r\n"],
        [2.0, "o", "\ufffd"],
    ]


def test_hidden_commands_of_a_presentation_are_not_shown(record, step, events, header):
    hidden = replace(step(1, "secret"), shown=False)
    presented = header._replace(mode="presented")
    take = record(hidden, step(2, "shown"), header=presented).play(1).play(2)
    take.finish()
    assert "secret" not in str(events(take))
    take = record(hidden).play(1)
    take.finish()
    assert "secret" in str(events(take))


def test_one_that_broke_off_is_cast_as_far_as_it_goes(played, cuebook, tmp_path):
    played.begin(3, "printf x")
    run = cuebook("take", "cast", "take.jsonl", "-o", "x.cast")
    assert run.stderr.startswith("cuebook: the take breaks off after line ")
    assert (run.status, run.stdout) == (0, "")
    assert '"x\\ufffd' in (tmp_path / "x.cast").read_text()


def test_the_take_itself_is_not_written_over(played, cuebook):
    path = played.finish()
    before = path.read_bytes()
    run = cuebook("take", "cast", "take.jsonl", "-o", path)
    assert run.status == 2
    assert "is the take itself" in run.stderr
    assert path.read_bytes() == before


def test_where_a_take_is_wrong_an_older_cast_stays(played, cuebook, tmp_path):
    path = played.finish()
    path.write_bytes(path.read_bytes() + b"{}\n")
    (tmp_path / "x.cast").write_text("older")
    assert cuebook("take", "cast", "take.jsonl", "-o", "x.cast").status == 2
    assert (tmp_path / "x.cast").read_text() == "older"
    assert [found.name for found in tmp_path.glob("*x.cast*")] == ["x.cast"]


def test_a_device_is_written_to_and_stays_one(played, cuebook):
    played.finish()
    run = cuebook("take", "cast", "take.jsonl", "-o", "/dev/stderr")
    assert run.status == 0
    assert run.stderr.startswith('{"version": 2,')


def test_a_cast_that_cannot_be_written(played, cuebook):
    played.finish()
    run = cuebook("take", "cast", "take.jsonl", "-o", "no/x.cast")
    assert run == (3, "", "cuebook: no/x.cast: No such file or directory\n")


def test_asciinema_plays_it(played, cuebook, tmp_path):
    played.finish()
    cuebook("take", "cast", "take.jsonl", "-o", "x.cast")
    env = {**os.environ, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "TERM": "xterm"}
    shown = "one two\r\n\x1b[1m$ \x1b[0mprintf x\r\nx\ufffd€\r\na print\r\n\ufffd"
    cat = subprocess.run(
        [ASCIINEMA, "cat", tmp_path / "x.cast"], env=env, capture_output=True, check=True
    )
    assert cat.stdout.decode().endswith(shown)

    ours, theirs = pty.openpty()
    play = subprocess.Popen(
        [ASCIINEMA, "play", "-s", "1000", tmp_path / "x.cast"],
        env=env,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            data = os.read(ours, 4096)
        except OSError:  # EIO: it has ended
            break
        seen += data
    os.close(ours)
    assert play.wait() == 0
    assert shown.replace("\r\n", "\r\r\n") in seen.decode() or shown in seen.decode()
