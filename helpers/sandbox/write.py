"""Writing objects: create, replace, patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox import call as calls
from helpers.sandbox import status
from helpers.sandbox.cluster import now
from helpers.sandbox.commit import commit, decoded
from helpers.sandbox.names import random_suffix
from helpers.sandbox.parts import clone, deleting
from helpers.sandbox.patch.apply import apply
from helpers.sandbox.patch.json import OperationError, PatchError, json_patch
from helpers.sandbox.patch.merge import merge
from helpers.sandbox.patch.strategic import strategic

if TYPE_CHECKING:
    from helpers.sandbox.call import Call
    from helpers.sandbox.resources import Json, Object

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
PATCHES = (JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, calls.APPLY)


def create(call: Call) -> Object:
    """Store the object in the body, and return it as stored.

    Raises:
        ApiError: What an API server would answer.
    """
    obj = _checked_kind(call, call.read())
    meta = _meta(call, obj)
    if not meta.get("name") and meta.get("generateName"):
        meta["name"] = meta["generateName"] + random_suffix()
    existing = call.cluster.store.get(call.resource.name, call.namespace, meta.get("name", ""))
    _namespace_takes(call, meta.get("name", ""))
    if existing:
        raise status.already_exists(call.resource, meta["name"])
    meta.pop("resourceVersion", None)
    meta.pop("managedFields", None)
    return commit(call, None, obj)


def replace(call: Call) -> Object:
    """Store the object in the body in place of the one that is there (PUT)."""
    obj = _checked_kind(call, call.read())
    meta = _meta(call, obj)
    if meta.setdefault("name", call.name) != call.name:
        raise status.bad_request(
            f"the name of the object ({meta['name']}) does not match the name on the URL "
            f"({call.name})"
        )
    before = call.need()
    return commit(call, before, obj)


def patch(call: Call) -> Object:
    """Change an object as the body says; a server-side apply creates it where it is not there."""
    kind = call.media_type
    if kind not in PATCHES or (kind == STRATEGIC_PATCH and call.resource.custom):
        taken = [one for one in PATCHES if not call.resource.custom or one != STRATEGIC_PATCH]
        raise status.unsupported(taken)
    if kind == calls.APPLY:
        return _apply(call)
    before = call.need()
    after = patched(call, before, kind)
    try:
        return commit(call, before, _checked_kind(call, clone(after)))
    except status.DecodingError as error:
        value = calls.parse(call.body) if kind == STRATEGIC_PATCH else status.shown(after)
        raise status.badly_patched(value, error.why) from None


def patched(call: Call, target: Object, kind: str) -> Json:
    """Return `target` as the body, a patch of a kind, makes it.

    Raises:
        ApiError: 400: it is none; 422: a JSON patch's operation cannot be done.
    """
    body = calls.parse(call.body)
    try:
        if kind == JSON_PATCH:
            return json_patch(target, body)
        if not isinstance(body, dict):
            raise PatchError("a patch is an object")
        return (
            strategic(target, body, call.schema) if kind == STRATEGIC_PATCH else merge(target, body)
        )
    except OperationError:
        # Which one, an API server does not say.
        raise status.unpatchable() from None
    except PatchError as error:
        raise status.bad_request(f"error applying the patch: {error}") from None


def _apply(call: Call) -> Object:
    if not call.query.get("fieldManager"):
        raise status.bad_request(
            'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for '
            "apply patch"
        )
    given = _checked_kind(call, call.read())
    meta = _meta(call, given)
    if meta.setdefault("name", call.name) != call.name:
        raise status.bad_request(f"metadata.name must be {call.name}, as in the URL")
    if meta.get("managedFields"):
        raise status.bad_request("metadata.managedFields must be nil")
    before = call.held()
    if before is None:
        _namespace_takes(call, call.name)
        if call.subresource:
            raise status.not_found(call.resource, call.name)
    given = decoded(call, given)
    base = before or {"metadata": {}}
    if "apiVersion" in base:
        base = base | {"apiVersion": call.resource.api_version}
    who = call.manager(now(), apply=True)
    force = call.query.get("force") == "true"
    after = apply(base, given, call.schema, who, force=force)
    return commit(call, before, clone(after), applied=True)


def _checked_kind(call: Call, obj: Object) -> Object:
    resource = call.resource
    kind, version = obj.get("kind"), obj.get("apiVersion")
    if not isinstance(obj.get("metadata", {}), dict | None):
        raise status.bad_request(f"{resource.kind}: metadata is no object")
    if not kind and call.resource.custom:
        raise status.bad_request("Object 'Kind' is missing")
    obj["kind"], obj["apiVersion"] = kind or resource.kind, version or resource.api_version
    if (obj["kind"], obj["apiVersion"]) != (resource.kind, resource.api_version):
        stored = f"{resource.group}/{resource.storage}"
        if resource.custom and obj["kind"] == resource.kind and obj["apiVersion"] == stored:
            obj["apiVersion"] = resource.api_version
            return obj
        raise status.bad_request(
            f"the API version in the data ({obj['apiVersion']}) does not match the expected API "
            f"version ({resource.api_version})"
            if obj["kind"] == resource.kind
            else f'{resource.kind} in version "{resource.version}" cannot be handled as a '
            f"{resource.kind}: the object's kind is {obj['kind']}"
        )
    return obj


def _meta(call: Call, obj: Object) -> Object:
    if not isinstance(obj.get("metadata"), dict):
        obj["metadata"] = {}
    meta: Object = obj["metadata"]
    for name in ("name", "generateName", "namespace"):
        if not isinstance(meta.get(name, ""), str):
            raise status.bad_request(f"metadata.{name} is no string")
    if call.resource.namespaced:
        given = meta.get("namespace")
        if given and given != call.namespace:
            raise status.bad_request(
                f"the namespace of the provided object does not match the namespace sent on the "
                f"request ({given} is not {call.namespace})"
            )
        meta["namespace"] = call.namespace
    else:
        meta.pop("namespace", None)
    return meta


def _namespace_takes(call: Call, name: str) -> None:
    if not call.resource.namespaced:
        return
    found = call.cluster.store.get("namespaces", "", call.namespace)
    if found is None:
        raise status.not_found(call.cluster.resources["", "v1", "namespaces"], call.namespace)
    if deleting(found):
        why = (
            f"unable to create new content in namespace {call.namespace} because it is being "
            "terminated"
        )
        raise status.forbidden(call.resource, name, why)
