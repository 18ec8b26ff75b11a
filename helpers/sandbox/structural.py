"""Custom resources against their CRD's schema: pruned, defaulted, validated.

Structural schemas as Kubernetes' documentation of CustomResourceDefinitions has them; the words
are go-openapi's and apiextensions-apiserver's. CEL rules (x-kubernetes-validations) are not
evaluated.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from helpers.sandbox.parts import clone
from helpers.sandbox.status import (
    Cause,
    duplicate,
    invalid_value,
    required,
    shown,
    too_long,
    too_many,
    unsupported_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.sandbox.resources import Json, Object
    from helpers.sandbox.schemas import Schema

PRESERVE = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"
TOP = ("apiVersion", "kind", "metadata")


def prune(obj: Object, schema: Schema) -> tuple[Object, list[str]]:
    """Return a custom resource without the fields that its schema does not know, and their paths.

    `apiVersion`, `kind` and `metadata` are always known.
    """
    unknown: list[str] = []
    head = {key: obj[key] for key in TOP if key in obj}
    body = {key: value for key, value in obj.items() if key not in TOP}
    return head | _prune(body, schema, "", unknown), unknown


def _prune(value: Json, schema: Schema, path: str, unknown: list[str]) -> Json:
    if isinstance(value, list):
        items = schema.get("items") or {PRESERVE: True}
        return [_prune(one, items, f"{path}[{i}]", unknown) for i, one in enumerate(value)]
    if not isinstance(value, dict):
        return value
    properties = schema.get("properties") or {}
    more = schema.get("additionalProperties")
    out = {}
    for key, one in value.items():
        here = f"{path}.{key}" if path else key
        if key in properties:
            out[key] = _prune(one, properties[key] or {}, here, unknown)
        elif isinstance(more, dict):
            out[key] = _prune(one, more, here, unknown)
        elif schema.get(PRESERVE) or more is True or (schema.get(EMBEDDED) and key in TOP):
            out[key] = one
        else:
            unknown.append(here)
    return out


def default(value: Json, schema: Schema) -> Json:
    """Return a value with its schema's defaults put in where nothing stands."""
    if isinstance(value, dict):
        out = dict(value)
        for key, below in (schema.get("properties") or {}).items():
            if not isinstance(below, dict):
                continue
            if "default" in below and (
                key not in out or (out[key] is None and not below.get("nullable"))
            ):
                out[key] = clone(below["default"])
            if key in out:
                out[key] = default(out[key], below)
        more = schema.get("additionalProperties")
        if isinstance(more, dict):
            out = {key: default(one, more) for key, one in out.items()}
        return out
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        return [default(one, schema["items"]) for one in value]
    return value


