"""Finding the commands that cannot end by themselves when nobody is at the keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.book import grammar
from runner.book.model import Kind, Problem, Severity, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_EDITORS = frozenset({"vi", "vim", "nvim", "nano", "emacs", "pico", "ed"})
_VARIABLES = frozenset({"$EDITOR", "${EDITOR}", "$VISUAL", "${VISUAL}"})
_WAITING = frozenset(["top", "htop", "less", "more", "man"])
_WATCHING = "is stopped after 5 s when rehearsed: say how long with `@for`"
_PREFIXES = frozenset(["sudo", "env", "command", "exec", "time", "nohup"])
_ANSWERED = frozenset({"edit", "type", "for", "live"})
_FOLLOWING = frozenset({"-w", "--watch", "--watch-only", "-f", "--follow"})
_PERHAPS = re.compile(
    r"\b(?:n?vim?|nano|emacs|pico|ed|h?top|less|more|man|ssh|watch|tail|kubectl)\b|EDITOR|VISUAL"
)


def unattended(steps: Iterable[Step]) -> Iterator[Problem]:
    """Yield a warning for each step that a rehearsal could not end as a person would.

    Only the words of a command are looked at, so this guesses: a function may hide an editor, and
    an alias may make one of `ls`.

    Args:
        steps: A runbook's steps.
    """
    for step in steps:
        if step.kind is not Kind.COMMAND or any(m.name in _ANSWERED for m in step.modifiers):
            continue
        reason = _reason(step.text)
        if reason:
            line = step.text.strip().split("\n")[0]
            yield Problem(step.place, Severity.WARNING, reason, line, step.within)


def _reason(text: str) -> str | None:
    if not _PERHAPS.search(text):
        return None
    root = grammar.parse(text)
    for node in grammar.captures(root, "(command) @command").get("command", []):
        words = [
            grammar.content(child).strip("\"'")
            for child in node.named_children
            if "redirect" not in child.type and child.type != "variable_assignment"
        ]
        while words and words[0] in _PREFIXES:
            words.pop(0)
        reason = _reason_of(words) if words else None
        if reason:
            return f"`{words[0]}` {reason}"
    return None


def _reason_of(words: list[str]) -> str | None:
    """Return what is wrong with running a command of these words unattended."""
    name, *rest = words
    flags = {word for word in rest if word.startswith("-")}
    plain = [word for word in rest if not word.startswith("-")]
    if name in _EDITORS | _VARIABLES or (name == "kubectl" and "edit" in plain):
        return "leaves the file as it is when rehearsed: say what changes with `@edit`"
    if name == "watch":
        return _WATCHING
    if name == "tail" and flags & {"-f", "-F", "--follow"}:
        return _WATCHING
    if name == "kubectl" and ("get" in plain or "logs" in plain) and flags & _FOLLOWING:
        return _WATCHING
    if name in _WAITING or (name == "ssh" and len(plain) == 1):
        return "waits for somebody at the keys: say what is typed with `@type`, or skip it"
    return None
