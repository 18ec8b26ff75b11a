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
from drawing import draw
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "rehearsal.svg"
CUEBOOK = Path(sys.executable).with_name("cuebook")
RUNBOOK = "runbooks/tour.md"
FIRST_COMMAND = "lighthouse lit"
LAST_SECTION = "The logbook"
COLUMNS, ROWS = 80, 50
PATIENCE = 60  # seconds

_ALT = "A part of the tour, rehearsed: each command, its output, and the summary"
_CUT = "  ⋮  (the hidden set-up runs first; it is left out of this picture)"


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


def rehearsal() -> Text:
    """Return what the picture shows."""
    number, heading = first_step()
    command = ["rehearse", RUNBOOK, "--from", number, "--to", LAST_SECTION]
    return excerpt(command, run(command), heading)


def main() -> None:
    """Draw the picture."""
    PICTURE.write_text(draw(rehearsal(), columns=COLUMNS, alt=_ALT), encoding="utf-8")
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)} is drawn\n")


if __name__ == "__main__":
    main()
