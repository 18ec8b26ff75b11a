"""Watching files: what is written while they are read is a change too."""

from __future__ import annotations

import os
import time

import pytest

from runner.render.serve import watch


class EnoughError(Exception):
    pass


def test_what_was_written_while_the_files_were_read_is_a_change(tmp_path):
    old, late = tmp_path / "old.md", tmp_path / "late.md"
    since = time.time_ns()
    for path, written in ((old, since - 10**9), (late, since + 1)):
        path.touch()
        os.utime(path, ns=(written, written))
    calls = []

    def changed():
        calls.append(1)
        raise EnoughError

    with pytest.raises(EnoughError):
        watch([old, late], changed, since=since)
    assert calls == [1]
