"""What only the whole runbook can tell: whether a word is known, and what was perhaps meant."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.book import arguments, words
from runner.book.directives import DIRECTIVES
from runner.book.model import Severity
from runner.book.scope import Scope
from runner.book.timely import Timely

if TYPE_CHECKING:
    from runner.book.assemble import Assembly
    from runner.book.elements import Lookalike
    from runner.book.gate import Gate
    from runner.book.model import Directive
    from runner.book.words import Definitions

_PLAIN = re.compile(r"[\w./:@%+,= -]+|\$\w+ [\w./-]+", re.ASCII)


def look_up(assembly: Assembly, gate: Gate, path: str | None) -> None:
    """Check the words of a runbook whose files have all been added.

    Args:
        assembly: The runbook; its problems grow, and steps whose word must be looked up in the
            live shell are marked so.
        gate: Where words with shell syntax in them are checked.
        path: The PATH that the runbook's commands have; None for ours.
    """
    texts = [text for parsed in assembly.files.values() for text in parsed.blocks]
    texts += [str(directive).removeprefix("@") for directive, _, _ in assembly.unknown]
    defined = words.definitions(texts)
    timely = Timely(assembly.steps)
    for directive, scope, step in assembly.unknown:
        name = directive.name
        if name not in assembly.hooks and not words.runs(name, path):
            if name not in defined.names:
                _unknown(assembly, directive, scope, step, defined)
            elif step is not None and not timely.known(name, step):
                _not_yet_defined(assembly, directive, scope, timely)
        _check_syntax(assembly, directive, scope, gate)
    for condition, scope in assembly.conditions:
        if condition.argument not in assembly.hooks:
            message = f"no `@hook` defines `{condition.argument}`, so this never happens"
            assembly.report(Severity.WARNING, condition.place, message, scope)
    for parsed in assembly.files.values():
        for lookalike in parsed.lookalikes:
            _lookalike(assembly, lookalike)


def _unknown(
    assembly: Assembly, directive: Directive, scope: Scope, step: int | None, defined: Definitions
) -> None:
    name = directive.name
    if name in assembly.macros:
        line = assembly.macros[name].opener.place.line
        message = f"the macro `{name}` is defined only further down, in line {line}"
    elif defined.elsewhere:
        if step is not None:
            assembly.steps[step] = replace(assembly.steps[step], looked_up=True)
        return
    else:
        known = [*DIRECTIVES, *assembly.macros, *assembly.hooks, *defined.names]
        near = words.nearest(name, known)
        guess = f": did you mean `@{near}`?" if near else ""
        message = (
            f"`@{name}` is no directive, macro, hook, function of this runbook "
            f"or program on PATH{guess}"
        )
    assembly.report(Severity.ERROR, directive.place, message, scope)


def _not_yet_defined(
    assembly: Assembly, directive: Directive, scope: Scope, timely: Timely
) -> None:
    """Warn of a function that is used before the command that defines it."""
    name = directive.name
    first = timely.first(name)
    if first is None:
        message = f"`{name}` is not defined here: what defines it is never run"
    else:
        at = f"{first.file.name}:{first.line}"
        message = f"`{name}` is not defined yet here: its definition comes only in {at}"
    assembly.report(Severity.WARNING, directive.place, message, scope)


def _check_syntax(assembly: Assembly, directive: Directive, scope: Scope, gate: Gate) -> None:
    text = str(directive).removeprefix("@")
    if _PLAIN.fullmatch(text):
        return
    try:
        said = gate.objections(f"{text}\n")
    except FileNotFoundError:
        return  # That there is no bash has been said already.
    if said:
        reason = re.split(r"line \d+: ", said[0], maxsplit=1)[-1]
        assembly.report(Severity.ERROR, directive.place, f"this is not valid bash: {reason}", scope)


def _lookalike(assembly: Assembly, lookalike: Lookalike) -> None:
    meant = lookalike.directive
    known = DIRECTIVES.get(meant.name)
    if known is not None:
        # "note to self" and "print this" are mostly just that.
        takes_any_text = known.check in {arguments.text, arguments.rule}
        likely = not takes_any_text and known.check(meant.argument) is None
    else:
        likely = not meant.argument and (
            meant.name in assembly.macros or meant.name in assembly.hooks
        )
    if likely:
        message = f"`{meant.name}` is an ordinary comment here: {lookalike.advice}"
        assembly.report(Severity.WARNING, meant.place, message, Scope({}))
