"""Fields as sets: who owns what of an object, as `metadata.managedFields` tells it.

A field is a path of elements as fieldsV1 writes them: `("f:spec", "f:replicas")`, with
`k:{"name":"web"}` for an item of a list that has keys, `v:"x"` for an item of a set, and a last
`.` for that item itself.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from helpers.sandbox.schemas import child, is_atomic, is_set, key_of, list_keys, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.sandbox.resources import Object
    from helpers.sandbox.schemas import Schema

Path: TypeAlias = tuple[str, ...]

UNOWNED = {
    ("f:apiVersion",),
    ("f:metadata",),
    ("f:kind",),
    *(
        ("f:metadata", f"f:{name}")
        for name in (
            "name",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink",
            "generateName",
        )
    ),
}


def flatten(obj: Object, schema: Schema) -> dict[Path, object]:
    """Return an object's fields with their values, down to what is changed as one."""
    out: dict[Path, object] = {}
    _flatten(obj, schema, (), out)
    return {path: value for path, value in out.items() if path not in UNOWNED}


def _flatten(value: object, schema: Schema, path: Path, out: dict[Path, object]) -> None:
    schema = resolve(schema)
    if isinstance(value, dict) and value and not is_atomic(schema):
        for key, one in value.items():
            if path == ("f:metadata",) and key == "managedFields":
                continue
            _flatten(one, child(schema, key) or {}, (*path, f"f:{key}"), out)
    elif isinstance(value, list) and (keys := list_keys(schema)) and _keyed(value):
        items = schema.get("items", {})
        for one in value:
            here = (*path, key_of(one, keys))
            out[(*here, ".")] = None
            _flatten(one, items, here, out)
    elif isinstance(value, list) and is_set(schema):
        for one in value:
            out[(*path, "v:" + json.dumps(one, separators=(",", ":")))] = one
    else:
        out[path] = value


def _keyed(items: list[object]) -> bool:
    return all(isinstance(item, dict) for item in items)


def items_of(paths: Iterable[Path]) -> set[Path]:
    """Return the list items in which fields are: who owns a field of one wants the item."""
    return {
        (*path[: index + 1], ".")
        for path in paths
        for index, element in enumerate(path)
        if element.startswith("k:")
    }


def encode(paths: Iterable[Path]) -> Object:
    """Return a set of fields as fieldsV1."""
    out: Object = {}
    for path in sorted(paths):
        node = out
        for element in path:
            node = node.setdefault(element, {})
    return out


def decode(tree: Object, path: Path = ()) -> set[Path]:
    """Return the set of fields that fieldsV1 tells."""
    found: set[Path] = set()
    for element, below in tree.items():
        here = (*path, element)
        if isinstance(below, dict) and below:
            found |= decode(below, here)
        else:
            found.add(here)
    return found


def well_formed(tree: object) -> bool:
    """Return whether a value that somebody sent is fieldsV1."""
    return isinstance(tree, dict) and all(
        _element(name) and well_formed(below) for name, below in tree.items()
    )


def _element(name: str) -> bool:
    kind, _, rest = name.partition(":")
    if kind not in ("k", "v"):
        return name == "." or kind in ("f", "i")
    try:
        value = json.loads(rest)
    except ValueError:
        return False
    return kind == "v" or isinstance(value, dict)


def shown(path: Path) -> str:
    """Return a field as messages name it: `.spec.containers[name="web"].image`."""
    out = ""
    for element in path:
        kind, _, rest = element.partition(":")
        if kind == "f":
            out += f".{rest}"
        elif kind == "k":
            pairs = json.loads(rest).items()
            out += "[" + ",".join(f"{key}={json.dumps(value)}" for key, value in pairs) + "]"
        elif kind == "v":
            out += f"[={rest}]"
    return out
