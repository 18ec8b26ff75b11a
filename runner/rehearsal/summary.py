"""The lines that close a rehearsal: what failed, where and how, and what it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.book.text import printable, via
from runner.rehearsal.mismatch import mismatches
from runner.rehearsal.wrap import wrapped
from runner.show.events import told_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from runner.book.model import Place, Step
    from runner.rehearsal.tally import Failure, Tally

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
    now: Callable[[Place], Place] = lambda place: place,
) -> str:
    """Return the lines that close a rehearsal, each failed step with its place.

    Args:
        path: The runbook.
        tally: What it came to.
        interrupted: Whether a signal ended it.
        environment: The label of what stood in for the real thing, "" for the real one.
        colour: Use colour.
        columns: The terminal's width: lines are broken between words there; None for no terminal.
        now: Where something stands, where the files have been changed meanwhile.
    """

    def paint(text: str, style: str) -> str:
        bare = text.lstrip()
        return f"{text.removesuffix(bare)}{style}{bare}{_PLAIN}" if colour else text

    lines: list[str] = []
    if interrupted:
        tally.stop()
    for failure in tally.failures:
        for line, style in _failed(failure, path, now):
            lines += [paint(part, style) if style else part for part in wrapped(line, columns)]
    for step in tally.interrupted if interrupted else ():
        place, *rest = _about((step,), path, now)
        lines += [paint(f"{place}: interrupted", _RED), *rest]
    if tally.exit and tally.left_out:
        told = f"! the runbook ended itself at {now(tally.exit.place)}; {_left_out(tally.left_out)}"
        lines.append(paint(told, _YELLOW))
    mark = paint("✗", _RED) if tally.failures or interrupted else paint("✓", _GREEN)
    where = f"rehearsed on {environment}: " if environment else ""
    ends = [", its EXIT trap failed"] * any(not failure.steps for failure in tally.failures)
    ends += [", interrupted"] * interrupted
    counted = f"{where}{told_counts(tally.counts)}{''.join(ends)}"
    lines.append(f"{mark} {path}: {counted}, {tally.seconds:.1f} s")
    return "\n".join(lines) + "\n"


def _failed(
    failure: Failure, path: Path, now: Callable[[Place], Place]
) -> Iterator[tuple[str, str]]:
    """Yield the lines about a failure, each with its colour or ""."""
    place, *rest = _about(failure.steps, path, now)
    yield f"{place}: {printable(failure.told)}", _RED
    yield from ((line, "") for line in rest)
    yield from mismatches(failure.broken, failure.told, now)
    for line in failure.last_lines:
        cut = line if len(line) <= _WIDEST else f"{line[:_WIDEST]}…"
        yield f"  | {printable(cut)}", ""


def _about(steps: Sequence[Step], path: Path, now: Callable[[Place], Place]) -> list[str]:
    """The lines about steps: the first one's place, what brought it in, their texts."""
    if not steps:
        return [str(path)]
    first = steps[0]
    sign = "$" if first.kind is Kind.COMMAND else f"@{first.kind}"
    texts = [line for step in steps for line in step.text.rstrip().split("\n")]
    text = [f"  {sign} {printable(line)}" for line in texts]
    return [str(now(first.place)), *via(map(now, first.within)), *text]


def _left_out(commands: int) -> str:
    what = "1 command after it has" if commands == 1 else f"{commands} commands after it have"
    return f"{what} not run"
