"""Decoding a built-in kind as Go does: types that fit, fields that are known.

The words are those of apimachinery's json decoder, which kubectl shows as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.sandbox.schemas import resolve

if TYPE_CHECKING:
    from helpers.sandbox.resources import Json, Object
    from helpers.sandbox.schemas import Schema


@dataclass(slots=True)
class Decoded:
    """What a decoder finds: the object with what is known, and what was wrong."""

    value: Object
    unknown: list[str] = field(default_factory=list)
    """Fields that the kind does not have, as paths."""
    wrong: str = ""
    """The first value of a wrong type, in words."""


_JSON = {
    str: "string",
    bool: "bool",
    int: "number",
    float: "number",
    dict: "object",
    list: "array",
}
_GO = {
    "int64": "int64",
    "integer": "int32",
    "boolean": "bool",
    "string": "string",
    "number": "float64",
    "object": "map[string]string",
    "array": "[]string",
}
"""What Go calls a schema's formats and types."""


def decode(obj: Object, schema: Schema) -> Decoded:
    """Return an object as its kind's schema lets it be: unknown fields and nulls left out."""
    out = Decoded({})
    out.value = _decode(obj, schema, "", "", out)
    return out


def _decode(value: Json, schema: Schema, path: str, owner: str, out: Decoded) -> Json:
    reference = schema.get("$ref", "")
    schema = resolve(schema)
    kind = schema.get("type")
    if not _fits(value, schema, kind):
        _wrong(value, schema, path, owner, out)
        return value
    if isinstance(value, dict) and kind == "object":
        properties = schema.get("properties")
        more = schema.get("additionalProperties")
        if properties is None and not isinstance(more, dict):
            return value
        name = reference.rpartition(".")[2] or owner
        found = {}
        for key, one in value.items():
            below = (properties or {}).get(key, more if isinstance(more, dict) else None)
            here = f"{path}.{key}" if path else key
            if below is None:
                out.unknown.append(here)
            elif one is not None:
                found[key] = _decode(one, below, here, name, out)
        return found
    if isinstance(value, list) and kind == "array":
        items = schema.get("items", {})
        return [
            _decode(_zero(items) if one is None else one, items, f"{path}[{index}]", owner, out)
            for index, one in enumerate(value)
        ]
    return value


def _zero(schema: Schema) -> Json:
    """Return what Go makes of a null among a list's items: nothing of the items' type."""
    kind = resolve(schema).get("type", "")
    return {"object": {}, "array": [], "string": "", "boolean": False}.get(kind, 0)


def _fits(value: object, schema: Schema, kind: str | None) -> bool:
    if schema.get("x-int-or-string"):
        return isinstance(value, str | int | float) and not isinstance(value, bool)
    if kind is None or value is None:
        return True
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, {"object": dict, "array": list, "string": str, "boolean": bool}[kind])


def _wrong(value: object, schema: Schema, path: str, owner: str, out: Decoded) -> None:
    if out.wrong:
        return
    kind, found = schema.get("type", ""), _JSON[type(value)]
    if found == "number" and kind == "integer":
        found = f"number {value}"
    reference = schema.get("items", {}).get("$ref") or schema.get("$ref")
    if reference and kind in ("object", "array"):
        go = ("[]" if kind == "array" else "") + ".".join(reference.split(".")[-2:])
    else:
        go = _GO.get(schema.get("format", "")) or _GO.get(kind, "")
    if schema.get("x-int-or-string"):
        go = "intstr.IntOrString"
    out.wrong = f"json: cannot unmarshal {found} into Go struct field {owner}.{path} of type {go}"


def missing(obj: Json, schema: Schema, path: str = "") -> list[str]:
    """Return the paths of the fields that an object must have and does not, its status aside."""
    schema = resolve(schema)
    found = []
    if isinstance(obj, dict):
        lacking = [key for key in schema.get("required", ()) if obj.get(key) is None]
        found += [f"{path}.{key}" if path else key for key in lacking]
        for key, below in schema.get("properties", {}).items():
            if isinstance(obj.get(key), dict | list) and (path or key != "status"):
                found += missing(obj[key], below, f"{path}.{key}" if path else key)
        more = schema.get("additionalProperties")
        if isinstance(more, dict):
            for key, one in obj.items():
                if isinstance(one, dict):
                    found += missing(one, more, f"{path}[{key}]")
    elif isinstance(obj, list):
        items = schema.get("items", {})
        for index, one in enumerate(obj):
            found += missing(one, items, f"{path}[{index}]")
    return found
