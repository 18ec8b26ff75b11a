"""Which words run something: builtins, functions that blocks define, programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from runner.book import grammar

if TYPE_CHECKING:
    from collections.abc import Iterable

_BUILTINS = """
! . : [ [[ alias bg bind break builtin caller case cd command compgen complete compopt continue
coproc declare dirs disown echo enable eval exec exit export false fc fg for function getopts
hash help history if jobs kill let local logout mapfile popd printf pushd pwd read readarray
readonly return select set shift shopt source suspend test time times trap true type typeset
ulimit umask unalias unset until wait while { ( ((
"""
BUILTINS = frozenset(_BUILTINS.split())
"""bash's builtins and the keywords that begin a command (bash 5.2: `compgen -bk`)."""

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(\[[^]]*\])?\+?=", re.ASCII)
_DEFINES = re.compile(r"\(\s*\)|\bfunction\b|\balias\b|\bsource\b|\beval\b|(?:^|[\s;&|({])\.\s")
_PATTERN = """
(function_definition name: (word) @function)
(command name: (command_name) @command)
"""


class Definitions(NamedTuple):
    """What some bash would define, were it run.

    Attributes:
        names: Functions and aliases.
        elsewhere: It sources files or evals, so others may be defined too.
    """

    names: frozenset[str]
    elsewhere: bool


def definitions(texts: Iterable[str]) -> Definitions:
    """Return what shell blocks define anywhere in them, without running any.

    Args:
        texts: The blocks' texts.
    """
    names: set[str] = set()
    elsewhere = False
    for text in texts:
        if not _DEFINES.search(text):
            continue
        found = grammar.captures(grammar.parse(text), _PATTERN)
        names.update(grammar.content(node) for node in found.get("function", []))
        for node in found.get("command", []):
            word = grammar.content(node)
            elsewhere = elsewhere or word in {"source", ".", "eval"}
            if word == "alias" and node.parent is not None:
                names.update(_aliases(grammar.content(node.parent)))
    return Definitions(frozenset(names), elsewhere)


def _aliases(command: str) -> Iterable[str]:
    return re.findall(r"\s['\"]?([^\s='\"]+)=", command)


def runs(word: str, path: str | None = None) -> bool:
    """Return whether bash would find something to run for a command's first word.

    A word whose meaning only the live shell knows (it has a `$` or a quote in it, or is a path or
    an assignment) counts as one that runs.

    Args:
        word: The word.
        path: The PATH on which programs are looked for; None for ours.
    """
    if (
        word in BUILTINS
        or "/" in word
        or word[:1] in {"$", '"', "'", "("}
        or _ASSIGNMENT.match(word)
    ):
        return True
    import shutil

    return shutil.which(word, path=path) is not None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` is perhaps the beginning, or a misspelling, of."""
    import difflib

    wanted = word.lower()
    by_lower = {name.lower(): name for name in known}
    longer = [name for name in by_lower if len(wanted) > 2 and name.startswith(wanted)]
    close = [min(longer, key=len)] if longer else difflib.get_close_matches(wanted, by_lower, n=1)
    return by_lower[close[0]] if close else None
