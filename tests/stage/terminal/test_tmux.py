"""The same in tmux: a real alternate screen, and windows that reflow."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")

PROGRAM = """
from runner.stage.terminal.chooser import Entry, Mark, choose
from runner.stage.terminal.help import show_help
from runner.stage.terminal.keyboard import Keyboard
from runner.stage.terminal.keys import Key
from runner.stage.terminal.status import Status
from runner.stage.terminal.terminal import Terminal

ENTRIES = [Entry(f"entry {i:03} 世界 " + "🚀" * i, i % 3, Mark.DONE) for i in range(100)]
terminal = Terminal()
keyboard = Keyboard(terminal)
with terminal, terminal.listening():
    terminal.write("\\n".join(f"line {i}" for i in range(LINES)) + "\\n$ ls")
    with Status(terminal).shown(lambda columns: "STATUS".ljust(columns, ".")) as draw:
        while (key := keyboard.next(None)) is not Key.RUN:
            if key is Key.GO:
                choose(ENTRIES, terminal=terminal, keyboard=keyboard, selected=50)
            elif key is Key.HELP:
                show_help(terminal=terminal, keyboard=keyboard)
            elif key is Key.PROMPT:
                with terminal.passing():
                    terminal.write(b"\\x1b[?1049h\\x1b[?25lkilled\\x1b]")
            draw()
    terminal.write(" -l\\n")
"""
ROOT = Path(__file__).parents[3]


class Tmux:
    def __init__(self, folder: Path) -> None:
        self._base = ["tmux", "-S", str(folder / "socket"), "-f", "/dev/null", "-u"]
        self._program = folder / "program.py"

    def __call__(self, *args: str) -> str:
        done = subprocess.run([*self._base, *args], capture_output=True, text=True, check=False)
        return done.stdout

    def play(self, lines: int) -> None:
        self._program.write_text(PROGRAM.replace("LINES", str(lines)))
        command = f"cd '{ROOT}'; stty -a | tail -n +2 >before; '{sys.executable}' '{self._program}'"
        command = command.replace(">before", f">'{self._program.parent}/before'")
        command += f"; stty -a | tail -n +2 >'{self._program.parent}/after'; cat"
        size = ["-x", "80", "-y", "24"]
        self("new-session", "-d", *size, "env", f"PYTHONPATH={ROOT}", "sh", "-c", command)

    def type(self, *keys: str) -> None:
        self("send-keys", *keys)

    def resize(self, rows: int, columns: int) -> None:
        self("resize-window", "-x", str(columns), "-y", str(rows))

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self("capture-pane", "-p").split("\n")[:-1]]

    def until(self, condition) -> list[str]:
        end = time.monotonic() + 20
        while not condition(lines := self.lines):
            if time.monotonic() > end:
                pytest.fail("waited in vain; the screen shows\n" + "\n".join(lines))
            time.sleep(0.01)
        return lines


@pytest.fixture
def tmux():
    with tempfile.TemporaryDirectory(
        prefix="cue", dir="/tmp"
    ) as folder:  # a socket's path is short
        tmux = Tmux(Path(folder))
        yield tmux
        tmux("kill-server")


def waiting(columns: int):
    return lambda lines: lines[-1] == "STATUS".ljust(columns, ".")


@pytest.mark.parametrize("lines", [3, 40])
def test_each_screen_goes_without_a_trace_and_follows_the_window(tmux, lines):
    tmux.play(lines)
    before = tmux.until(waiting(80))
    for key, shown in [("g", "Go to:"), ("?", "Keys")]:
        tmux.type(key)
        tmux.until(lambda lines, shown=shown: lines[0].startswith(shown) and lines[-1])
        tmux.type("Escape")
        assert tmux.until(waiting(80)) == before
    tmux.type("g")
    tmux.until(lambda lines: lines[0] == "Go to:" and lines[-1])
    for rows, columns in [(10, 40), (50, 200), (24, 80)]:
        tmux.resize(rows, columns)
        found = tmux.until(
            lambda lines, rows=rows: lines[-1].startswith("RETURN") and len(lines) == rows
        )
        assert sum("entry" in line for line in found) == rows - 2
    tmux.type("Escape")
    tmux.until(waiting(80))
    for rows, columns in [(10, 40), (24, 80), (40, 120)]:
        tmux.resize(rows, columns)
        found = tmux.until(waiting(columns))
        assert sum("STATUS" in line for line in found) == 1
    tmux.type("Enter")
    found = tmux.until(lambda lines: "$ ls -l" in lines)
    assert not any("STATUS" in line for line in found)
    assert any(line == f"line {lines - 1}" for line in found)


def test_what_a_killed_program_left_on(tmux):
    tmux.play(3)
    before = tmux.until(waiting(80))
    tmux.type("!")
    assert tmux.until(waiting(80)) == before
    tmux.type("Enter")
    tmux.until(lambda lines: "$ ls -l" in lines)
    assert tmux("display", "-p", "#{alternate_on} #{cursor_flag}").strip() == "0 1"


def test_the_settings_are_the_same_before_and_after(tmux):
    tmux.play(3)
    tmux.until(waiting(80))
    tmux.type("Enter")
    folder = tmux._program.parent
    tmux.until(lambda _: (folder / "after").exists() and (folder / "after").read_text())
    assert (folder / "after").read_text() == (folder / "before").read_text()
