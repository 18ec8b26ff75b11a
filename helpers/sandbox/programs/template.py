"""Go templates of docker's `--format`: `{{json .}}`, `{{.A.B}}`, `{{(index .A "key").B}}`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from helpers.sandbox.programs.call import ProgramError, unknown

if TYPE_CHECKING:
    from helpers.sandbox.resources import Json

_PIECE = re.compile(r"\{\{\s*(json\s+)?(.*?)\s*\}\}")
_INDEX = re.compile(r'\(index ([.\w]+) "([^"]*)"\)((?:\.\w+)*)$')
_PATH = re.compile(r"(?:\.\w+)+$|\.$")


def fill(template: str, value: Json) -> str:
    """Return a template filled in.

    Raises:
        ProgramError: There is no such field, or there is more than these forms in it.
    """
    if template == "json":
        template = "{{json .}}"

    def piece(found: re.Match[str]) -> str:
        here = _value(found[2], found[0], value)
        if found[1]:
            return json.dumps(here, separators=(",", ":"))
        return str(here).lower() if isinstance(here, bool) else str(here)

    return _PIECE.sub(piece, template)


def _value(text: str, whole: str, value: Json) -> Json:
    if index := _INDEX.match(text):
        here = _at(value, index[1])
        return _at(here.get(index[2]) if isinstance(here, dict) else None, index[3])
    if _PATH.match(text):
        return _at(value, text)
    raise unknown("docker", f"the template `{whole}`")


def _at(value: Json, path: str) -> Json:
    for part in filter(None, path.split(".")):
        if not isinstance(value, dict) or part not in value:
            why = "nil data; no entry" if value is None else "map has no entry"
            raise ProgramError(f'template parsing error: at <.{part}>: {why} for key "{part}"')
        value = value[part]
    return value