def validate(value: Json, schema: Schema, path: str = "") -> Iterator[Cause]:
    """Yield what is wrong with a value."""
    where = path or "<nil>"
    if value is None:
        if not schema.get("nullable") and schema.get("type") and path:
            yield invalid_value(
                where, "null", f'{path} in body must be of type {schema["type"]}: "null"'
            )
        return
    kind = schema.get("type")
    if schema.get("x-kubernetes-int-or-string"):
        kind = None if isinstance(value, str | int) and not isinstance(value, bool) else "integer"
    if kind and not _is(value, kind):
        found = _kind(value)
        yield Cause(
            "FieldValueTypeInvalid",
            f'Invalid value: "{found}": {path} in body must be of type {kind}: "{found}"',
            where,
        )
        return
    if schema.get("enum") and value not in schema["enum"]:
        yield unsupported_value(where, value, schema["enum"])
    yield from _combined(value, schema, path)
    if isinstance(value, str):
        yield from _text(value, schema, path)
    elif isinstance(value, dict):
        yield from _object(value, schema, path)
    elif isinstance(value, list):
        yield from _list(value, schema, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number(value, schema, path)


def _combined(value: Json, schema: Schema, path: str) -> Iterator[Cause]:
    for part in schema.get("allOf") or ():
        yield from validate(value, part, path)
    for name, wanted in (("anyOf", "at least one"), ("oneOf", "one")):
        parts = schema.get(name) or ()
        holding = sum(not any(validate(value, part, path)) for part in parts)
        if parts and (holding == 0 or (name == "oneOf" and holding > 1)):
            why = f"{path} in body must validate {wanted} schema ({name})"
            yield Cause("FieldValueInvalid", f"Invalid value: {shown(value)}: {why}", path)
    forbidden = schema.get("not")
    if forbidden and not any(validate(value, forbidden, path)):
        yield invalid_value(path, value, f"{path} in body must not validate the schema (not)")


def _text(value: str, schema: Schema, path: str) -> Iterator[Cause]:
    least, most = schema.get("minLength"), schema.get("maxLength")
    if least is not None and len(value) < least:
        yield invalid_value(path, value, f"{path} in body should be at least {least} chars long")
    if most is not None and len(value) > most:
        yield too_long(path, most)
    pattern = schema.get("pattern")
    if pattern and _matches(pattern, value) is False:
        yield invalid_value(path, value, f"{path} in body should match '{pattern}'")


def _matches(pattern: str, value: str) -> bool | None:
    """Return whether an ECMA 262 pattern is found; None where Python cannot read it."""
    try:
        # `$` is the very end in Go's RE2; in Python it may stand before a last newline.
        return bool(re.search(re.sub(r"(?<!\\)\$$", r"\\Z", pattern), value[:4096]))
    except re.error:
        return None


def _object(value: Object, schema: Schema, path: str) -> Iterator[Cause]:
    prefix = f"{path}." if path else ""
    for key in schema.get("required") or ():
        if key not in value:
            yield required(f"{prefix}{key}")
    properties = schema.get("properties") or {}
    more = schema.get("additionalProperties")
    for key, one in value.items():
        if key in properties and (path or key not in TOP):
            yield from validate(one, properties[key], f"{prefix}{key}")
        elif isinstance(more, dict):
            yield from validate(one, more, f"{prefix}{key}")
    least, most = schema.get("minProperties"), schema.get("maxProperties")
    if least is not None and len(value) < least:
        why = f"{path} in body should have at least {least} properties"
        yield invalid_value(path, value, why)
    if most is not None and len(value) > most:
        yield too_many(path, len(value), most)


def _list(value: list[Json], schema: Schema, path: str) -> Iterator[Cause]:
    least, most = schema.get("minItems"), schema.get("maxItems")
    if least is not None and len(value) < least:
        yield invalid_value(path, len(value), f"{path} in body should have at least {least} items")
    if most is not None and len(value) > most:
        yield too_many(path, len(value), most)
    keys = schema.get("x-kubernetes-list-map-keys")
    if keys:
        seen = []
        for index, one in enumerate(value):
            name = {key: one.get(key) for key in keys} if isinstance(one, dict) else one
            if name in seen:
                yield duplicate(f"{path}[{index}]", name)
            seen.append(name)
    for index, one in enumerate(value):
        yield from validate(one, schema.get("items") or {}, f"{path}[{index}]")


def _number(value: float, schema: Schema, path: str) -> Iterator[Cause]:
    for name, words, sign in (("minimum", "greater than", 1), ("maximum", "less than", -1)):
        limit = schema.get(name)
        if limit is None:
            continue
        exclusive = schema.get(f"exclusive{name.capitalize()}")
        if sign * value < sign * limit or (exclusive and value == limit):
            why = f"{path} in body should be {words} {'' if exclusive else 'or equal to '}{limit}"
            yield invalid_value(path, value, why)
    step = schema.get("multipleOf")
    if step and not math.isclose(value / step, round(value / step)):
        yield invalid_value(path, value, f"{path} in body should be a multiple of {step}")


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    names = {str: "string", int: "integer", float: "number", dict: "object", list: "array"}
    return names[type(value)]


def _is(value: object, kind: str) -> bool:
    found = _kind(value)
    return found == kind or (kind == "number" and found == "integer")
