"""The registry of directives. To add one, add a line to `_ALL`.

What each one means is told in docs; here stand its name, its role and what it takes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from runner.book import arguments
from runner.book.model import Directive, Kind, Place

if TYPE_CHECKING:
    from collections.abc import Callable


class Role(StrEnum):
    """How a directive acts: where it stands, on the next command, or around what it encloses."""

    STANDALONE = "standalone"
    MODIFIER = "modifier"
    OPENER = "opener"
    CLOSER = "closer"


class Definition(NamedTuple):
    """What is known of a directive before any runbook uses it.

    Attributes:
        name: As runbooks write it, without `@`.
        role: How it acts.
        check: Returns what is wrong with an argument, None where it is right.
        step: The kind of step that a standalone directive becomes, None where it becomes none.
        closer: The name that ends what an opener opens.
        same_as: The name of the directive that this one is another spelling of.
    """

    name: str
    role: Role
    check: Callable[[str], str | None]
    step: Kind | None = None
    closer: str = ""
    same_as: str = ""


_ALL = (
    Definition("SHOW", Role.STANDALONE, arguments.nothing),
    Definition("HIDE", Role.STANDALONE, arguments.nothing),
    Definition("SKIP", Role.STANDALONE, arguments.nothing),
    Definition("wait", Role.STANDALONE, arguments.nothing, Kind.WAIT),
    Definition("clear", Role.STANDALONE, arguments.nothing, Kind.CLEAR),
    Definition("print", Role.STANDALONE, arguments.text, Kind.PRINT),
    Definition("import", Role.STANDALONE, arguments.path),
    Definition("hook", Role.STANDALONE, arguments.hook),
    Definition("waitafter", Role.MODIFIER, arguments.nothing),
    Definition("nowaitbefore", Role.MODIFIER, arguments.nothing),
    Definition("noshow", Role.MODIFIER, arguments.nothing),
    Definition("notypeout", Role.MODIFIER, arguments.nothing),
    Definition("immed", Role.MODIFIER, arguments.nothing),
    Definition("immediate", Role.MODIFIER, arguments.nothing, same_as="immed"),
    Definition("macro", Role.OPENER, arguments.name, closer="end"),
    Definition("ifhook", Role.OPENER, arguments.name, closer="endif"),
    Definition("cleanup", Role.OPENER, arguments.nothing, closer="end"),
    Definition("end", Role.CLOSER, arguments.nothing),
    Definition("endif", Role.CLOSER, arguments.nothing),
    Definition("note", Role.STANDALONE, arguments.text, Kind.NOTE),
    Definition("require", Role.STANDALONE, arguments.program, Kind.REQUIRE),
    Definition("browse", Role.STANDALONE, arguments.page, Kind.BROWSE),
    Definition("redact", Role.STANDALONE, arguments.secret, Kind.REDACT),
    Definition("timeout", Role.MODIFIER, arguments.duration),
    Definition("until", Role.MODIFIER, arguments.duration),
    Definition("for", Role.MODIFIER, arguments.duration),
    Definition("exit", Role.MODIFIER, arguments.statuses),
    Definition("expect", Role.MODIFIER, arguments.rule),
    Definition("edit", Role.MODIFIER, arguments.text),
    Definition("type", Role.MODIFIER, arguments.text),
    Definition("live", Role.MODIFIER, arguments.nothing),
    Definition("rehearsal", Role.MODIFIER, arguments.nothing),
)

DIRECTIVES = {definition.name: definition for definition in _ALL}


def directive(text: str, place: Place) -> Directive:
    """Return the directive that `text`, what follows the `@`, writes.

    Args:
        text: A name and perhaps an argument; the name may be that of nothing.
        place: Where its `@` stands.

    Returns:
        It, under its first spelling; its name is "" where space or nothing follows the `@`.
    """
    if not text or text[0].isspace():
        return Directive("", text.strip(), place)
    name, *rest = text.split(maxsplit=1)
    known = DIRECTIVES.get(name)
    return Directive((known and known.same_as) or name, rest[0].strip() if rest else "", place)
