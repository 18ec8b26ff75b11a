"""CustomResourceDefinitions that are deleted: their objects go first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.controllers import objects
from helpers.sandbox.crd import NAME
from helpers.sandbox.parts import deleting

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.store import Change

FINALIZER = "customresourcecleanup.apiextensions.k8s.io"


def wants(change: Change) -> bool:
    """Return whether a change is of CRDs, or something is gone."""
    return change.resource == NAME or change.after is None


def reconcile(cluster: Cluster) -> None:
    """Mark CRDs as having objects to clean up, and clean up after those that are deleted."""
    for crd in cluster.store.all(NAME):
        name, finalizers = crd["metadata"]["name"], crd["metadata"].get("finalizers") or ()
        if not deleting(crd):
            if FINALIZER not in finalizers:
                objects.write_meta(cluster, NAME, crd, finalizers=[*finalizers, FINALIZER])
            continue
        for obj in cluster.store.all(name):
            objects.delete(cluster, name, obj)
        if not cluster.store.all(name):
            objects.finish(cluster, NAME, crd, FINALIZER)
