"""Namespaces: what each one has from its start, and emptying one that is being deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.controllers import objects
from helpers.sandbox.parts import deleting

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object
    from helpers.sandbox.store import Change

ROOT = "kube-root-ca.crt"


def wants(change: Change) -> bool:
    """Return whether a change may be of interest: of namespaces, or something is gone from one."""
    return change.resource in ("namespaces", "serviceaccounts", "configmaps") or not change.after


def reconcile(cluster: Cluster) -> None:
    """Fill namespaces that are active, empty those that are terminating."""
    for namespace in cluster.store.all("namespaces"):
        if deleting(namespace):
            _empty(cluster, namespace)
        else:
            _fill(cluster, namespace["metadata"]["name"])


def _fill(cluster: Cluster, name: str) -> None:
    if not cluster.store.get("serviceaccounts", name, "default"):
        account: Object = {"metadata": {"name": "default", "namespace": name}}
        objects.make(cluster, "serviceaccounts", account)
    if not cluster.store.get("configmaps", name, ROOT):
        told = "Contains a CA bundle that can be used to verify the kube-apiserver."
        meta = {
            "name": ROOT,
            "namespace": name,
            "annotations": {"kubernetes.io/description": told},
        }
        data = {"ca.crt": cluster.authority}
        objects.make(cluster, "configmaps", {"metadata": meta, "data": data})


def _empty(cluster: Cluster, namespace: Object) -> None:
    name = namespace["metadata"]["name"]
    left = False
    for resource in list(cluster.store.resources()):
        for obj in cluster.store.all(resource, name):
            objects.delete(cluster, resource, obj)
            left = left or cluster.store.get(resource, name, obj["metadata"]["name"]) is not None
    if not left:
        rest = [one for one in namespace["spec"].get("finalizers") or () if one != "kubernetes"]
        spec = {**namespace["spec"], "finalizers": rest}
        objects.write(cluster, "namespaces", namespace, spec=spec)
