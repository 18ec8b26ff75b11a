"""Writing objects: what every write goes through, and create, update, patch."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from helpers.sandbox import call as calls
from helpers.sandbox import crd, defaults, names, services, status, strict, structural, validation
from helpers.sandbox.cluster import new_uid, now
from helpers.sandbox.patch.apply import apply, update
from helpers.sandbox.patch.json import PatchError, clone, json_patch
from helpers.sandbox.patch.merge import merge
from helpers.sandbox.patch.strategic import strategic

if TYPE_CHECKING:
    from helpers.sandbox.call import Call
    from helpers.sandbox.resources import Json, Object

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"
PATCHES = (JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY_PATCH)

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
"""What generated names end in: no vowels (apimachinery's util/rand)."""

_KEPT = (
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
)
_GENERATIONLESS = frozenset(
    [
        "configmaps",
        "secrets",
        "serviceaccounts",
        "endpoints",
        "events",
        "namespaces",
        "nodes",
        "services",
        "persistentvolumes",
        "persistentvolumeclaims",
        "resourcequotas",
        "limitranges",
        "endpointslices.discovery.k8s.io",
        "leases.coordination.k8s.io",
    ]
)


def create(call: Call) -> Object:
    """Store the object in the body, and return it as stored.

    Raises:
        ApiError: What an API server would answer.
    """
    obj = _checked_kind(call, calls.read(call.body, call.content_type))
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
    obj = _checked_kind(call, calls.read(call.body, call.content_type))
    meta = _meta(call, obj)
    if meta.setdefault("name", call.name) != call.name:
        raise status.bad_request(
            f"the name of the object ({meta['name']}) does not match the name on the URL "
            f"({call.name})"
        )
    before = call.cluster.need(call.resource, call.namespace, call.name)
    return commit(call, before, obj)


def patch(call: Call) -> Object:
    """Change an object as the body says; a server-side apply creates it where it is not there."""
    kind = call.content_type.partition(";")[0].strip().lower()
    if kind not in PATCHES or (kind == STRATEGIC_PATCH and call.resource.custom):
        taken = [one for one in PATCHES if not call.resource.custom or one != STRATEGIC_PATCH]
        raise status.unsupported(taken)
    if kind == APPLY_PATCH:
        return _apply(call)
    before = call.cluster.need(call.resource, call.namespace, call.name)
    body = calls.parse(call.body)
    try:
        if kind == JSON_PATCH:
            after = json_patch(before, body)
        elif not isinstance(body, dict):
            raise PatchError("a patch is an object")
        elif kind == MERGE_PATCH:
            after = merge(before, body)
        else:
            after = strategic(before, body, call.schema)
    except PatchError as error:
        if kind == JSON_PATCH:
            raise status.ApiError(422, "Invalid", f"{error}") from None
        raise status.bad_request(f"error applying the patch: {error}") from None
    return commit(call, before, _checked_kind(call, clone(after)))


def _apply(call: Call) -> Object:
    if not call.query.get("fieldManager"):
        raise status.bad_request(
            'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for '
            "apply patch"
        )
    given = _checked_kind(call, calls.read(call.body, APPLY_PATCH))
    meta = _meta(call, given)
    if meta.setdefault("name", call.name) != call.name:
        raise status.bad_request(f"metadata.name must be {call.name}, as in the URL")
    if meta.get("managedFields"):
        raise status.bad_request("metadata.managedFields must be nil")
    before = call.cluster.store.get(call.resource.name, call.namespace, call.name)
    if before is None:
        _namespace_takes(call, call.name)
        if call.subresource:
            raise status.not_found(call.resource, call.name)
    given = _decoded(call, given)
    base = before or {"metadata": {}}
    if "apiVersion" in base:
        base = base | {"apiVersion": call.resource.api_version}
    who = call.manager(now(), apply=True)
    force = call.query.get("force") == "true"
    after = apply(base, given, call.schema, who, force=force)
    return commit(call, before, clone(after), applied=True)


def commit(call: Call, before: Object | None, obj: Object, *, applied: bool = False) -> Object:
    """Check, fill in and store what is to become of an object; return what it became.

    Args:
        call: The request: who writes, whether for real, which subresource.
        before: What is stored, None where it is new.
        obj: What it shall be; changed in place.
        applied: Whether `managedFields` are right already.

    Raises:
        ApiError: It cannot be so.
    """
    resource = call.resource
    if not applied or before is None:
        obj = _decoded(call, obj)
    meta = obj["metadata"]
    if before is None:
        meta["uid"] = new_uid()
        meta["creationTimestamp"] = now()
        if resource.name not in _GENERATIONLESS or resource.custom:
            meta["generation"] = 1
        for name in ("deletionTimestamp", "deletionGracePeriodSeconds"):
            meta.pop(name, None)
        if "status" in resource.subresources:
            obj.pop("status", None)
    else:
        _same_object(call, before, obj)
    _check(call, before, obj)
    if not applied:
        earlier = before and before | {"apiVersion": resource.api_version}
        update(earlier, obj, call.schema, call.manager(now()))
    if resource.custom and resource.storage:
        obj["apiVersion"] = f"{resource.group}/{resource.storage}"
    if before is not None and _same(before, obj):
        return before
    if before is not None:
        _count_generation(before, obj)
    if call.dry_run:
        return {**obj, "metadata": {"resourceVersion": "", **obj["metadata"]}}
    if before is not None and finished(obj):
        call.cluster.store.remove(resource.name, obj)
        return obj
    return call.cluster.store.put(resource.name, obj)


def finished(obj: Object) -> bool:
    """Return whether an object that is being deleted waits for nothing more."""
    meta = obj["metadata"]
    waiting = meta.get("finalizers") or (
        obj.get("kind") == "Namespace" and (obj.get("spec") or {}).get("finalizers")
    )
    grace = obj.get("kind") == "Pod" and meta.get("deletionGracePeriodSeconds")
    return bool(meta.get("deletionTimestamp")) and not waiting and not grace


def random_suffix(length: int = 5) -> str:
    """Return the end of a generated name."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


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
    namespaces = call.cluster.resources["", "v1", "namespaces"]
    found = call.cluster.need(namespaces, "", call.namespace)
    if found["metadata"].get("deletionTimestamp"):
        why = (
            f"unable to create new content in namespace {call.namespace} because it is being "
            "terminated"
        )
        raise status.forbidden(call.resource, name, why)


def _decoded(call: Call, obj: Object) -> Object:
    """Return an object with what its kind knows; what it does not know is told as is asked."""
    resource = call.resource
    if resource.custom:
        schema = call.cluster.definitions[resource.group, resource.version, resource.plural].schema
        found = structural.prune(obj, schema)
        obj, unknown = structural.default(found[0], schema), found[1]
        wrong = strict.decode({"metadata": obj["metadata"]}, call.schema).wrong
    else:
        decoded = strict.decode(obj, call.schema)
        obj, unknown, wrong = decoded.value, decoded.unknown, decoded.wrong
    prefix = (
        f'{resource.kind} in version "{resource.version}" cannot be handled as a {resource.kind}: '
    )
    if wrong:
        raise status.bad_request(prefix + wrong)
    texts = [f'unknown field "{path}"' for path in unknown]
    if texts and call.strictness == "Strict":
        head = "" if resource.custom else prefix
        raise status.bad_request(f"{head}strict decoding error: {', '.join(texts)}")
    if call.strictness == "Warn":
        call.warnings += texts
    obj.setdefault("metadata", {})
    return obj


def _same_object(call: Call, before: Object, obj: Object) -> None:
    """Keep what a write does not change."""
    meta, old = obj["metadata"], before["metadata"]
    if meta.get("uid") not in (None, "", old["uid"]):
        why = (
            f"Precondition failed: UID in precondition: {meta['uid']}, UID in object meta: "
            f"{old['uid']}"
        )
        raise status.conflict(call.resource, call.name, why)
    if meta.get("resourceVersion") not in (None, "", "0", old["resourceVersion"]):
        raise status.conflict(call.resource, call.name)
    if meta.get("name") != old["name"]:
        cause = status.invalid_value("metadata.name", meta.get("name"), "field is immutable")
        raise status.invalid(call.resource, call.name, [cause])
    meta["resourceVersion"] = old["resourceVersion"]
    for name in _KEPT:
        meta.pop(name, None)
        if name in old:
            meta[name] = old[name]
    if call.subresource == "status":
        state = obj.get("status")
        kept = {key: value for key, value in before.items() if key not in ("status", "metadata")}
        obj |= {key: clone(value) for key, value in kept.items()}
        obj["apiVersion"] = call.resource.api_version
        for key in [key for key in obj if key not in before and key != "status"]:
            del obj[key]
        if state is not None:
            obj["status"] = state
    elif "status" in call.resource.subresources:
        obj.pop("status", None)
        if "status" in before:
            obj["status"] = before["status"]


def _check(call: Call, before: Object | None, obj: Object) -> None:
    resource, name = call.resource, obj["metadata"].get("name", "")
    causes = list(names.check(resource, obj["metadata"]))
    if causes:
        raise status.invalid(resource, name, causes)
    defaults.fill(resource.name, obj)
    if resource.custom:
        schema: Json = call.cluster.definitions[
            resource.group, resource.version, resource.plural
        ].schema
        causes += structural.validate(obj, schema)
    else:
        causes += validation.check(resource, obj, call.schema)
    if before is not None and not causes:
        causes += validation.check_change(resource, before, obj)
    if resource.name == "services" and not causes:
        causes += services.allocate(call.cluster, obj, before)
    if causes:
        raise status.invalid(resource, name, causes)
    if resource.name == crd.NAME and not call.subresource:
        obj["status"] = crd.established(obj, now())


def _same(before: Object, after: Object) -> bool:
    """Return whether nothing but the time of a manager's last write is different."""

    def plain(obj: Object) -> Object:
        meta = {**obj["metadata"]}
        entries = meta.pop("managedFields", None) or []
        meta["managers"] = [{**entry, "time": ""} for entry in entries]
        return {key: value for key, value in {**obj, "metadata": meta}.items() if value != {}}

    return plain(before) == plain(after)


def _count_generation(before: Object, after: Object) -> None:
    out = ("metadata", "status", "apiVersion")
    if "generation" in before["metadata"] and any(
        before.get(key) != after.get(key) for key in before.keys() | after.keys() if key not in out
    ):
        after["metadata"]["generation"] = before["metadata"]["generation"] + 1
