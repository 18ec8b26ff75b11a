"""OpenAPI v3 documents, by which kubectl validates, patches and explains.

Only what kubectl reads: each kind's schema with its descriptions, and of the paths, where a kind
is and that PATCH takes `fieldValidation` and `dryRun`.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from typing import TYPE_CHECKING

from helpers.sandbox import discovery
from helpers.sandbox.schemas import OBJECT_META, definitions, load, name_of

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Json, Object, Resource
    from helpers.sandbox.schemas import Schema

REF = "#/components/schemas/"
_PARAMETERS = [
    {"name": name, "in": "query", "schema": {"type": kind, "uniqueItems": True}}
    for name, kind in (
        ("dryRun", "string"),
        ("fieldManager", "string"),
        ("fieldValidation", "string"),
        ("force", "boolean"),
    )
]


def index(cluster: Cluster) -> Object:
    """Return the answer to /openapi/v3: where each version's document is."""
    paths = {}
    for group, versions in discovery.groups(cluster).items():
        for version in versions:
            path = f"apis/{group}/{version}" if group else f"api/{version}"
            tag = hashlib.sha256(document(cluster, group, version) or b"").hexdigest()[:32]
            paths[path] = {"serverRelativeURL": f"/openapi/v3/{path}?hash={tag}"}
    return {"paths": paths}


def document(cluster: Cluster, group: str, version: str) -> bytes | None:
    """Return the document of one version of a group as JSON, None where it is not served."""
    found = discovery.served(cluster, group, version)
    if not found:
        return None
    own = {_custom_name(one): _custom(cluster, one) for one in found if one.custom}
    return _document(tuple(found), own) if own else _built_in(tuple(found))


@cache
def _built_in(found: tuple[Resource, ...]) -> bytes:
    return _document(found, {})


def _document(found: tuple[Resource, ...], own: dict[str, Schema]) -> bytes:
    paths: Object = {}
    for resource in found:
        paths |= _paths(resource)
    known = (name_of(one.group, one.version, k) for one in found for k in (one.kind, one.list))
    names = [OBJECT_META, *filter(None, known)]
    out: Object = {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes (simulated)", "version": "v1.35.0+simulated"},
        "paths": paths,
        "components": {"schemas": _reached(names) | own},
    }
    return json.dumps(out, separators=(",", ":")).encode()


def _reached(names: list[str]) -> dict[str, Schema]:
    out: dict[str, Schema] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in out:
            continue
        found = definitions()[name]
        out[name] = _told(found, _descriptions()[name])
        waiting += re.findall(r'"\$ref": "(.*?)"', json.dumps(found))
    return out


@cache
def _descriptions() -> dict[str, dict[str, str]]:
    return load("descriptions")


def _told(schema: Schema, told: dict[str, str]) -> Schema:
    """Return a definition as OpenAPI has it, with its descriptions."""
    out = _plain(schema)
    if told.get(""):
        out["description"] = told[""]
    for name, below in out.get("properties", {}).items():
        if name in ("apiVersion", "kind"):
            below.pop("enum", None)  # It is what decoding wants; OpenAPI leaves it out.
        if told.get(name):
            below["description"] = told[name]
    return out


def _plain(schema: Schema) -> Schema:
    out: Schema = {}
    for key, value in schema.items():
        if key == "$ref":
            out["allOf"] = [{"$ref": REF + value}]
        elif key == "x-patch":
            out["x-kubernetes-patch-strategy"] = value
        elif key == "x-int-or-string":
            out["oneOf"] = [{"type": "string"}, {"type": "number"}]
            out.setdefault("format", "int-or-string")
        elif key == "properties":
            out[key] = {name: _plain(below) for name, below in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            out[key] = _plain(value)
        else:
            out[key] = value
    if "oneOf" in out:
        out.pop("type", None)
    return out


def _paths(resource: Resource) -> Object:
    kind = {"group": resource.group, "version": resource.version, "kind": resource.kind}
    base = resource.path + ("/namespaces/{namespace}" if resource.namespaced else "")

    def operation(action: str, **more: Json) -> Object:
        return {
            "x-kubernetes-action": action,
            "x-kubernetes-group-version-kind": kind,
            "responses": {"200": {"description": "OK"}},
            **more,
        }

    collection = f"{base}/{resource.plural}"
    if "get" not in resource.verbs:
        return {collection: {"post": operation("post")}}
    return {
        collection: {"get": operation("list"), "post": operation("post", parameters=_PARAMETERS)},
        collection + "/{name}": {
            "get": operation("get"),
            "put": operation("put", parameters=_PARAMETERS),
            "patch": operation("patch", parameters=_PARAMETERS),
            "delete": operation("delete"),
        },
    }


def _custom_name(resource: Resource) -> str:
    return ".".join([*reversed(resource.group.split(".")), resource.version, resource.kind])


def _custom(cluster: Cluster, resource: Resource) -> Schema:
    definition = cluster.definition(resource)
    schema = definition.full_schema if definition else {}
    told = "APIVersion defines the versioned schema of this representation of an object."
    kind = "Kind is a string value representing the REST resource this object represents."
    properties = schema.get("properties", {}) | {
        "apiVersion": {"type": "string", "description": told},
        "kind": {"type": "string", "description": kind},
        "metadata": {"allOf": [{"$ref": REF + OBJECT_META}]},
    }
    names = {"group": resource.group, "version": resource.version, "kind": resource.kind}
    return {**schema, "properties": properties, "x-kubernetes-group-version-kind": [names]}
