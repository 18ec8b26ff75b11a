"""How programs show what there is: tables, docker's formats, each of the objects that are named."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TypeVar

from helpers.sandbox.programs.call import Answer, ProgramError, unknown
from helpers.sandbox.programs.machine import Container, Network
from helpers.sandbox.programs.template import fill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from helpers.sandbox.programs.call import Call
    from helpers.sandbox.resources import Json

Thing = TypeVar("Thing", Container, Network)


def each(call: Call, do: Callable[[str], None], after: str = "") -> Answer:
    """Do something with each object that is named, and tell which went well."""
    done, wrong = "", ""
    for name in call.words:
        try:
            do(name)
        except ProgramError as error:
            wrong += f"{error}\n"
        else:
            done += f"{name}\n"
    return Answer(done, wrong + after if wrong else "", int(bool(wrong)))


def formatted(call: Call, found: list[Json]) -> Answer:
    """Return what `--format` makes of objects, or all of them as JSON."""
    form = call.flag("--format")
    if not form:
        return Answer(json.dumps(found, indent=4) + "\n")
    return Answer("".join(f"{fill(form, one)}\n" for one in found))


def inspected(call: Call, one: Callable[[Call, str], Json]) -> Answer:
    """Answer for those objects that there are; the others are errors, as docker has it."""
    found, wrong = [], []
    for name in call.words:
        try:
            found.append(one(call, name))
        except ProgramError as error:
            wrong.append(error.message)
    answer = formatted(call, found)
    return Answer(answer.stdout, "".join(f"{line}\n" for line in wrong), int(bool(wrong)))


def find(there: Iterable[Thing], name: str) -> Thing | None:
    """Return what has a name, or an id that begins so; None where nothing does."""
    for one in there:
        if one.name == name or (len(name) > 3 and one.id.startswith(name)):
            return one
    return None


def listed(
    call: Call,
    found: list[Thing],
    filters: dict[str, Callable[[Thing, str], bool]],
    row: Callable[[Call, Thing], Json],
    columns: dict[str, str],
) -> Answer:
    """Return what is there as docker lists it, each by `row`: in columns, or as the flags say."""
    for wanted in call.flags.get("--filter", ()):
        key, _, value = wanted.partition("=")
        if key not in filters:
            raise unknown("docker", f"--filter {wanted}")
        found = [one for one in found if filters[key](one, value)]
    if call.on("--quiet"):
        return Answer("".join(f"{cut(call, one.id)}\n" for one in found))
    rows = [row(call, one) for one in found]
    if call.flag("--format"):
        return formatted(call, rows)
    cells: list[tuple[str, ...]] = [
        tuple(str(one[key]) for key in columns.values()) for one in rows
    ]
    return Answer(aligned([tuple(columns), *cells], least=10))


def is_called(thing: Thing, wanted: str) -> bool:
    """Return whether a pattern is in a name: the filter `name`."""
    return re.search(wanted, thing.name) is not None


def cut(call: Call, text: str) -> str:
    """Return an id as it is shown: whole with `--no-trunc`."""
    return text if call.on("--no-trunc") else text[:12]


def aligned(rows: list[tuple[str, ...]], least: int = 0) -> str:
    """Return rows as text/tabwriter aligns them: columns three blanks apart, `least` wide."""
    widths = [max(least, *(len(cell) + 3 for cell in column)) for column in zip(*rows, strict=True)]
    lines = ("".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"{line.rstrip()}\n" for line in lines)
