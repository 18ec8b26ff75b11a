"""The JSONPath that CRDs' columns are written in: `.spec.a`, `[0]`, `[*]`, `[?(@.x=="y")]`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from helpers.sandbox.resources import Json

Steps: TypeAlias = tuple[tuple[str, str, str], ...]

_STEP = re.compile(
    r"""\.?\[\s*'((?:[^'\\]|\\.)*)'\s*\]      # ['name']
      | \.([A-Za-z0-9_$@-](?:[A-Za-z0-9_$@/-]|\\\.)*)  # .name, with \. for a dot
      | \[\s*(-?\d+|\*)\s*\]                  # [0], [*]
      | \[\?\(\s*@\.?([\w.-]+)\s*==\s*["']([^"']*)["']\s*\)\]   # [?(@.type=="Ready")]
      | (\.\*|\.$)                            # .*, and a lone dot
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=512)
def parse(path: str) -> Steps | None:
    """Return a path's steps, None where it is none that is understood."""
    text = path.strip().removeprefix("{").removesuffix("}").removeprefix("$")
    if text and text[0] not in ".[":
        text = f".{text}"
    steps, at = [], 0
    while at < len(text):
        match = _STEP.match(text, at)
        if not match:
            return None
        quoted, name, index, field, value, every = match.groups()
        if field is not None:
            steps.append(("where", field, value))
        elif index == "*" or every == ".*":
            steps.append(("every", "", ""))
        elif index is not None:
            steps.append(("index", index, ""))
        elif quoted is not None or name is not None:
            steps.append(("key", re.sub(r"\\(.)", r"\1", quoted or name), ""))
        at = match.end()
    return tuple(steps)


def find(obj: Json, path: str) -> list[Json]:
    """Return the values that a path leads to; none where it is not understood."""
    steps = parse(path)
    if steps is None:
        return []
    values = [obj]
    for kind, first, second in steps:
        values = [found for value in values for found in _step(value, kind, first, second)]
    return values


def _step(value: Json, kind: str, first: str, second: str) -> list[Json]:
    if kind == "key":
        return [value[first]] if isinstance(value, dict) and first in value else []
    if kind == "every":
        if isinstance(value, dict):
            return list(value.values())
        return value if isinstance(value, list) else []
    if not isinstance(value, list):
        return []
    if kind == "index":
        number = int(first)
        return [value[number]] if -len(value) <= number < len(value) else []
    return [one for one in value if str(next(iter(find(one, f".{first}")), "")) == second]
