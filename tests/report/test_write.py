"""Which reports are wanted, whether they can be written, and writing them whole or not at all."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

from runner.report.kinds import KINDS, kind
from runner.report.write import Wanted, check, parse, write
from runner.show.events import PerformanceError
from runner.take.read import TakeError


@pytest.fixture(autouse=True)
def _surroundings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def passed(write_take, entries):
    return write_take(entries.begun(), entries.done(), entries.totals())


@pytest.fixture
def failed(write_take, entries):
    return write_take(
        entries.begun(), entries.done(status=1), entries.totals(1), name="failed.jsonl"
    )


class TestParse:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("junit=a.xml", Wanted("junit", Path("a.xml"))),
            ("json=a=b", Wanted("json", Path("a=b"))),
            ("html=-", Wanted("html", None)),
            ("github", Wanted("github", None)),
            ("github=a.txt", Wanted("github", Path("a.txt"))),
        ],
    )
    def test_what_is_wanted(self, text, wanted):
        assert parse(text) == wanted

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("pdf=a", "there is no report 'pdf'; there are github, html, json, junit and markdown"),
            ("", "there is no report ''; there are github, html, json, junit and markdown"),
            ("json", "'json' needs a file: json=FILE, or json=- for standard output"),
            ("json=", "'json' needs a file: json=FILE, or json=- for standard output"),
        ],
    )
    def test_what_there_is_not(self, text, message):
        with pytest.raises(ValueError, match=re.escape(message)):
            parse(text)

    @pytest.mark.parametrize("name", KINDS)
    def test_every_kind_has_a_report_of_nothing_and_it_does_not_pass(self, name):
        text = kind(name).render([])
        assert "passed:" not in text
        assert "nothing was performed" in text or '"result": "broke off"' in text


@pytest.fixture
def disk(tmp_path):
    """Return a function that mounts a small disk with these options in a folder."""
    mounted = []

    def disk(options: str) -> Path:
        folder = tmp_path / "disk"
        folder.mkdir()
        words = ["mount", "-t", "tmpfs", "-o", options, "cuebook-test", str(folder)]
        if os.geteuid() or subprocess.call(words, stderr=subprocess.DEVNULL):
            pytest.skip("a disk can only be mounted by root, and not in every container")
        mounted.append(folder)
        return folder

    yield disk
    for folder in mounted:
        subprocess.call(["umount", "-l", folder])


class TestBefore:
    """`check` says what cannot be written, and leaves nothing behind."""

    def refused(self, *texts: str, sources=()) -> str:
        with pytest.raises(PerformanceError) as caught:
            check([parse(text) for text in texts], sources)
        message = str(caught.value)
        assert message.startswith("the report cannot be written: ")
        return message.removeprefix("the report cannot be written: ")

    def test_what_can_be_written(self, tmp_path):
        (tmp_path / "old.json").write_text("old")
        check([parse("json=old.json"), parse("html=new.html"), parse("junit=-")])
        assert os.listdir(tmp_path) == ["old.json"]
        assert (tmp_path / "old.json").read_text() == "old"

    def test_a_folder_that_is_not_there(self):
        assert self.refused("json=gone/a.json") == "gone/a.json: No such file or directory"

    def test_a_folder(self, tmp_path):
        told = f"{tmp_path}: it is a folder; name a file, or - for standard output"
        assert self.refused(f"json={tmp_path}") == told

    def test_a_device(self):
        """It would be replaced by a file."""
        told = "/dev/null: it is no regular file; name a file, or - for standard output"
        assert self.refused("json=/dev/null") == told

    def test_a_file_in_a_file(self, tmp_path):
        (tmp_path / "a").touch()
        assert self.refused("json=a/b") == "a/b: Not a directory"

    def test_a_folder_that_may_not_be_written(self, disk):
        disk("ro")
        assert self.refused("json=disk/a.json") == "disk/a.json: Read-only file system"

    def test_a_file_that_is_read(self, tmp_path):
        (tmp_path / "demo.md").touch()
        (tmp_path / "link").symlink_to("demo.md")
        told = "that is a file which is read; name another one"
        assert self.refused("json=link", sources=[Path("demo.md")]) == f"link: {told}"

    def test_two_in_one_file(self):
        told = "a: two reports cannot be in one file; name another one"
        assert self.refused("json=a", "html=./a") == told

    def test_the_job_summary(self, monkeypatch):
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", "gone/summary.md")
        assert self.refused("github") == "gone/summary.md: No such file or directory"
        check([parse("json=a")])


class TestWriting:
    def test_one_report_for_several_takes(self, passed, failed):
        write([passed, failed], [parse("json=a.json")])
        value = json.loads(Path("a.json").read_text())
        assert [p["result"] for p in value["performances"]] == ["passed", "failed"]
        assert value["result"] == "failed"

    @pytest.mark.parametrize("name", KINDS)
    def test_the_same_bytes_from_the_same_takes(self, passed, failed, name):
        write([passed, failed], [parse(f"{name}=a"), parse(f"{name}=b")])
        assert Path("a").read_bytes() == Path("b").read_bytes()

    def test_the_permissions_are_those_of_any_file_or_of_the_old_one(self, passed):
        Path("old").touch(0o600)
        before = os.umask(0o027)
        try:
            write([passed], [parse("json=new"), parse("junit=old")])
        finally:
            os.umask(before)
        modes = [stat.S_IMODE(os.stat(name).st_mode) for name in ("new", "old")]
        assert modes == [0o640, 0o600]

    def test_a_link_stays_one(self, passed, tmp_path):
        (tmp_path / "sub").mkdir()
        (tmp_path / "link").symlink_to("sub/a.json")
        write([passed], [parse("json=link")])
        assert (tmp_path / "link").is_symlink()
        assert json.loads((tmp_path / "sub" / "a.json").read_text())["passed"] == 1

    def test_a_full_disk_leaves_the_old_one_and_the_others_are_written(self, failed, disk):
        folder = disk("size=64k")
        (folder / "a.html").write_text("old")
        with pytest.raises(OSError, match="No space"):
            (folder / "rest").write_bytes(bytes(1 << 20))
        with pytest.raises(PerformanceError) as caught:
            write([failed], [parse("html=disk/a.html"), parse("json=a.json")])
        assert str(caught.value) == (
            "the report cannot be written: disk/a.html: No space left on device"
        )
        assert (folder / "a.html").read_text() == "old"
        assert sorted(os.listdir(folder)) == ["a.html", "rest"]
        assert json.loads(Path("a.json").read_text())["failed"] == 1

    def test_the_job_summary_is_appended_to(self, failed, monkeypatch):
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
        Path("summary.md").write_text("before\n")
        write([failed], [parse("github=a.txt")])
        assert Path("a.txt").read_text().startswith("::error file=demo.md,line=1,")
        assert Path("summary.md").read_text().startswith("before\n## ✗ failed: 0 steps passed, 1")

    def test_a_newer_take(self, write_take):
        newer = write_take(format=2)
        with pytest.raises(TakeError, match="in format 2, and this cuebook"):
            write([newer], [parse("json=a.json")])
        assert not Path("a.json").exists()
