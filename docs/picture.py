"""Makes the README's picture from a real run: `make picture`.

An excerpt of runbooks/tour.md is rehearsed on a pty of 80 columns, and what it shows there is
drawn as it is, but for one thing, which the picture says: the set-up before it is left out. A
second run gives the same bytes, except perhaps for the seconds in the last line.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import pexpect
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "rehearsal.svg"
CUEBOOK = Path(sys.executable).with_name("cuebook")
RUNBOOK = "runbooks/tour.md"
FIRST_COMMAND = "lighthouse lit"
LAST_SECTION = "The logbook"
COLUMNS, ROWS = 80, 50
PATIENCE = 60  # seconds

_CUT = "  ⋮  (the hidden set-up runs first; it is left out of this picture)"

# Foreground and background, then the eight colours of a terminal, plain and bright.
_THEME = TerminalTheme(
    (24, 26, 31),
    (220, 223, 228),
    [
        (24, 26, 31),
        (235, 110, 115),
        (140, 200, 125),
        (230, 190, 110),
        (105, 165, 240),
        (200, 130, 225),
        (90, 185, 200),
        (200, 204, 212),
    ],
    [
        (110, 116, 130),
        (245, 130, 135),
        (160, 220, 145),
        (250, 205, 100),
        (130, 185, 255),
        (215, 150, 240),
        (110, 205, 220),
        (255, 255, 255),
    ],
)

# rich's own frame asks for a font from the web; this one takes the reader's.
_FRAME = """\
<svg class="cuebook" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>A part of the tour, rehearsed: each command, its output, and the summary</title>
<style>
.{unique_id}-matrix {{
  font-family: "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
.{unique_id}-title {{ font-family: "DejaVu Sans", Helvetica, Arial, sans-serif; font-size: 16px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix" xml:space="preserve">
{matrix}
</g>
</g>
</svg>
"""


def first_step() -> tuple[str, str]:
    """Return the number of the step that the excerpt begins with, and its heading."""
    listed = subprocess.run(
        [CUEBOOK, "steps", "--no-init", "--format", "json", RUNBOOK],
        check=True,
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    step = next(s for s in json.loads(listed.stdout) if s["text"].strip() == FIRST_COMMAND)
    return str(step["number"]), step["heading"]


def run(command: list[str]) -> str:
    """Return what a cuebook command shows on a terminal.

    It runs in an empty folder that has only the runbooks, and with a home folder like that.

    Raises:
        RuntimeError: It did not end well.
    """
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "runbooks").symlink_to(ROOT / "runbooks")
        child = pexpect.spawn(
            str(CUEBOOK),
            command,
            cwd=folder,
            dimensions=(ROWS, COLUMNS),
            encoding="utf-8",
            env={
                "HOME": folder,
                "LANG": "C.UTF-8",
                "PATH": os.environ.get("PATH", os.defpath),
                "TERM": "xterm-256color",
            },
            timeout=PATIENCE,
        )
        child.expect(pexpect.EOF)
        child.close()
    # The runbook's terminal ends a line by CR LF, and ours makes CR CR LF of that.
    shown = re.sub(r"\r+\n", "\n", str(child.before))
    if child.exitstatus != 0:
        raise RuntimeError(f"cuebook {shlex.join(command)} ended with {child.exitstatus}:\n{shown}")
    return shown


def excerpt(command: list[str], shown: str, heading: str) -> Text:
    """Return a prompt with the command, and what it showed from the heading on."""
    lines = Text.from_ansi(shown.rstrip()).split("\n")
    begin = next(row for row, line in enumerate(lines) if line.plain == heading)
    prompt = Text.assemble(("$ ", "dim"), (f"cuebook {shlex.join(command)}", "bold"))
    return Text("\n").join([prompt, Text(_CUT, "dim"), Text(), *lines[begin:]])


def draw(text: Text) -> str:
    """Return an SVG of coloured text."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True)
        console.print(text, soft_wrap=True)
        return console.export_svg(
            title="cuebook", theme=_THEME, code_format=_FRAME, unique_id="cuebook"
        )


def main() -> None:
    """Draw the picture."""
    number, heading = first_step()
    command = ["rehearse", RUNBOOK, "--from", number, "--to", LAST_SECTION]
    PICTURE.write_text(draw(excerpt(command, run(command), heading)), encoding="utf-8")
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)} is drawn\n")


if __name__ == "__main__":
    main()
