"""Takes pictures of the stage: the tour, presented in tmux. `make picture` calls it.

What is pressed, and what has to be on the screen before the picture is taken, stands in SCENES.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from drawing import draw
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
CUEBOOK = Path(sys.executable).with_name("cuebook")
COLUMNS, ROWS = 80, 22
PATIENCE = 30.0  # seconds until what should come is missed


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture.

    Attributes:
        name: The file's: docs/stage-NAME.svg.
        keys: What is pressed for it, as tmux names keys; each waits for the screen to rest.
        wanted: A pattern that the screen then has.
        alt: What the picture shows.
    """

    name: str
    keys: tuple[str, ...]
    wanted: str
    alt: str


SCENES = (
    Scene("prose", (), r"The lamp is the answer", "The tour's first screen: a heading and prose"),
    Scene(
        "command",
        ("Enter", "Enter"),
        r"lighthouse dark\s*\n(.*\n){4}",
        "A command was typed out and has run",
    ),
    Scene("contents", ("g",), r"Dusk", "The list of what can be gone to"),
    Scene("help", ("Escape", "?"), r"RETURN", "The keys"),
)


class Tmux:
    """A tmux server of its own, with one window in which the tour is presented."""

    def __init__(self, home: Path) -> None:
        self._socket = f"cuebook-{os.getpid()}"
        (home / "runbooks").symlink_to(ROOT / "runbooks")
        env = {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PATH": os.environ.get("PATH", os.defpath),
            "TERM": "xterm-256color",
        }
        show = f"{CUEBOOK} present --theme dark --speed 20 runbooks/tour.md"
        size = ("-x", str(COLUMNS), "-y", str(ROWS))
        command = ["tmux", "-L", self._socket, "-f", os.devnull, "new-session", "-d", *size, show]
        subprocess.run(command, check=True, cwd=home, env=env)
        self._call("set", "-g", "default-terminal", "tmux-256color")

    def press(self, key: str) -> None:
        """Press a key, and wait until what it does has been done."""
        before = self.screen()
        self._call("send-keys", key)
        self._rest(lambda screen: screen != before, key)

    def wait_for(self, wanted: str) -> str:
        """Return the screen, with its colours, once it has the pattern and rests."""
        return self._rest(lambda screen: re.search(wanted, _plain(screen)) is not None, wanted)

    def screen(self) -> str:
        """Return the screen, with its colours as escape sequences."""
        return self._call("capture-pane", "-p", "-e")

    def close(self) -> None:
        """End the server and the show."""
        self._call("kill-server")

    def _rest(self, done: Callable[[str], bool], what: str) -> str:
        end = time.monotonic() + PATIENCE
        seen, since = self.screen(), time.monotonic()
        while time.monotonic() < end:
            now = self.screen()
            if now != seen:
                seen, since = now, time.monotonic()
            elif done(seen) and time.monotonic() - since > 0.5:
                return seen
            time.sleep(0.05)
        raise RuntimeError(f"{what!r} never came:\n{_plain(seen)}")

    def _call(self, *words: str) -> str:
        command = ["tmux", "-L", self._socket, *words]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _plain(screen: str) -> str:
    return Text.from_ansi(screen).plain


def main() -> None:
    """Take the pictures."""
    with tempfile.TemporaryDirectory() as home:
        tmux = Tmux(Path(home))
        try:
            for scene in SCENES:
                for key in scene.keys:
                    tmux.press(key)
                screen = Text.from_ansi(tmux.wait_for(scene.wanted).rstrip("\n"))
                path = ROOT / "docs" / f"stage-{scene.name}.svg"
                path.write_text(
                    draw(screen, columns=COLUMNS, rows=ROWS, alt=scene.alt), encoding="utf-8"
                )
                sys.stdout.write(f"{path.relative_to(ROOT)} is drawn\n")
        finally:
            tmux.close()


if __name__ == "__main__":
    main()
