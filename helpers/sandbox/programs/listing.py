"""How programs show what there is: tables, docker's formats, each of the objects that are named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from helpers.sandbox.programs.call import Answer, ProgramError
from helpers.sandbox.programs.template import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.sandbox.programs.call import Call
    from helpers.sandbox.resources import Json


def each(call: Call, do: Callable[[Call, str], None], after: str = "") -> Answer:
    """Do something with each object that is named, and tell which went well."""
    done, wrong = "", ""
    for name in call.words:
        try:
            do(call, name)
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


def cut(call: Call, text: str) -> str:
    """Return an id as it is shown: whole with `--no-trunc`."""
    return text if call.on("--no-trunc") else text[:12]


def table(columns: dict[str, str], rows: list[Json]) -> Answer:
    """Return rows as docker shows them.

    Args:
        columns: The head of each, and the field that it shows.
        rows: The rows.
    """
    shown = (tuple(str(row[key]) for key in columns.values()) for row in rows)
    return Answer(aligned([tuple(columns), *shown], least=10))


def aligned(rows: list[tuple[str, ...]], least: int = 0) -> str:
    """Return rows as text/tabwriter aligns them: columns three blanks apart, `least` wide."""
    widths = [max(least, *(len(cell) + 3 for cell in column)) for column in zip(*rows, strict=True)]
    lines = ("".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"{line.rstrip()}\n" for line in lines)
