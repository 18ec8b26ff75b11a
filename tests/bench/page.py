"""docs/performance.md: the table, how each figure was made, and why a goal is not met."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.bench.figures import Result, Row

HEAD = ("what", "measured", "against", "ratio", "goal", "met?")
TITLE = """\
# Performance

`make bench` writes this page. Every ratio is measured side by side in one run: the contenders take
turns, round by round. A ratio is that of the medians; what single rounds gave stands in brackets.
"""


def page(facts: Mapping[str, str], results: Sequence[Result], reasons: Mapping[str, str]) -> str:
    """Return the whole page."""
    rows = [row for result in results for row in result.rows]
    parts = [
        TITLE,
        "\n".join(f"- {name}: {value}" for name, value in facts.items()) + "\n",
        table([HEAD, *(row.cells() for row in rows)]),
        unmet(rows, reasons),
    ]
    parts += [f"## {result.title}\n\n{result.notes}\n" for result in results]
    return "\n".join(part for part in parts if part)


def table(lines: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; the first line is its head."""
    head, *body = lines
    rule = ["---"] * len(head)
    return "".join("| " + " | ".join(cells) + " |\n" for cells in (head, rule, *body))


def goals(results: Iterable[Result]) -> str:
    """Return each goal and whether it is met, a line each, for the terminal."""
    rows = [row for result in results for row in result.rows if row.goal]
    missed = sum(row.unmet for row in rows)
    lines = [
        f"{'not met' if row.unmet else 'met':>7}  {row.what}: {row.figure or '–'}, goal {row.goal}"
        for row in rows
    ]
    return "\n".join([*lines, f"{len(rows) - missed} of {len(rows)} goals are met"])


def unmet(rows: Iterable[Row], reasons: Mapping[str, str]) -> str:
    """Return what is known about the goals that are not met."""
    missed = [row for row in rows if row.unmet]
    if not missed:
        return ""
    lines = [
        f"- {row.what}: {reasons.get(row.name, 'not explained yet (tests/bench/reasons.py)')}\n"
        for row in missed
    ]
    return "## Goals that are not met\n\n" + "".join(lines)
