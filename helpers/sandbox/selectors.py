"""Label and field selectors: their text to a test of objects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from helpers.sandbox.parts import at
from helpers.sandbox.status import bad_request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from helpers.sandbox.resources import Object

Test: TypeAlias = "Callable[[Mapping[str, str]], bool]"

_KEY = r"[A-Za-z0-9][-A-Za-z0-9_./]*"
_VALUE = r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?"
_TERMS = (
    (re.compile(rf"({_KEY})\s+(in|notin)\s*\(([^()]*)\)"), "set"),
    (re.compile(rf"({_KEY})\s*(==|=|!=)\s*({_VALUE})"), "equal"),
    (re.compile(rf"(!?)\s*({_KEY})()"), "exists"),
)


def labels(text: str) -> Test:
    """Return the test of labels that a selector is.

    Raises:
        ApiError: 400: it is none.
    """
    tests = [_term(term.strip(), text) for term in re.split(r",(?![^()]*\))", text) if term.strip()]
    return lambda found: all(test(found) for test in tests)


def _term(term: str, text: str) -> Test:
    for pattern, kind in _TERMS:
        if not (match := pattern.fullmatch(term)):
            continue
        first, operator, last = match.groups()
        if kind == "set":
            values = {value.strip() for value in last.split(",")}
            if operator == "in":
                return lambda found: found.get(first) in values
            return lambda found: found.get(first) not in values
        if kind == "equal":
            if operator == "!=":
                return lambda found: found.get(first) != last
            return lambda found: found.get(first) == last
        return lambda found: (operator in found) != bool(first)
    raise bad_request(
        f"unable to parse requirement: found '{term}' in \"{text}\", expected: "
        "KEY, !KEY, KEY=VALUE, KEY!=VALUE, KEY in (A,B) or KEY notin (A,B)"
    )


def matches(selector: Object | None, found: Mapping[str, str]) -> bool:
    """Return whether labels are what a LabelSelector object asks for; nothing asks for nothing."""
    if selector is None:
        return False
    for key, value in (selector.get("matchLabels") or {}).items():
        if found.get(key) != value:
            return False
    for rule in selector.get("matchExpressions") or ():
        key, values = rule.get("key", ""), rule.get("values") or ()
        holds = {
            "In": found.get(key) in values,
            "NotIn": found.get(key) not in values,
            "Exists": key in found,
            "DoesNotExist": key not in found,
        }.get(rule.get("operator", ""), False)
        if not holds:
            return False
    return True


_FIELDS = re.compile(r"\s*([\w.\[\]\"/-]+)\s*(==|=|!=)\s*(.*?)\s*")


def fields(text: str, resource_kind: str) -> Callable[[Object], bool]:
    """Return the test of objects that a field selector is.

    Any field may be named: a real server knows a few of each kind, and refuses others.

    Raises:
        ApiError: 400: it is none.
    """
    tests = []
    for term in (part for part in text.split(",") if part.strip()):
        match = _FIELDS.fullmatch(term)
        if not match:
            raise bad_request(f"invalid selector: '{term}'; can't understand '{term}'")
        path, operator, value = match.groups()
        tests.append((path, operator != "!=", value))
        if not re.match(r"(metadata|spec|status|involvedObject|type|reason|source)\b", path):
            raise bad_request(f"field label not supported for {resource_kind}: {path}")
    return lambda obj: all((_field(obj, path) == value) is same for path, same, value in tests)


def _field(obj: Object, path: str) -> str:
    value = at(obj, path)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, dict | list) else str(value)
