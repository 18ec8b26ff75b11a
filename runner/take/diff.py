"""What differs between two takes, step by step."""

from __future__ import annotations

import dataclasses
import difflib
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.book.text import printable
from runner.show.events import told_status
from runner.take.played import played
from runner.take.read import entries
from runner.take.table import first_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from runner.take.played import Played

    _Key = tuple[str, int]  # a step's id, and the how manieth time it was played

KEPT = 64 * 1024
"""Characters of a step's output in which the lines that differ are looked for."""

TIMES = 2.0
"""A step takes another time if it is more than this number of times as long, …"""

SECONDS = 1.0
"""… and by more than this."""

_LINES = 400  # of each output that are compared line by line
_SHOWN = 12  # lines of a difference


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in a step.

    Attributes:
        id: The step's.
        text: Its text.
        first: Its number in the first take, 0 where it is not in it.
        second: Its number in the second take, likewise.
        what: Sentences.
        lines: Lines of its output, each beginning with `  `, `- ` (only in the first take) or
            `+ ` (only in the second).
    """

    id: str
    text: str
    first: int
    second: int
    what: tuple[str, ...]
    lines: tuple[str, ...] = ()


def diff(first: Path, second: Path) -> list[Difference]:
    """Return the steps that differ in status, output or time, or are only in one take.

    A step is known by its id; where it was played more than once, the n-th time is compared with
    the n-th time. Steps that are only in the second take stand behind the step that they follow.
    Where steps of one heading make way for as many others, they are taken for those, edited.

    Raises:
        TakeError: A take cannot be read.
    """
    a, b = _steps(first), _steps(second)
    behind: dict[_Key | None, list[_Key]] = {}
    last = None
    for key in b:
        if key in a:
            last = key
        else:
            behind.setdefault(last, []).append(key)
    edited = _edited(a, b, behind)
    order = [*behind.get(None, ()), *(k for key in a for k in (key, *behind.get(key, ())))]
    new = set(edited.values())
    found = (_compared(a.get(k), b.get(edited.get(k, k))) for k in order if k not in new)
    return [difference for difference in found if difference]


def told(differences: list[Difference]) -> str:
    """Return differences as a person reads them."""
    lines = []
    for d in differences:
        numbers = " → ".join(dict.fromkeys(str(n) for n in (d.first, d.second) if n))
        lines.append(f"step {numbers}  {first_line(d.text)}")
        lines += [f"  {sentence}" for sentence in d.what]
        lines += [f"    {line}" for line in d.lines]
    if not lines:
        lines = ["no step differs"]
    return "".join(f"{printable(line)}\n" for line in lines)


def to_json(differences: list[Difference]) -> str:
    """Return differences as a JSON array."""
    return json.dumps([dataclasses.asdict(d) for d in differences], indent=2) + "\n"


def _steps(path: Path) -> dict[_Key, Played]:
    times: Counter[str] = Counter()
    steps = {}
    for step in played(entries(path), most=KEPT):
        if step.begun.kind == "command" or step.result != "passed":
            times[step.begun.id] += 1
            steps[step.begun.id, times[step.begun.id]] = step
    return steps


def _edited(
    a: Mapping[_Key, Played], b: Mapping[_Key, Played], behind: Mapping[_Key | None, list[_Key]]
) -> dict[_Key, _Key]:
    """Return the steps of the first take that stand in the second one with another text."""
    edited: dict[_Key, _Key] = {}
    last: _Key | None = None
    gone: list[_Key] = []
    for key in (*a, None):
        if key is not None and key not in b:
            gone.append(key)
            continue
        come = behind.get(last, [])
        pairs = list(zip(gone, come, strict=False))
        if len(gone) == len(come) and all(
            a[old].begun.heading == b[new].begun.heading for old, new in pairs
        ):
            edited.update(pairs)
        last, gone = key, []
    return edited


def _compared(a: Played | None, b: Played | None) -> Difference | None:
    if a is None or b is None:
        only = a or b
        if only is None:
            return None
        begun, which = only.begun, "first" if a else "second"
        numbers = (begun.number if a else 0, begun.number if b else 0)
        return Difference(begun.id, begun.text, *numbers, (f"only in the {which} take",))
    what = []
    if a.begun.id != b.begun.id:
        what.append(f"edited: `{first_line(a.begun.text)}` → `{first_line(b.begun.text)}`")
    if _outcome(a) != _outcome(b):
        what.append(f"{_outcome(a)}, then {_outcome(b)}")
    if a.digest != b.digest:
        what.append("the output differs" + ("" if a.whole and b.whole else "; it is long"))
    if a.done and b.done and _other_time(a.done.seconds, b.done.seconds):
        what.append(f"{a.done.seconds:.1f} s, then {b.done.seconds:.1f} s")
    if not what:
        return None
    lines = _lines(a.output, b.output) if a.digest != b.digest else ()
    return Difference(a.begun.id, b.begun.text, a.begun.number, b.begun.number, tuple(what), lines)


def _outcome(step: Played) -> str:
    if step.done is None or step.done.result != "failed":
        return step.result
    return f"failed ({step.done.reason or told_status(step.done.status)})"


def _other_time(a: float, b: float) -> bool:
    return max(a, b) > TIMES * min(a, b) and abs(a - b) > SECONDS


def _lines(a: str, b: str) -> tuple[str, ...]:
    """Return the lines that differ, each with one around it."""
    before, after = a.split("\n")[:_LINES], b.split("\n")[:_LINES]
    found = list(difflib.unified_diff(before, after, n=1, lineterm=""))[2:]
    lines = [f"{line[0]} {line[1:201]}" for line in found if not line.startswith("@@")]
    if len(lines) > _SHOWN:
        more = len(lines) - _SHOWN
        lines[_SHOWN:] = [f"  … and {more} more line{'s' if more > 1 else ''}"]
    return tuple(lines)
