"""A reader that stops reading, as `head` does, is no error: the status says so, nothing else."""

from __future__ import annotations

import os

import pytest


@pytest.fixture
def unread():
    """The writing end of a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.mark.parametrize(
    "args",
    [
        ["steps", "a.md"],
        ["steps", "--format", "json", "a.md"],
        ["check", "a.md"],
        ["check", "--format", "json", "a.md"],
        ["take", "show", "a.take"],
        ["take", "show", "--format", "json", "a.take"],
        ["take", "diff", "a.take", "b.take"],
        ["take", "validate", "a.take"],
        ["take", "cast", "a.take"],
        ["report", "a.take", "--report", "json=-"],
        ["help"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_a_reader_that_stops_reading(cuebook, unread, args):
    for name in ("a", "b"):
        cuebook(
            "rehearse", "--take", f"{name}.take", "a.md", files={"a.md": "```bash\ntrue\n```\n"}
        )
    assert cuebook(*args, stdout=unread) == (141, "", "")
