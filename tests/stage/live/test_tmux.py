"""The same in tmux: a real terminal emulator, a shell that cuebook is a job of, and detaching."""

from __future__ import annotations

import contextlib
import os
import pty
import shutil
import subprocess
import sys
import time
import uuid
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
needs_vi = pytest.mark.skipif(not shutil.which("vi"), reason="there is no vi")
DEADLINE = 60.0
LEFT = "echo left-$((1 + 1))"


class Tmux:
    """A tmux server of its own, with a shell in which `cuebook present` runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"cue-{uuid.uuid4().hex[:12]}"
        self._env = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color",
            "SHELL": "/bin/sh",
        }

    def __call__(self, *args: str) -> str:
        base = ["tmux", "-L", self.name, "-f", os.devnull, "-u"]
        done = subprocess.run(
            [*base, *args], env=self._env, capture_output=True, text=True, check=False
        )
        return done.stdout

    def present(self, *commands: str, options: str = "--no-typing") -> None:
        """Present commands, from a shell with job control."""
        blocks = "".join(f"```bash\n{command}\n```\n\n" for command in commands)
        (self.folder / "book.md").write_text(f"<!-- @SHOW -->\n\n{blocks}")
        (self.folder / "go").write_text(
            "stty -g >before\n"
            f"'{sys.executable}' -P -m runner.cli.main present {options} book.md\n"
            "echo status-$? after\nstty -g >after\n"
        )
        shell = ["bash", "--norc", "--noprofile"]
        size = ["-x", "80", "-y", "24"]
        self("new-session", "-d", *size, "-c", str(self.folder), "env", "PS1=shell> ", *shell)
        self.wait_for(lambda: self.lines[0] == "shell>")
        self("send-keys", "-l", "clear; . ./go")
        self.press("Enter")

    def press(self, *keys: str) -> None:
        self("send-keys", *keys)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self("capture-pane", "-p").split("\n")[:-1]]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).rstrip()

    def wait_for(self, wanted: str | Callable[[], object]) -> None:
        condition = (lambda: wanted in self.text) if isinstance(wanted, str) else wanted
        end = time.monotonic() + DEADLINE
        while not condition():
            if time.monotonic() > end:
                pytest.fail(f"waited in vain for {wanted!r}; the screen shows\n{self.text}")

    def asked(self, command: str) -> None:
        self.wait_for(lambda: self.text.endswith(f"$ {command}"))

    def ended(self, status: int) -> None:
        """Wait for the shell's prompt; the terminal is as it was."""
        self.wait_for(lambda: self.text.endswith("shell>"))
        assert f"status-{status} after" in self.lines
        settings = [(self.folder / name).read_text() for name in ("before", "after")]
        assert settings[0] == settings[1]
        modes = "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_cursor_flag}"
        assert self("display", "-p", modes).strip() == "0 1 0 0"
        self("send-keys", "-l", "echo typed-$((1 + 1))")
        self.press("Enter")
        self.wait_for(lambda: "typed-2" in self.lines)


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    tmux = Tmux(tmp_path)
    yield tmux
    tmux("kill-server")


def test_a_show_from_end_to_end(tmux):
    tmux.present("echo one-$((0 + 1))", LEFT)
    tmux.asked("echo one-$((0 + 1))")
    assert tmux.lines[0] == "$ echo one-$((0 + 1))"
    tmux.press("Enter")
    tmux.asked(LEFT)
    tmux.press("Enter")
    tmux.ended(0)
    found = tmux.lines
    assert found[:4] == ["$ echo one-$((0 + 1))", "one-1", f"$ {LEFT}", "left-2"]


def test_keys(tmux):
    tmux.present(LEFT, "true")
    tmux.asked(LEFT)
    before = tmux.lines
    for key, shown in (("?", "Any key goes back."), ("g", "RETURN goes there")):
        tmux.press(key)
        tmux.wait_for(shown)
        tmux.press("Escape")
        tmux.wait_for(lambda: tmux.lines == before)
    tmux.press("F1", "Up", "M-x", "x", "+")
    tmux.asked("true")
    assert "skipped" in tmux.lines
    assert "left-2" not in tmux.text
    tmux.press("PPage")  # nothing has run that could be repeated
    tmux.press("NPage")
    tmux.ended(0)


def test_the_prompt(tmux):
    tmux.present("V=1", "echo $V")
    tmux.asked("V=1")
    tmux.press("Enter")
    tmux.asked("echo $V")
    tmux.press("!")
    tmux.wait_for(lambda: tmux.text.endswith("cuebook>"))
    tmux("send-keys", "-l", "V=of-prompt-$V")
    tmux.press("Enter")
    tmux.wait_for(lambda: tmux.text.count("cuebook>") == 2)
    tmux.press("C-d")
    tmux.asked("echo $V")
    tmux.press("Enter")
    tmux.ended(0)
    assert "of-prompt-1" in tmux.lines


