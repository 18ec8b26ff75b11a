"""Where a take can be written and where not: said before the run, or when the disk is full."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from pathlib import Path

import pytest

from runner.show.events import Output, PerformanceError
from runner.take.journal import PIECE
from runner.take.read import read


@pytest.fixture
def refused(record):
    """Return a function that begins a take at a path: why that is refused."""

    def refused(name: str) -> str:
        with pytest.raises(PerformanceError) as caught:
            record(name=name)
        return str(caught.value)

    return refused


def told(path: object, why: str) -> str:
    return f"the take cannot be written: {path}: {why}; see --take and --no-take"


class TestBeforeTheRun:
    def test_a_folder_that_is_not_there(self, refused, tmp_path):
        assert refused("no/x.jsonl") == told(
            tmp_path / "no" / "x.jsonl", "No such file or directory"
        )

    def test_a_folder(self, refused, tmp_path):
        assert refused(".") == told(tmp_path, "Is a directory")

    def test_what_is_no_file(self, refused):
        assert refused("/dev/null") == told("/dev/null", "it is no regular file")

    def test_a_pipe_that_nobody_reads(self, refused, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        assert "the take cannot be written: " in refused("pipe")

    def test_a_name_that_none_can_have(self, refused):
        assert "embedded null " in refused("a\0b")
        assert "File name too long" in refused("x" * 300)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    def test_where_one_may_not_write(self, refused, tmp_path):
        tmp_path.chmod(0o500)
        assert "Permission denied" in refused("x.jsonl")

    def test_a_file_that_is_no_take_stays(self, refused, tmp_path):
        (tmp_path / "demo.md").write_text("# Mine\n")
        why = "there is a file that is no take; name another one"
        assert refused("demo.md") == told(tmp_path / "demo.md", why)
        assert (tmp_path / "demo.md").read_text() == "# Mine\n"

    def test_a_take_that_is_being_written_stays(self, record, refused, tmp_path):
        first = record()
        why = "another performance writes it now"
        assert refused("take.jsonl") == told(tmp_path / "take.jsonl", why)
        first.play(1).finish()
        assert len(read(first.path).entries) == 3

    def test_an_empty_file_and_an_old_take_are_written(self, record, tmp_path):
        (tmp_path / "take.jsonl").touch()
        record().play(1, b"x" * 1000).play(2).finish()
        path = record().play(3).finish()
        assert [e.number for e in read(path).entries if hasattr(e, "number")] == [3]


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of 256 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = os.geteuid() == 0 and not subprocess.call(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "cuebook-test", folder],
        stderr=subprocess.DEVNULL,
    )
    if not mounted:
        pytest.skip("a small disk can only be mounted by root, and not in every container")
    yield folder
    subprocess.call(["umount", "-l", folder])


class TestWhileItRuns:
    def test_a_full_disk_is_said_once_and_then_again(self, record, small_disk):
        take = record(name="small/take.jsonl")
        take.play(1, b"x")
        wanted = f"the take cannot be written: {take.path}: No space left on device"
        with pytest.raises(PerformanceError, match=wanted):
            deque(take.writer(Output(b"x" * PIECE)) for _ in range(100))
        with pytest.raises(PerformanceError, match=wanted):
            take.begin(2)
        with pytest.raises(PerformanceError, match=wanted):
            take.finish()
        take.writer.close()
        found = read(take.path)
        assert "the take breaks off within line" in found.broke_off
        assert len(found.entries) >= 3

    def test_a_disk_that_is_full_before_is_said_before(self, small_disk, refused):
        with pytest.raises(OSError, match="No space"):
            (small_disk / "full").write_bytes(bytes(1024 * 1024))
        assert "No space left on device" in refused("small/take.jsonl")

    def test_a_file_that_may_not_grow_any_more(self, tmp_path):
        """As under `ulimit -f`; in a process of its own, and without root."""
        program = """
import resource, sys
from pathlib import Path
from tests_take_conftest import Recording, step
from runner.show.events import PerformanceError
take = Recording(Path(sys.argv[1]), [step(1)])
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    take.play(1, *[b"x" * 65536] * 20)
except PerformanceError as error:
    print(error)
"""
        here = Path(__file__).parent
        (tmp_path / "tests_take_conftest.py").write_text((here / "conftest.py").read_text())
        path = tmp_path / "take.jsonl"
        done = subprocess.run(
            [sys.executable, "-c", program, path],
            env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{here.parents[1]}"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == f"the take cannot be written: {path}: File too large\n"
        assert "breaks off" in read(path).broke_off
