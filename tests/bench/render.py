"""How long pages take: one, a site at three sizes, and a change until it is served."""

from __future__ import annotations

import re
import subprocess
import time
import urllib.request
from functools import partial
from typing import TYPE_CHECKING

from tests.bench.books import realistic
from tests.bench.figures import Figure, Goal, Result, Row, ms
from tests.bench.lab import REPO, BenchError, Lab, say

if TYPE_CHECKING:
    from pathlib import Path

FLAGSHIP = REPO / "runbooks" / "practical-multicluster.md"
SIZES = (50, 150, 500)
EACH = 4_000  # bytes of each of a site's runbooks
CHANGES = 10
NOTES = f"""\
Pages as HTML, without a take. Start-up is `cuebook render --help`. A site is of runbooks of
{EACH // 1000} KB each, with a start page and a search; it grows in proportion where the time for
each page stays. A change is from writing a runbook of that size until the server has told the page
of it and what it serves has the change; what a browser then takes to show it is not in that."""


def run(lab: Lab) -> Result:
    """Time pages."""
    say("render: one page")
    render = [lab.cuebook, "render", "--no-init"]
    out = lab.work / "page.html"
    times = lab.interleave(
        {
            "flagship": partial(lab.run, [*render, FLAGSHIP, "-o", out]),
            "start-up": partial(lab.run, [*render, "--help"]),
        }
    )
    page, nothing = times["flagship"], times["start-up"]
    sites = {size: _site(lab, size) for size in SIZES}
    each = {size: [seconds / size for seconds in found] for size, found in sites.items()}
    small, large = SIZES[0], SIZES[-1]
    changes = {size: _changes(lab, size) for size in (1, large)}
    rows = (
        Row(
            name="render the flagship",
            what="the flagship's page",
            measured=ms(page),
            against=f"start-up: {ms(nothing)}",
            figure=Figure.extra_ms(page, nothing),
            goal=Goal(300, unit="ms more"),
        ),
        *(
            Row(
                name=f"render a site of {size}",
                what=f"a site of {size} runbooks, for each",
                measured=ms(each[size]),
                against=f"for each of {small}: {ms(each[small])}",
                figure=Figure.ratio(each[size], each[small]),
                goal=Goal(1.25) if size == large else None,
            )
            for size in SIZES[1:]
        ),
        *(
            Row(
                name=f"a change of one of {size} under --watch",
                what=f"a changed runbook of {size} until it is served",
                measured=ms(found),
                against="nothing",
                figure=Figure.extra_ms(found, [0.0] * len(found)),
                goal=Goal(500, unit="ms"),
            )
            for size, found in changes.items()
        ),
    )
    return Result("Rendering", rows, NOTES)


def _site(lab: Lab, size: int) -> list[float]:
    say(f"render: a site of {size}")
    books = lab.work / f"site-{size}"
    books.mkdir()
    text = realistic(EACH)
    for number in range(size):
        named = text.replace("A long runbook", f"Runbook {number}")
        (books / f"book-{number:04}.md").write_text(named, encoding="utf-8")
    words: list[str | Path] = [
        lab.cuebook,
        "render",
        "--no-init",
        books,
        "-o",
        lab.work / f"out-{size}",
    ]
    return [lab.run(words) for _ in range(max(2, lab.rounds // 2))]


def _changes(lab: Lab, size: int) -> list[float]:
    say(f"render: changes of one of {size}")
    folder = f"watched-{size}"
    (lab.work / folder).mkdir()
    books = [lab.file(f"{folder}/{number}.md", realistic(EACH)) for number in range(size)]
    words = [lab.cuebook, "render", "--no-init", folder, "-o", f"{folder}.out", "--watch"]
    process = subprocess.Popen(words, cwd=lab.work, env=lab.env, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stderr.readline() if process.stderr else ""
        found = re.search(r"http://\S+/", line)
        if not found:
            raise BenchError(f"--watch did not start: {line}")
        return [_change(books[0], found[0], f"change {number}") for number in range(CHANGES)]
    finally:
        process.terminate()
        process.wait()


def _change(book: Path, address: str, word: str) -> float:
    """Return the seconds from a change until the page that is served has it."""
    with urllib.request.urlopen(f"{address}cue:changes", timeout=30) as told:
        told.readline()  # it is there
        told.readline()
        new = book.with_suffix(".new")
        new.write_text(f"{book.read_text(encoding='utf-8')}\n{word}\n", encoding="utf-8")
        start = time.perf_counter()
        new.replace(book)  # whole, as editors do
        while not told.readline().startswith(b"data"):
            pass
        with urllib.request.urlopen(f"{address}{book.stem}.html", timeout=30) as page:
            if word not in page.read().decode():
                raise BenchError("the page that was told of has no change")
        return time.perf_counter() - start
