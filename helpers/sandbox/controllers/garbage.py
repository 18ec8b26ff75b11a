"""Garbage: dependents go when what owns them is gone, or before it, or are let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.controllers import objects
from helpers.sandbox.delete import FOREGROUND, ORPHAN
from helpers.sandbox.parts import deleting

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object
    from helpers.sandbox.store import Change


def wants(change: Change) -> bool:
    """Return whether a change may leave garbage: a deletion, its beginning, a new dependent."""
    if change.after is None:
        return True
    owned = bool(change.after["metadata"].get("ownerReferences"))
    return deleting(change.after) or (owned and not change.before)


def reconcile(cluster: Cluster) -> None:
    """Delete what has lost its owners, and finish deletions that waited for dependents."""
    held = [
        (resource, obj)
        for resource in list(cluster.store.resources())
        for obj in cluster.store.all(resource)
    ]
    uids = {obj["metadata"]["uid"] for _, obj in held}
    dependents: dict[str, list[tuple[str, Object]]] = {}
    for resource, obj in held:
        references = obj["metadata"].get("ownerReferences") or ()
        for one in references:
            dependents.setdefault(str(one.get("uid")), []).append((resource, obj))
        if references and not any(one.get("uid") in uids for one in references):
            objects.delete(cluster, resource, obj)
    for resource, obj in held:
        finalizers, uid = obj["metadata"].get("finalizers") or (), obj["metadata"]["uid"]
        below = dependents.get(uid, [])
        if not deleting(obj) or not (found := _now(cluster, resource, obj)):
            continue
        if ORPHAN in finalizers:
            for kind, one in below:
                if there := _now(cluster, kind, one):
                    objects.disown(cluster, kind, there, uid)
            objects.finish(cluster, resource, found, ORPHAN)
        elif FOREGROUND in finalizers:
            for kind, one in below:
                objects.delete(cluster, kind, one, "Foreground")
            if not below:
                objects.finish(cluster, resource, found, FOREGROUND)


def _now(cluster: Cluster, resource: str, obj: Object) -> Object | None:
    """Return an object as it is by now."""
    meta = obj["metadata"]
    return cluster.store.get(resource, meta.get("namespace", ""), meta["name"])
