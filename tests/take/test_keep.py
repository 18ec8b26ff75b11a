"""Which takes are kept without being asked for."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from runner.show.events import PerformanceError
from runner.take.file import opened
from runner.take.keep import KEPT, newest, place


@pytest.fixture(autouse=True)
def _state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_the_last_of_each_runbook(tmp_path):
    made = []
    for _ in range(KEPT + 3):
        made.append(place(tmp_path / "a.md"))
        made[-1].touch()
    other = place(tmp_path / "b" / "a.md")
    other.touch()
    assert sorted(made[0].parent.iterdir()) == made[-KEPT:]
    assert list(other.parent.iterdir()) == [other]


def test_one_that_is_still_written_stays(tmp_path):
    """More rehearsals of one runbook at a time than takes are kept."""
    written, ended = place(tmp_path / "a.md"), place(tmp_path / "a.md")
    ended.touch()
    fd = opened(written)
    for _ in range(KEPT + 1):
        place(tmp_path / "a.md").touch()
    assert (written.exists(), ended.exists()) == (True, False)
    os.close(fd)
    place(tmp_path / "a.md")
    assert not written.exists()


def test_the_newest(tmp_path):
    assert newest() is None
    assert newest(tmp_path / "a.md") is None
    first, second, other = place(tmp_path / "a.md"), place(tmp_path / "a.md"), place(Path("z.md"))
    for path in (second, other, first):
        path.touch()
    assert newest(tmp_path / "a.md") == second
    assert newest() == other


def test_a_runbook_is_the_same_by_any_path(tmp_path, monkeypatch):
    (tmp_path / "a.md").touch()
    (tmp_path / "link.md").symlink_to("a.md")
    monkeypatch.chdir(tmp_path)
    path = place(Path("a.md"))
    path.touch()
    assert newest(tmp_path / "x" / ".." / "a.md") == newest(Path("link.md")) == path


def test_only_the_user_can_enter(tmp_path):
    folder = place(tmp_path / "a.md").parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["x" * 250 + ".md", os.fsdecode(b"\xff\xfe" * 60) + ".md"])
def test_any_name(tmp_path, name):
    place(tmp_path / name).touch()
    assert newest(tmp_path / name)


def test_a_state_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "state").write_text("a file")
    with pytest.raises(PerformanceError) as caught:
        place(tmp_path / "a.md")
    assert str(caught.value) == (
        f"the take cannot be written: {tmp_path}/state/cuebook: Not a directory;"
        " see --take and --no-take"
    )
