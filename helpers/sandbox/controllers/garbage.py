"""Garbage: dependents go when what owns them is gone, or before it, or are let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.controllers import objects
from helpers.sandbox.delete import FOREGROUND, ORPHAN

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object
    from helpers.sandbox.store import Change


def wants(change: Change) -> bool:
    """Return whether a change may leave garbage: a deletion, its beginning, a new dependent."""
    if change.after is None:
        return True
    meta = change.after["metadata"]
    return bool(
        meta.get("deletionTimestamp") or (meta.get("ownerReferences") and not change.before)
    )


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
        meta = obj["metadata"]
        finalizers = meta.get("finalizers") or ()
        if not meta.get("deletionTimestamp"):
            continue
        below = dependents.get(meta["uid"], [])
        if ORPHAN in finalizers:
            for kind, one in below:
                _let_go(cluster, kind, one, meta["uid"])
            _finish(cluster, resource, obj, ORPHAN)
        elif FOREGROUND in finalizers:
            for kind, one in below:
                objects.delete(cluster, kind, one, "Foreground")
            if not below:
                _finish(cluster, resource, obj, FOREGROUND)


def _let_go(cluster: Cluster, resource: str, obj: Object, uid: str) -> None:
    meta = obj["metadata"]
    found = cluster.store.get(resource, meta.get("namespace", ""), meta["name"])
    if found:
        rest = [one for one in found["metadata"]["ownerReferences"] if one.get("uid") != uid]
        objects.write_meta(cluster, resource, found, ownerReferences=rest or None)


def _finish(cluster: Cluster, resource: str, obj: Object, finalizer: str) -> None:
    meta = obj["metadata"]
    found = cluster.store.get(resource, meta.get("namespace", ""), meta["name"])
    if found:
        rest = [one for one in found["metadata"].get("finalizers") or () if one != finalizer]
        objects.write_meta(cluster, resource, found, finalizers=rest or None)
