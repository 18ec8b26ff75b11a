"""Finding the commands that show what goes on until somebody presses CTRL-C: `watch`, `tail -f`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.book import grammar, words
from runner.book.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tree_sitter import Node

    from runner.book.model import Step

TIME = "5s"
"""For how long a rehearsal lets one go on that has no `@for`."""

_HELPED = ("for", "type", "live")
_PERHAPS = re.compile(r"\b(?:watch|tail|kubectl)\b")
_PREFIXES = frozenset({"sudo", "env", "command", "builtin", "exec", "time", "nohup"})
_TAIL = re.compile(r"-[a-z0-9]*[fF]|--follow\b")
_GET = re.compile(r"-[a-z]*w$|--watch(?:-only)?(?:=true)?$")
_LOGS = re.compile(r"-[a-z]*f$|--follow(?:=true)?$")
# With these, watch ends by itself when there is something to be seen.
_AWAITING = re.compile(r"-[a-z]*[geq]|--(?:chgexit|errexit|equexit)\b")
_FILTERS = frozenset({"cat", "column", "cut", "grep", "jq", "sort", "tee", "tr", "wc"})
_ENOUGH = re.compile(r"-[A-Za-z]*[mq]|--(?:max-count|quiet|silent)\b")


def watching(steps: Iterable[Step]) -> dict[int, str]:
    """Return the numbers of the steps that go on for ever, and the program of each.

    Only a step that is nothing else is meant, perhaps with its output filtered: of any other, such
    as `make && watch ls` or `tail -f log | head`, nobody knows what the time is spent on. As by
    `unattended`, words are looked at. Steps are left out that `@for`, `@type` or `@live` helps.

    Args:
        steps: A runbook's steps.
    """
    commands = [step for step in steps if step.kind is Kind.COMMAND]
    found = {
        step.number: name
        for step in commands
        if _PERHAPS.search(step.text)
        and not any(map(step.modifier, _HELPED))
        and (name := watches(step.text))
    }
    own = words.definitions(step.text for step in commands).names if found else frozenset()
    return {number: name for number, name in found.items() if name not in own}


def called(command: Node) -> list[str]:
    """Return the words of a command in a syntax tree: its program, and its arguments."""
    found = [
        grammar.content(child).strip("\"'")
        for child in command.named_children
        if "redirect" not in child.type and child.type != "variable_assignment"
    ]
    while found and found[0] in _PREFIXES:
        found.pop(0)
    return found


def watches(text: str) -> str:
    """Return the program that goes on for ever where some bash is nothing else; "" for others."""
    root = grammar.parse(text)
    parts = [node for node in root.children if node.type not in ("comment", ";")]
    if len(parts) != 1 or any(node.type == "&" for node in root.children):
        return ""
    node = _body(parts[0])
    inside = node.named_children if node.type == "pipeline" else [node]
    members = [_body(child) for child in inside]
    if any(member.type != "command" for member in members):
        return ""
    first, *filters = map(called, members)
    if not first or not follows(first) or not all(map(_reads_all, filters)):
        return ""
    return first[0]


def cut_short(command: Node) -> bool:
    """Say whether a command's output goes to a program that may have enough of it, as `head`."""
    node: Node | None = command
    while node is not None and node.parent is not None and node.parent.type != "pipeline":
        node = node.parent if node.parent.type == "redirected_statement" else None
    if node is None or node.parent is None:
        return False
    members = node.parent.named_children
    behind = [_body(member) for member in members[members.index(node) + 1 :]]
    return not all(m.type == "command" and _reads_all(called(m)) for m in behind)


def _body(node: Node) -> Node:
    """What a redirection is of."""
    if node.type == "redirected_statement":
        return node.child_by_field_name("body") or node
    return node


def follows(words: Sequence[str]) -> bool:
    """Say whether a command of these words, as by `called`, shows what goes on for ever."""
    name, *rest = words
    match name:
        case "watch":
            return not any(map(_AWAITING.match, _options(rest)))
        case "tail":
            return any(map(_TAIL.match, rest)) and not any(w.startswith("--pid") for w in rest)
        case "kubectl":
            flag = _GET if "get" in rest else _LOGS
            return ("get" in rest or "logs" in rest) and any(map(flag.match, rest))
    return False


def _options(words: Sequence[str]) -> Iterator[str]:
    """The options before the command that is watched."""
    left = iter(words)
    for word in left:
        if not word.startswith("-"):
            return
        yield word
        if word in ("-n", "--interval"):
            next(left, None)


def _reads_all(words: Sequence[str]) -> bool:
    return bool(words) and words[0] in _FILTERS and not any(map(_ENOUGH.match, words[1:]))
