"""What columns are made of, and the words that many of them share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from helpers.sandbox.parts import at, spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.sandbox.resources import Object

Cell: TypeAlias = "str | int | float | bool | None"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what an object has in it, and whether only `-o wide` shows it."""

    name: str
    cell: Callable[[Object], Cell]
    wide: bool = False
    kind: str = "string"


def plain(
    name: str, path: str, none: Cell = None, *, wide: bool = False, kind: str = "string"
) -> Column:
    """Return the column of what stands at a path, and of `none` where nothing does."""
    *above, last = path.split(".")

    def cell(obj: Object) -> Cell:
        for part in above:
            obj = obj.get(part) or {}
        found: Cell = obj.get(last)
        return none if found is None or found == "" else found

    return Column(name, cell, wide, kind)


def name_of(obj: Object) -> str:
    """Return an object's name."""
    return str(obj["metadata"]["name"])


NAME = Column("Name", name_of)


def seconds_since(moment: object) -> float | None:
    """Return how long ago a time was, in seconds; None where it is none."""
    if not isinstance(moment, str):
        return None
    try:
        then = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return (datetime.now(UTC) - then).total_seconds()


def age_of(moment: object) -> str:
    """Return how long ago a time was, as kubectl writes it."""
    seconds = seconds_since(moment)
    return "<unknown>" if seconds is None else duration(seconds)


def duration(seconds: float) -> str:
    """Return seconds as apimachinery's HumanDuration does: 95s, 4m30s, 2h, 3d4h, 1y20d."""
    whole = int(seconds)
    if whole < -1:
        return "<invalid>"
    whole = max(whole, 0)
    minutes, hours, days, years = whole // 60, whole // 3600, whole // 86400, whole // 31536000
    if whole < 120:
        return f"{whole}s"
    texts = (
        (minutes < 10, _two(minutes, "m", whole % 60, "s")),
        (hours < 3, f"{minutes}m"),
        (hours < 8, _two(hours, "h", minutes % 60, "m")),
        (hours < 48, f"{hours}h"),
        (days < 8, _two(days, "d", hours % 24, "h")),
        (years < 2, f"{days}d"),
        (years < 8, _two(years, "y", days % 365, "d")),
    )
    return next((text for fits, text in texts if fits), f"{years}y")


def _two(first: int, one: str, second: int, other: str) -> str:
    return f"{first}{one}{second}{other}" if second else f"{first}{one}"


AGE = Column("Age", lambda obj: age_of(obj["metadata"].get("creationTimestamp")))
CREATED = Column("Created At", lambda obj: obj["metadata"].get("creationTimestamp"))


def selector_of(selector: Object | None) -> str:
    """Return a LabelSelector as text."""
    if not selector:
        return "<none>"
    parts = [f"{key}={value}" for key, value in sorted((selector.get("matchLabels") or {}).items())]
    for rule in selector.get("matchExpressions") or ():
        operator, values = rule.get("operator", ""), ",".join(rule.get("values") or ())
        if operator in ("In", "NotIn"):
            parts.append(f"{rule['key']} {operator.lower()} ({values})")
        else:
            parts.append(f"{'!' if operator == 'DoesNotExist' else ''}{rule['key']}")
    return ",".join(parts) or "<none>"


def labels_of(found: Object | None) -> str:
    """Return plain labels as text."""
    return selector_of({"matchLabels": found}) if found else "<none>"


def _containers(obj: Object) -> list[Object]:
    return at(obj, "spec.template.spec.containers") or []


CONTAINERS = Column(
    "Containers", lambda obj: ",".join(str(one.get("name")) for one in _containers(obj)), wide=True
)
IMAGES = Column(
    "Images", lambda obj: ",".join(str(one.get("image")) for one in _containers(obj)), wide=True
)
SELECTOR = Column("Selector", lambda obj: selector_of(spec(obj).get("selector")), wide=True)
