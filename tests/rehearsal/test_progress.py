"""How far a rehearsal is: the line that a terminal shows while a command is quiet."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import termios
import time

import pyte
import pytest

DEADLINE = 45.0  # seconds that only a failure takes


class Watched:
    """A rehearsal on a terminal of its own, and what that shows."""

    def __init__(self, stage, *args: str, rows: int = 12, columns: int = 70, env=None) -> None:
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = stage.popen(
            stage.argv("rehearse", *args), env, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        self.raw = ""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._screen.display if line.strip()]

    def until(self, text: str) -> list[str]:
        """Watch until a line has `text` in it; return all lines."""
        end = time.monotonic() + DEADLINE
        while not any(text in line for line in self.lines):
            if not self._watch(end):
                pytest.fail(f"{text!r} did not come; the screen has {self.lines}")
        return self.lines

    def end(self) -> list[str]:
        """Watch to the end; return all lines."""
        end = time.monotonic() + DEADLINE
        while self._watch(end):
            pass
        self.process.wait(DEADLINE)
        return self.lines

    def _watch(self, end: float) -> bool:
        if not select.select([self._ours], [], [], max(0, end - time.monotonic()))[0]:
            pytest.fail(f"nothing more came; the screen has {self.lines}")
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # EIO: a pty that nobody has open any more
            return False
        self.raw += data.decode("utf-8", "replace")
        self._stream.feed(data)
        return bool(data)


@pytest.fixture
def watch(stage):
    """Return a function that rehearses `demo.md` and watches; `gate` opens what waits for it."""

    def watch(text: str, *args: str, **options) -> Watched:
        stage.write({"demo.md": text})
        return Watched(stage, "--no-take", *args, "demo.md", **options)

    return watch


SLOW = "# Kettle\n\n```bash\necho on\nread -r x <gate\necho off\n```\n"


def test_the_line_comes_while_a_command_is_quiet_and_leaves_nothing(stage, watch):
    gate = stage.gate()
    watched = watch(SLOW)
    shown = watched.until("step 3 of 4")
    assert "Kettle" in shown[-1]
    gate("x\n")
    printed = watched.end()
    commands = ["2 $ echo on", "on", "3 $ read -r x <gate", "4 $ echo off", "off"]
    assert printed[:-1] == ["Kettle", *commands]
    assert printed[-1].startswith("✓ demo.md: 3 steps passed")


def test_a_line_that_is_begun_is_left_alone(stage, watch):
    gate = stage.gate()
    watched = watch("```bash\nprintf begun; sleep 1; echo ' ended'\nread -r x <gate\n```\n")
    assert "begun ended" in watched.until("step 2 of 2")
    assert "step 1 of 2" not in watched.raw
    gate("x\n")
    assert not any(re.search(r"step \d+ of", line) for line in watched.end())


def test_attempts_are_told(stage, watch):
    watched = watch("<!-- @until 10m -->\n```bash\ntest -e there || { sleep 1.2; false; }\n```\n")
    watched.until("tried once, 9:5")
    stage.write({"there": ""})
    assert "✓ demo.md: 1 step passed" in watched.end()[-1]


def test_an_interruption_leaves_nothing_of_it(stage, watch):
    stage.gate()
    watched = watch(SLOW)
    watched.until("step 3 of 4")
    watched.process.send_signal(signal.SIGINT)
    assert not any("step 3 of 4" in line for line in watched.end())
    assert watched.process.returncode == 130


@pytest.mark.parametrize("columns", [20, 49, 50, 200])
def test_it_fits_any_width(stage, watch, columns):
    gate = stage.gate()
    watched = watch(SLOW, columns=columns)
    watched.until("step 3 of")
    gate("x\n")
    assert not any("step 3" in line for line in watched.end())


def test_no_colour_and_no_line_where_they_are_not_wanted(stage, watch):
    gate = stage.gate()
    watched = watch(SLOW, env={"TERM": "dumb"})
    watched.until("read -r x")
    gate("x\n")
    watched.until("off")
    assert not any(re.search(r"step \d+ of", line) for line in watched.end())
