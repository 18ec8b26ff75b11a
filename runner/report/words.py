"""What several kinds of report say in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.book.text import printable
from runner.take import table

if TYPE_CHECKING:
    from runner.report.model import Performance, Refusal, Reported
    from runner.take.model import Begun, Verdict

MARKS = {
    "passed": "✓",
    "failed": "✗",
    "skipped": "–",
    "simulated": "≈",
    "unfinished": "…",
    "interrupted": "✗",
    "broke off": "✗",
    "refused": "✗",
}
"""A sign for each result, never alone."""

_FIRST = 100  # characters of a command's first line


def plain(text: str) -> str:
    r"""Return one line of anything as it stands in a report.

    Control characters become escapes, as `printable` has it. So does, as `\x3a:` and `#\x23[`, what
    GitHub Actions would take for an instruction in the log of a job, where a report may be printed:
    `::` at the beginning of a line, and `##[` anywhere (`ActionCommand.cs` in actions/runner).
    """
    shown = within(text)
    return shown.replace(":", r"\x3a", 1) if shown.lstrip().startswith("::") else shown


def within(text: str) -> str:
    """Return the same of what does not stand at the beginning of a line."""
    return printable(text).replace("##[", r"#\x23[")


def first_line(text: str) -> str:
    """Return a step's first line, cut where it is long, without control characters."""
    return plain(table.first_line(text, _FIRST))


def place(at: Begun | Refusal) -> str:
    """Return where something stands: FILE:LINE:COLUMN, or FILE, or "" where it stands in none."""
    return plain(f"{at.file}:{at.line}:{at.column}" if at.line else at.file)


def title(performance: Performance) -> str:
    """Return the name of a performance for people: its runbook's path, and what stood in."""
    header = performance.header
    where = f" (in {header.environment})" if header.environment else ""
    return plain(f"{header.runbook.path}{where}")


def reason(step: Reported) -> str:
    """Return how a step ended, a sentence; "" where one of its checks says the very same."""
    said = {f"{verdict.rule}: {verdict.message}" for verdict in step.broken}
    return "" if step.told in said else plain(step.told)


def check(verdict: Verdict) -> list[str]:
    """Return what is told of a check that did not hold: what was expected, what came."""
    told = verdict.message or "it did not hold"
    begin = f"{verdict.file}:{verdict.line}: {verdict.rule}: {told}"
    return [plain(line) for line in (begin, *verdict.difference)]


def notes(step: Reported) -> list[str]:
    """Return what was told beside a step, each line marked as a rehearsal marks it."""
    return [plain(f"! {note}") for note in step.notes]


def details(step: Reported, most: int) -> list[str]:
    """Return what is told of a step that failed: the reason, its checks, notes, its last lines.

    Args:
        step: The step.
        most: How many lines of output are told.
    """
    lines = [why] if (why := reason(step)) else []
    for verdict in step.broken:
        lines += check(verdict)
    lines += notes(step)
    if output := step.output.lines[-most:]:
        lines += ["", "the last lines of its output:", *map(plain, output)]
    return lines
