"""What every write goes through: decoding, defaults, validation, ownership, and the store."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from helpers.sandbox import (
    admission,
    crd,
    defaults,
    names,
    services,
    status,
    strict,
    structural,
    validation,
)
from helpers.sandbox.cluster import now
from helpers.sandbox.parts import at, clone, deleting
from helpers.sandbox.patch.apply import update

if TYPE_CHECKING:
    from helpers.sandbox.call import Call
    from helpers.sandbox.resources import Object, Resource

_KEPT = (
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
)
_GENERATED = frozenset(
    [
        "pods",
        "deployments.apps",
        "replicasets.apps",
        "statefulsets.apps",
        "daemonsets.apps",
        "jobs.batch",
        "cronjobs.batch",
        "ingresses.networking.k8s.io",
        "ingressclasses.networking.k8s.io",
        "networkpolicies.networking.k8s.io",
        "poddisruptionbudgets.policy",
        "priorityclasses.scheduling.k8s.io",
        "customresourcedefinitions.apiextensions.k8s.io",
        "mutatingwebhookconfigurations.admissionregistration.k8s.io",
        "validatingwebhookconfigurations.admissionregistration.k8s.io",
        "validatingadmissionpolicies.admissionregistration.k8s.io",
        "validatingadmissionpolicybindings.admissionregistration.k8s.io",
    ]
)
"""Built-in resources whose objects have a generation."""


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
        obj = decoded(call, obj)
    if before is None:
        _begin(resource, obj)
    else:
        _same_object(call, before, obj)
    _check(call, before, obj)
    if not applied:
        earlier = before and before | {"apiVersion": resource.api_version}
        update(earlier, obj, call.schema, call.manager(now()))
    if before is None and resource.name == "pods":
        admission.need_account(call.cluster, resource, obj)
        # After the count of who owns what: nobody owns what admission adds.
        admission.admit(call.cluster, obj)
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
    meta, kind = obj["metadata"], obj.get("kind")
    space = kind == "Namespace" and at(obj, "spec.finalizers")
    grace = kind == "Pod" and meta.get("deletionGracePeriodSeconds")
    return deleting(obj) and not (meta.get("finalizers") or space or grace)


def decoded(call: Call, obj: Object) -> Object:
    """Return an object with what its kind knows; what it does not know is told as is asked.

    Raises:
        ApiError: 400: a value is of a wrong type, or a field is not known and may not be.
    """
    resource = call.resource
    if definition := call.cluster.definition(resource):
        schema = definition.schema
        pruned, unknown = structural.prune(obj, schema)
        obj = structural.default(pruned, schema)
        wrong = strict.decode({"metadata": obj["metadata"]}, call.schema).wrong
    else:
        found = strict.decode(obj, call.schema)
        obj, unknown, wrong = found.value, found.unknown, found.wrong
    prefix = (
        f'{resource.kind} in version "{resource.version}" cannot be handled as a {resource.kind}: '
    )
    if wrong:
        raise status.DecodingError(prefix, wrong)
    texts = [f'unknown field "{path}"' for path in unknown]
    if texts and call.strictness == "Strict":
        raise status.DecodingError(prefix, f"strict decoding error: {', '.join(texts)}")
    if call.strictness == "Warn":
        call.warnings += texts
    obj.setdefault("metadata", {})
    return obj


def _begin(resource: Resource, obj: Object) -> None:
    """Give a new object what only an API server gives, and take that away where it was sent."""
    meta = obj["metadata"]
    stamp(resource, meta)
    for name in ("deletionTimestamp", "deletionGracePeriodSeconds"):
        meta.pop(name, None)
    if "status" in resource.subresources:
        obj.pop("status", None)


def stamp(resource: Resource, meta: Object) -> None:
    """Give a new object's metadata what no two have the same."""
    meta |= {"uid": str(uuid.uuid4()), "creationTimestamp": now()}
    if resource.custom or resource.name in _GENERATED:
        meta["generation"] = 1


def _same_object(call: Call, before: Object, obj: Object) -> None:
    """Keep what a write does not change."""
    meta, old = obj["metadata"], before["metadata"]
    if meta.get("uid") not in (None, "", old["uid"]):
        raise status.precondition(call.resource, call.name, "UID", meta["uid"], old["uid"])
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
        kept = {key: clone(value) for key, value in before.items() if key != "status"}
        given = {key: obj[key] for key in ("metadata", "status") if obj.get(key) is not None}
        obj.clear()
        obj |= kept | given | {"apiVersion": call.resource.api_version}
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
    if definition := call.cluster.definition(resource):
        causes += structural.validate(obj, definition.schema)
    else:
        causes += validation.check(resource, obj, call.schema)
    if before is not None and not causes:
        if resource.name == "services":
            services.keep(obj, before)
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
