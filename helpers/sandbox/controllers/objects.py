"""What controllers do with objects: make them, write them, find whose they are."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING

from helpers.sandbox import admission, defaults
from helpers.sandbox.cluster import now
from helpers.sandbox.commit import finished, stamp
from helpers.sandbox.delete import mark
from helpers.sandbox.names import LETTERS
from helpers.sandbox.parts import clone, deleting, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object
    from helpers.sandbox.store import Change


def of(*resources: str) -> Callable[[Change], bool]:
    """Return the test of changes that are of some resources."""
    names = frozenset(resources)
    return lambda change: change.resource in names


def make(cluster: Cluster, resource: str, obj: Object) -> Object:
    """Store a new object with what the API server gives it, and return it."""
    found = cluster.named(resource)
    if found is None:
        raise LookupError(resource)
    meta = {**obj["metadata"]}
    stamp(found, meta)
    if found.namespaced:
        meta.setdefault("namespace", "default")
    new = clone({**obj, "apiVersion": found.api_version, "kind": found.kind, "metadata": meta})
    defaults.fill(resource, new)
    if resource == "pods":
        admission.admit(cluster, new)
    return cluster.store.put(resource, new)


def write(cluster: Cluster, resource: str, before: Object, **changes: object) -> Object:
    """Store an object with some of its top-level fields changed, where that changes it.

    An object that is being deleted and has nothing left to wait for is taken out.
    """
    after = {**before, **changes}
    if after == before and not finished(after):
        return before
    if finished(after):
        cluster.store.remove(resource, after)
        return after
    return cluster.store.put(resource, after)


def write_meta(cluster: Cluster, resource: str, before: Object, **changes: object) -> Object:
    """Store an object with fields of its metadata changed; None takes one away."""
    meta = {
        key: value for key, value in (before["metadata"] | changes).items() if value is not None
    }
    return write(cluster, resource, before, metadata=meta)


def delete(cluster: Cluster, resource: str, obj: Object, policy: str = "Background") -> None:
    """Begin an object's deletion, where it has not begun."""
    found = cluster.named(resource)
    if found and not deleting(obj):
        mark(cluster, found, obj, {"propagationPolicy": policy})


def alive(cluster: Cluster, resource: str) -> list[Object]:
    """Return the objects of a resource whose deletion has not begun."""
    return [one for one in cluster.store.all(resource) if not deleting(one)]


def disown(cluster: Cluster, resource: str, obj: Object, uid: str) -> None:
    """Take an owner from an object."""
    rest = [one for one in obj["metadata"]["ownerReferences"] if one.get("uid") != uid]
    write_meta(cluster, resource, obj, ownerReferences=rest or None)


def finish(cluster: Cluster, resource: str, obj: Object, finalizer: str) -> None:
    """Take a finalizer from an object, which goes where it waits for nothing else."""
    rest = [one for one in obj["metadata"].get("finalizers") or () if one != finalizer]
    write_meta(cluster, resource, obj, finalizers=rest or None)


def reference(owner: Object) -> Object:
    """Return the ownerReference of what an object controls."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def controller_of(obj: Object) -> str | None:
    """Return the uid of what controls an object."""
    for owner in obj["metadata"].get("ownerReferences") or ():
        if owner.get("controller"):
            return str(owner.get("uid"))
    return None


def controlled(cluster: Cluster, resource: str, owner: Object) -> list[Object]:
    """Return what an object controls, the oldest first."""
    meta = owner["metadata"]
    found = cluster.store.all(resource, meta.get("namespace", ""))
    return [obj for obj in found if controller_of(obj) == meta["uid"]]


def from_template(template: Object, owner: Object, name: str, labels: Object) -> Object:
    """Return the pod that a template and its owner make."""
    meta = template.get("metadata") or {}
    out: Object = {
        "name": name,
        "namespace": owner["metadata"]["namespace"],
        "labels": {**(meta.get("labels") or {}), **labels},
        "ownerReferences": [reference(owner)],
    }
    if meta.get("annotations"):
        out["annotations"] = meta["annotations"]
    return {"metadata": out, "spec": {**template["spec"]}}


def make_pod(cluster: Cluster, owner: Object, pod: Object) -> Object:
    """Store a pod that `from_template` made, and tell of it."""
    made = make(cluster, "pods", pod)
    text = f"Created pod: {pod['metadata']['name']}"
    tell(cluster, owner, "SuccessfulCreate", text, f"{owner['kind'].lower()}-controller")
    return made


def hash_of(value: object) -> str:
    """Return a short hash of a JSON value, as names end in: pod-template-hash and the like."""
    digest = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:10])


def condition(
    found: Iterable[Object], kind: str, status: str, reason: str, message: str = ""
) -> Object:
    """Return a condition: the one that is there, or a new one where its status is another."""
    for one in found:
        if (one.get("type"), one.get("status"), one.get("reason")) == (kind, status, reason):
            return one
    moment = now()
    out = {"type": kind, "status": status, "reason": reason, "lastTransitionTime": moment}
    return out | ({"message": message} if message else {})


def ready(pod: Object) -> bool:
    """Return whether a pod is ready, and not on its way out."""
    found = state(pod).get("conditions") or ()
    return not deleting(pod) and any(
        (one.get("type"), one.get("status")) == ("Ready", "True") for one in found
    )


def done(pod: Object) -> bool:
    """Return whether a pod has run to its end."""
    return state(pod).get("phase") in ("Succeeded", "Failed")


def tell(cluster: Cluster, about: Object, reason: str, message: str, source: str) -> None:
    """Record an Event about an object."""
    meta = about["metadata"]
    moment = now()
    make(
        cluster,
        "events",
        {
            "metadata": {
                # By time, as client-go names them: so a list of them is in their order.
                "name": f"{meta['name']}.{time.time_ns():x}",
                "namespace": meta.get("namespace") or "default",
            },
            "involvedObject": {
                "kind": about["kind"],
                "apiVersion": about["apiVersion"],
                "namespace": meta.get("namespace", ""),
                "name": meta["name"],
                "uid": meta["uid"],
                "resourceVersion": meta["resourceVersion"],
            },
            "reason": reason,
            "message": message,
            "source": {"component": source},
            "reportingComponent": source,
            "reportingInstance": "",
            "firstTimestamp": moment,
            "lastTimestamp": moment,
            "count": 1,
            "type": "Warning" if reason.startswith("Failed") else "Normal",
        },
    )
