"""Deleting objects: at once, or after what they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox import read, status
from helpers.sandbox.cluster import now
from helpers.sandbox.commit import finished
from helpers.sandbox.parts import clone, deleting, spec, state

if TYPE_CHECKING:
    from helpers.sandbox.call import Call
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object, Resource

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
_OPTIONS = "apimachinery.pkg.apis.meta.v1.DeleteOptions"
POLICIES = ("Background", "Foreground", "Orphan")


def one(call: Call) -> Object:
    """Delete an object; return a `Status`, or the object where it waits for something.

    Raises:
        ApiError: What an API server would answer.
    """
    found = call.need()
    left = _delete(call, found, _options(call))
    return status.deleted(call.resource, found) if left is None else read.shown(call.resource, left)


def collection(call: Call) -> Object:
    """Delete all objects that the call means, and return the list of them."""
    options = _options(call)
    found = read.page(call)
    for obj in found["items"]:
        _delete(call, obj, options)
    return found


def _options(call: Call) -> Object:
    found = call.read_as(_OPTIONS) if call.body.strip() else {}
    for name in ("propagationPolicy", "gracePeriodSeconds"):
        if name in call.query:
            value = call.query[name]
            found[name] = read.number(call, name) if name.startswith("grace") else value
    if found.get("orphanDependents"):
        found["propagationPolicy"] = "Orphan"
    policy = found.get("propagationPolicy") or "Background"
    if policy not in POLICIES:
        shown = status.unsupported_value("propagationPolicy", policy, POLICIES).message
        message = f'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: {shown}'
        raise status.ApiError(422, "Invalid", message)
    found["propagationPolicy"] = policy
    grace = found.get("gracePeriodSeconds")
    if grace is not None and grace < 0:
        raise status.bad_request("gracePeriodSeconds: must be a non-negative integer")
    if found.get("dryRun"):
        call.query = {**call.query, "dryRun": "All"}
    return found


def _delete(call: Call, found: Object, options: Object) -> Object | None:
    resource, meta = call.resource, found["metadata"]
    wants = options.get("preconditions") or {}
    for name, shown in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
        if wants.get(name) not in (None, meta[name]):
            raise status.precondition(resource, meta["name"], shown, wants[name], meta[name])
    if resource.name == "namespaces" and meta["name"] in ("default", "kube-system", "kube-public"):
        raise status.forbidden(resource, meta["name"], "this namespace may not be deleted")
    if call.dry_run:
        return found
    return mark(call.cluster, resource, found, options)


def mark(cluster: Cluster, resource: Resource, found: Object, options: Object) -> Object | None:
    """Begin an object's deletion; return it where it waits for something, None where it is gone."""
    obj = clone(found)
    meta = obj["metadata"]
    policy = options.get("propagationPolicy", "Background")
    finalizers = list(meta.get("finalizers") or [])
    waits = {"Foreground": FOREGROUND, "Orphan": ORPHAN}.get(policy)
    if waits and waits not in finalizers:
        finalizers.append(waits)
    grace = options.get("gracePeriodSeconds")
    if resource.name == "pods":
        running = state(obj).get("phase") not in ("Succeeded", "Failed")
        default = spec(obj).get("terminationGracePeriodSeconds", 30)
        grace = default if grace is None else grace
        grace = grace if running and spec(obj).get("nodeName") else 0
    if finalizers:
        meta["finalizers"] = finalizers
    if not deleting(obj):
        meta["deletionTimestamp"] = now()
        if "generation" in meta:
            meta["generation"] += 1
    meta["deletionGracePeriodSeconds"] = grace or 0
    if resource.name == "namespaces":
        obj["status"] = {**state(obj), "phase": "Terminating"}
    if finished(obj):
        cluster.store.remove(resource.name, obj)
        return None
    if obj == found:
        return found
    return cluster.store.put(resource.name, obj)
