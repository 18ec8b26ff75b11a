"""A pod's quality of service, by what its containers request and are limited to."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from helpers.sandbox.parts import containers

if TYPE_CHECKING:
    from helpers.sandbox.resources import Object

_RESOURCES = ("cpu", "memory")
# Lengths have an end: an exponent of a million digits is for nobody.
_QUANTITY = re.compile(
    r"(?P<number>[0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})"
    r"((?P<suffix>[KMGTPE]i|[numkMGTPE])|[eE](?P<exponent>[+-]?[0-9]{1,3}))?"
)
_BINARY = "KMGTPE"
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}


def of(spec: Object) -> str:
    """Return the class of a pod: Guaranteed, Burstable or BestEffort."""
    given = [one.get("resources") or {} for one in containers(spec)]
    requests, limits = _sums(given, "requests"), _sums(given, "limits")
    if not requests and not limits:
        return "BestEffort"
    limited = all(_of(one, "limits", name) for one in given for name in _RESOURCES)
    return "Guaranteed" if limited and requests == limits else "Burstable"


def _sums(given: list[Object], kind: str) -> dict[str, Fraction]:
    """Return how much all containers together have of each resource of which they have any."""
    found = {name: sum((_of(one, kind, name) for one in given), Fraction()) for name in _RESOURCES}
    return {name: value for name, value in found.items() if value}


def _of(resources: Object, kind: str, name: str) -> Fraction:
    return amount((resources.get(kind) or {}).get(name))


def amount(quantity: object) -> Fraction:
    """Return what a quantity such as "500m" or "1Gi" means, 0 for what is none."""
    match = _QUANTITY.fullmatch(str(quantity))
    if not match:
        return Fraction()
    number, suffix = Fraction(match["number"]), match["suffix"] or ""
    if suffix.endswith("i"):
        return number * (1 << 10 * (_BINARY.index(suffix[0]) + 1))
    return number * Fraction(f"1e{match['exponent'] or _DECIMAL.get(suffix, 0)}")
