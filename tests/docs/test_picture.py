"""docs/rehearsal.svg shows what its command prints today."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
TEXT = re.compile(r'<text class="cuebook-r\d+" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>')
WIDTH = 12.2  # of a character, as rich draws it


def drawn() -> list[str]:
    """The lines of text in the picture."""
    lines: dict[float, str] = {}
    for x, y, text in TEXT.findall((DOCS / "rehearsal.svg").read_text()):
        line = lines.get(float(y), "").ljust(round(float(x) / WIDTH))
        lines[float(y)] = line + unescape(text).replace("\xa0", " ")
    return [lines[y] for y in sorted(lines)]


def printed() -> list[str]:
    """The lines that the command prints now, without the set-up."""
    script = "import sys, picture; sys.stdout.write(picture.rehearsal().plain)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=DOCS, stdout=subprocess.PIPE, check=True, timeout=60
    )
    return done.stdout.decode().splitlines()


def compared(lines: list[str]) -> list[str]:
    """Lines without the time that it took, and without space at their ends."""
    return [re.sub(r"[\d.]+ s$", "", line.rstrip()) for line in lines if line.strip()]


def test_the_picture_shows_what_comes():
    assert compared(drawn()) == compared(printed()), "`make picture` draws it anew"
