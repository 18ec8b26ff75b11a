"""The lines that close a rehearsal: what failed, where and how, and what it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.book.text import printable, via
from runner.rehearsal.mismatch import mismatches
from runner.show.events import told_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from runner.book.model import Step
    from runner.rehearsal.tally import Failure, Tally

    Paint = Callable[[str, str], str]

_RED, _GREEN, _YELLOW, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"
_WIDEST = 200  # characters of a last line that are shown


def summary(
    path: Path,
    tally: Tally,
    *,
    interrupted: bool,
    environment: str = "",
    colour: bool = False,
    columns: int | None = None,
) -> str:
    """Return the lines that close a rehearsal, each failed step with its place.

    Args:
        path: The runbook.
        tally: What it came to.
        interrupted: Whether a signal ended it.
        environment: The label of what stood in for the real thing, "" for the real one.
        colour: Use colour.
        columns: The terminal's width: lines are broken between words there; None for no terminal.
    """

    def paint(text: str, style: str) -> str:
        bare = text.lstrip()
        return f"{text.removesuffix(bare)}{style}{bare}{_PLAIN}" if colour else text

    lines: list[str] = []
    if interrupted:
        tally.stop()
    for failure in tally.failures:
        lines += _failed(failure, path, paint, columns)
    for step in tally.interrupted if interrupted else ():
        place, *rest = _about(step, path)
        lines += [paint(f"{place}: interrupted", _RED), *rest]
    if tally.exit and tally.left_out:
        told = f"! the runbook ended itself at {tally.exit.place}; {_left_out(tally.left_out)}"
        lines.append(paint(told, _YELLOW))
    mark = paint("✗", _RED) if tally.failures or interrupted else paint("✓", _GREEN)
    where = f"rehearsed on {environment}: " if environment else ""
    ends = [", its EXIT trap failed"] * any(failure.step is None for failure in tally.failures)
    ends += [", interrupted"] * interrupted
    counted = f"{where}{told_counts(tally.counts)}{''.join(ends)}"
    lines.append(f"{mark} {path}: {counted}, {tally.seconds:.1f} s")
    return "\n".join(lines) + "\n"


def wrapped(line: str, columns: int | None) -> list[str]:
    """Return a line without control characters in lines that a terminal has room for.

    They are broken between words, and what goes on stands further in.
    """
    if columns is None:
        return [line]
    from wcwidth import width, wrap

    if width(line) < columns:
        return [line]
    indent = line[: len(line) - len(line.lstrip())] + "    "
    return wrap(line, columns - 1, subsequent_indent=indent, break_on_hyphens=False)


def _failed(failure: Failure, path: Path, paint: Paint, columns: int | None) -> Iterator[str]:
    """Yield the lines about a failure."""
    place, *rest = _about(failure.step, path)
    for line in wrapped(f"{place}: {printable(failure.told)}", columns):
        yield paint(line, _RED)
    yield from rest
    for line, style in mismatches(failure.broken, failure.told):
        for part in wrapped(line, columns):
            yield paint(part, style) if style else part
    for line in failure.last_lines:
        cut = line if len(line) <= _WIDEST else f"{line[:_WIDEST]}…"
        yield f"  | {printable(cut)}"


def _about(step: Step | None, path: Path) -> list[str]:
    """The lines about a step: its place, what brought it in, its text."""
    if step is None:
        return [str(path)]
    sign = "$" if step.kind is Kind.COMMAND else f"@{step.kind}"
    text = [f"  {sign} {printable(line)}" for line in step.text.rstrip().split("\n")]
    return [str(step.place), *via(step.within), *text]


def _left_out(commands: int) -> str:
    what = "1 command after it has" if commands == 1 else f"{commands} commands after it have"
    return f"{what} not run"
