"""The schemas of what is served: the generated ones of built-in kinds, a CRD's own."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from helpers.sandbox.resources import Object, Resource

Schema: TypeAlias = "Object"
"""A JSON schema as OpenAPI v3 has it; `$ref` is the plain name of a definition."""

DATA = Path(__file__).parent / "data"
OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def load(name: str) -> Object:
    """Return one generated file's contents."""
    found: Object = json.loads(gzip.decompress((DATA / f"{name}.json.gz").read_bytes()))
    return found


@cache
def definitions() -> dict[str, Schema]:
    """Return the generated schemas by their names."""
    return load("schemas")


@cache
def _by_kind() -> dict[tuple[str, str, str], str]:
    return {
        (kind["group"], kind["version"], kind["kind"]): name
        for name, schema in definitions().items()
        for kind in schema.get("x-kubernetes-group-version-kind", ())
    }


def name_of(group: str, version: str, kind: str) -> str | None:
    """Return the name of a built-in kind's schema."""
    return _by_kind().get((group, version, kind))


def built_in(resource: Resource) -> Schema:
    """Return the schema of a built-in resource."""
    name = name_of(resource.group, resource.version, resource.kind)
    return {"$ref": name} if name else {}


def resolve(schema: Schema) -> Schema:
    """Return a schema with what it refers to put in."""
    reference = schema.get("$ref")
    return {**definitions()[reference], **schema} if reference else schema


def child(schema: Schema, key: str) -> Schema | None:
    """Return the schema of an object's field, None where none is known. `schema` is resolved."""
    properties = schema.get("properties")
    if properties and key in properties:
        found: Schema = properties[key]
        return found
    more = schema.get("additionalProperties")
    return more if isinstance(more, dict) else None


def list_keys(schema: Schema) -> tuple[str, ...]:
    """Return what tells a list's items apart when it is applied, nothing where it is one value."""
    if schema.get("x-kubernetes-list-type") == "map":
        return tuple(schema.get("x-kubernetes-list-map-keys", ()))
    return ()


def is_set(schema: Schema) -> bool:
    """Return whether a list is a set of plain values."""
    return bool(schema.get("x-kubernetes-list-type") == "set")


def is_atomic(schema: Schema) -> bool:
    """Return whether an object is applied as one value."""
    return bool(schema.get("x-kubernetes-map-type") == "atomic")


def key_of(item: Object, keys: tuple[str, ...]) -> str:
    """Return an item's key as managedFields write it: `k:{"name":"web"}`.

    A port's protocol, the only key that may be left out, is TCP then.
    """
    found = {key: item[key] for key in keys if key in item}
    if "protocol" in keys:
        found.setdefault("protocol", "TCP")
    return "k:" + json.dumps(found, sort_keys=True, separators=(",", ":"))