@needs_vi
def test_vi_and_a_resize(tmux):
    (tmux.folder / "file").write_text("first\n")
    tmux.present("vi file", "stty size")
    tmux.asked("vi file")
    tmux.press("Enter")
    tmux.wait_for(lambda: tmux.lines[:2] == ["first", "~"])
    for rows, columns in ((10, 40), (40, 120)):
        tmux("resize-window", "-x", str(columns), "-y", str(rows))
        tmux.wait_for(lambda rows=rows: tmux.lines.count("~") == rows - 2)
    tmux.press("o", "added", "Escape")
    tmux.wait_for(lambda: tmux.lines[1] == "added")
    tmux.press(":", "wq", "Enter")
    tmux.asked("stty size")
    tmux.press("Enter")
    tmux.ended(0)
    assert "40 120" in tmux.lines
    assert (tmux.folder / "file").read_text() == "first\nadded\n"


def test_resizes_at_a_wait_leave_the_screen_whole(tmux):
    tmux.present(LEFT, options="--no-typing --status")
    status = "step 1 of 1"
    tmux.wait_for(status)
    for rows, columns in ((10, 40), (40, 120), (24, 80)):
        tmux("resize-window", "-x", str(columns), "-y", str(rows))
        tmux.wait_for(lambda: tmux.lines[-1].startswith(status))
        assert sum(line.startswith(status) for line in tmux.lines) == 1
        assert tmux.text.count(f"$ {LEFT}") == 1
    tmux.press("Enter")
    tmux.ended(0)
    assert status not in tmux.text
    assert "left-2" in tmux.lines


def test_ctrl_c_and_ctrl_z(tmux):
    tmux.present("echo begun-$((1 + 1)); sleep 600", "cat", LEFT)
    tmux.asked("echo begun-$((1 + 1)); sleep 600")
    tmux.press("Enter")
    tmux.wait_for(lambda: "begun-2" in tmux.lines)
    tmux.press("C-c")
    tmux.asked("cat")
    tmux.press("C-c")
    tmux.wait_for("CTRL-C again quits")
    tmux.press("x")
    tmux.press("Enter")
    tmux.wait_for(lambda: tmux("display", "-p", "#{cursor_x}").strip() == "0")
    tmux.press("said", "Enter")
    tmux.wait_for(lambda: tmux.lines.count("said") == 2)
    tmux.press("C-z")
    tmux.asked(LEFT)
    tmux.press("C-c")
    tmux.wait_for(lambda: tmux.text.count("CTRL-C again quits") == 2)
    tmux.press("C-c")
    tmux.ended(0)


def test_a_client_that_attaches_and_detaches_changes_nothing(tmux):
    tmux.present("cat go", LEFT)
    tmux.asked("cat go")
    for _ in range(2):
        pid, master = pty.fork()
        if not pid:
            os.execvpe("tmux", ["tmux", "-L", tmux.name, "attach"], tmux._env)
        try:
            tmux.wait_for(lambda: tmux("list-clients").strip())
            tmux("detach-client")
            tmux.wait_for(lambda: not tmux("list-clients").strip())
            with contextlib.suppress(OSError):
                while os.read(master, 4096):
                    pass
        finally:
            os.close(master)
            os.waitpid(pid, 0)
    tmux("resize-window", "-x", "80", "-y", "24")
    tmux.asked("cat go")
    tmux.press("Enter")
    tmux.asked(LEFT)
    tmux.press("Enter")
    tmux.ended(0)
    assert "left-2" in tmux.lines


def test_the_window_is_closed_while_a_command_runs(tmux):
    tmux.present("echo $$ $PPID >pids; exec 3<>fifo; echo ready-$((1 + 1)); read -r X <&3")
    os.mkfifo(tmux.folder / "fifo")
    tmux.wait_for("$ echo $$")
    tmux.press("Enter")
    tmux.wait_for("ready-2")
    pids = (tmux.folder / "pids").read_text().split()
    tmux("kill-server")
    end = time.monotonic() + DEADLINE
    while any(os.path.exists(f"/proc/{pid}") for pid in pids):
        assert time.monotonic() < end, f"left over: {pids}"


def test_garbage_in_a_real_terminal(tmux):
    import random

    (tmux.folder / "data").write_bytes(random.Random(3).randbytes(200_000))
    tmux.present("cat data", "clear; echo lqk-$((1 + 1))")
    tmux.asked("cat data")
    tmux.press("Enter")
    tmux.asked("clear; echo lqk-$((1 + 1))")
    tmux.press("Enter")
    tmux.wait_for(lambda: tmux.lines[0] == "lqk-2")
    tmux.ended(0)
