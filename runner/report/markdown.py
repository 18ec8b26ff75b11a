"""The report as Markdown: short, as a job summary or a comment is.

Whatever comes from a take stands in a code span or a fence, where Markdown means nothing, nor do a
`@name` or a `#1` on GitHub; and no text can end the one that it stands in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.report.model import counts, headline, overall
from runner.report.words import MARKS, check, first_line, notes, place, plain, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.report.model import Performance, Refusal, Reported

FAILURES = 20
"""How many failures are told, of all performances together."""

LINES = 20
"""How many lines of output, and of a difference, are told of each."""

_WIDEST = 200  # characters of a line


def render(performances: Sequence[Performance], refusals: Sequence[Refusal] = ()) -> str:
    """Return the Markdown, in GitHub's flavour, as it has tables."""
    result = overall(performances, refusals)
    lines = [f"## {MARKS[result]} {result}: {headline(performances)}"]
    for refusal in refusals[:FAILURES]:
        lines += ["", *_beginning(refusal)]
    if len(refusals) > FAILURES:
        lines += ["", f"… and {len(refusals) - FAILURES} more"]
    if performances:
        lines += ["", *_table(performances)]
    told = [(p, step) for p in performances for step in p.bad]
    for performance in performances:
        if performance.why:
            lines += ["", *_end(performance)]
    for performance, step in told[:FAILURES]:
        lines += ["", *_failure(performance, step)]
    if len(told) > FAILURES:
        lines += ["", f"… and {len(told) - FAILURES} more"]
    return "\n".join(lines) + "\n"


def span(text: str) -> str:
    """Return a code span with a line of any text, which a table's cell may hold; "" for none.

    A `|` stands beside it, as an entity: a table would end its cell there, also in a code span.
    """
    return "&#124;".join(_span(part) for part in plain(text).split("|"))


def fence(lines: Iterable[str], language: str = "") -> list[str]:
    """Return a fenced block with lines of any text."""
    cut = [_cut(plain(line)) for line in lines]
    longest = max((len(run) for line in cut for run in re.findall("`+", line)), default=0)
    ticks = "`" * max(3, longest + 1)
    return [f"{ticks}{language}", *cut, ticks]


def _span(text: str) -> str:
    if not text.strip():
        return text
    ticks = "`" * next(n for n in range(1, len(text) + 2) if not _runs(text, n))
    ends = text[0] + text[-1]
    # One space at both ends is taken away again; it keeps the text's own ticks and spaces.
    space = " " if "`" in ends or ends == "  " else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _runs(text: str, length: int) -> bool:
    return re.search(rf"(?<!`)`{{{length}}}(?!`)", text) is not None


def _cut(line: str) -> str:
    return line if len(line) <= _WIDEST else f"{line[:_WIDEST]}…"


def _table(performances: Sequence[Performance]) -> Iterator[str]:
    yield "| runbook | result | passed | failed | skipped | simulated | seconds | performed |"
    yield "|---|---|--:|--:|--:|--:|--:|---|"
    for p in performances:
        found = counts([p])
        failed = found["failed"] + found["unfinished"]
        others = f"{found['skipped']} | {found['simulated']}"
        where = f" in {span(p.header.environment)}" if p.header.environment else ""
        yield (
            f"| {span(_cut(p.header.runbook.path))} | {MARKS[p.result]} {p.result}"
            f" | {found['passed']} | {failed} | {others} | {p.seconds:.1f}"
            f" | {p.header.mode}{where}, {span(p.header.started)} |"
        )


def _failure(performance: Performance, step: Reported) -> Iterator[str]:
    begun = step.begun
    where = f" in {span(performance.header.environment)}" if performance.header.environment else ""
    place = _cut(f"{begun.file}:{begun.line}")
    yield f"### ✗ {span(place)}, step {begun.number}: {span(first_line(begun.text))}{where}"
    if why := reason(step):
        yield ""
        yield from fence([why])
    for verdict in step.broken:
        yield ""
        yield from fence(check(verdict)[: LINES + 1], "diff")
    if step.notes:
        yield ""
        yield from fence(notes(step))
    if output := step.output.lines[-LINES:]:
        yield ""
        yield "The last lines of its output:"
        yield ""
        yield from fence(output)


def _beginning(refusal: Refusal) -> Iterator[str]:
    yield f"### ✗ {span(_cut(place(refusal) or refusal.runbook or 'cuebook'))}"
    yield ""
    yield from fence([refusal.message])


def _end(performance: Performance) -> Iterator[str]:
    yield f"### ✗ {span(_cut(performance.header.runbook.path))}: the end"
    yield ""
    yield from fence([performance.why, *performance.rest.lines[-LINES:]])
