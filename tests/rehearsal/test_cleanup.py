"""`@cleanup` in every way in which a rehearsal can end: it has run, once, and nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

CLEANUP = "<!-- @cleanup -->\n```bash\necho cleaned $x\ntouch cleaned\n```\n<!-- @end -->\n\n"


def book(*blocks: str) -> str:
    """A runbook of these blocks, with a clean-up that is written first and performed last."""
    return CLEANUP + "".join(f"```bash\n{block}\n```\n\n" for block in ("x=up", *blocks))


@pytest.mark.parametrize(
    ("block", "status"),
    [
        ("true", 0),
        ("exit 0", 0),
        ("false", 1),
        ("exit 3", 1),
        ("set -e; false", 1),
        ("set -e\nfalse\ntrue", 1),
        ("kill -9 $$", 1),
        ("exec true", 1),
        ("#@timeout 300ms\nsleep 60", 1),
        ("#@timeout 300ms\nbash -c 'trap \"\" INT; sleep 60'", 1),
        ("#@timeout 300ms\ntrap '' INT; while :; do :; done", 1),
        ("#@for 300ms\nsleep 60", 0),
        ("#@expect no\necho yes", 1),
        ("#@until 500ms\nfalse", 1),
        ("read -r x", 1),
    ],
)
def test_it_runs_last_whatever_a_command_comes_to(rehearse, block, status):
    result = rehearse(book(block))
    assert result.status == status, result
    assert result.printed[-1] == "cleaned up"
    assert result.printed.count("cleaned up") == 1


def test_it_runs_when_the_time_for_the_whole_run_is_over(rehearse):
    result = rehearse(book("sleep 60", "echo no"), "--budget", "500ms")
    assert (result.status, result.printed[-1]) == (1, "cleaned up"), result


def test_all_of_it_runs_whatever_fails_in_it(rehearse):
    text = "<!-- @cleanup -->\n```bash\necho one; false\nexit 4\necho three\n```\n<!-- @end -->\n"
    result = rehearse(f"{text}```bash\ntrue\n```\n")
    assert result.status == 1
    assert [line for line in result.printed if line in ("one", "three")] == ["one", "three"]


def test_a_page_in_it_is_fetched_like_any_other(rehearse):
    page = "<!-- @cleanup -->\n<!-- @browse http://127.0.0.1:1/ -->\n<!-- @end -->\n"
    result = rehearse(f"{page}{CLEANUP}```bash\nx=up\n```\n", "--timeout", "100ms")
    assert "http://127.0.0.1:1/ does not answer" in result.stdout
    assert (result.status, result.printed[-1]) == (1, "cleaned up"), result


@pytest.fixture
def begin(stage):
    """Return a function that rehearses a text and comes back when it has printed READY."""

    def begin(text, *args):
        stage.write({"demo.md": text})
        live = stage.start("rehearse", "demo.md", *args)
        live.until("READY")
        return live

    return begin


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    "block",
    [
        "echo READY; sleep 100",
        """bash -c "trap '' INT TERM HUP; echo READY; sleep 100" """,
        "#@until 1m\necho READY; false",
        "#@for 1m\necho READY; sleep 100",
    ],
)
def test_it_runs_after_a_signal(begin, stage, until, number, block):
    live = begin(book(block, "echo no"))
    live.process.send_signal(number)
    run = live.wait()
    assert run.status == 128 + number, run
    assert [line for line in run.printed if line.startswith("cleaned")] == ["cleaned up"]
    assert "no" not in run.printed
    until(lambda: not stage.left(), lambda: f"still there: {stage.left()}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_runs_ends_one_command_of_it_and_leaves_out_none(begin, number):
    text = "<!-- @cleanup -->\n```bash\necho READY; sleep 100\necho rest\n```\n<!-- @end -->\n"
    live = begin(f"{text}```bash\ntrap 'echo bye' EXIT\n```\n")
    live.process.send_signal(number)
    run = live.wait()
    assert run.status == 128 + number, run
    assert run.printed[-2:] == ["rest", "bye"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_it_at_once(begin, stage, until, number):
    text = "<!-- @cleanup -->\n```bash\necho CLEANING; sleep 100\necho rest\n```\n<!-- @end -->\n"
    live = begin(f"{text}```bash\necho READY; sleep 100\n```\n")
    live.process.send_signal(number)
    live.until("CLEANING")
    live.process.send_signal(number)
    run = live.wait()
    assert run.status == 128 + number, run
    assert "rest" not in run.printed
    until(lambda: not stage.left(), lambda: f"still there: {stage.left()}")


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


class TestADiskThatFillsUp:
    """One sentence, status 3, and the clean-up has run; so has the EXIT trap."""

    def test_the_takes(self, stage, small_disk, until):
        much = "head -c 2000000 /dev/zero | tr '\\0' a; sleep 100"
        stage.write({"demo.md": book("trap 'echo bye' EXIT", much, "echo no")})
        run = stage.cuebook("rehearse", "demo.md", "--take", small_disk / "a.take")
        told = f"the take cannot be written: {small_disk}/a.take: No space left on device"
        assert (run.status, run.stderr) == (3, f"cuebook: {told}\n"), run.stderr
        lines = run.stdout.splitlines()
        assert lines[-5::2] == [f"! {told}", "cleaned up", "bye"]
        assert "no" not in lines
        assert (stage.work / "cleaned").exists()
        until(lambda: not stage.left(), lambda: f"still there: {stage.left()}")

    def test_a_take_of_a_full_disk_still_opens(self, stage, small_disk):
        stage.write({"demo.md": book("head -c 2000000 /dev/zero | tr '\\0' a")})
        stage.cuebook("rehearse", "demo.md", "--take", small_disk / "a.take")
        run = stage.cuebook("take", "show", small_disk / "a.take")
        assert "breaks off" in run.stdout + run.stderr, run

    def test_that_of_the_output(self, stage, small_disk):
        stage.write({"demo.md": book("head -c 2000000 /dev/zero | tr '\\0' a; sleep 100")})
        with (small_disk / "out").open("wb") as output:
            run = stage.cuebook("rehearse", "demo.md", stdout=output)
        told = "cuebook: the output cannot be written: No space left on device\n"
        assert (run.status, run.stderr) == (3, told)
        assert (stage.work / "cleaned").exists()
        shown = stage.cuebook("take", "show", "demo.md")
        assert "cleaned" in shown.stdout, "the take goes on without the output"
