"""DaemonSets: a pod on each node that they may be on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.controllers import objects, pod, revisions
from helpers.sandbox.names import random_suffix
from helpers.sandbox.parts import deleting

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

RESOURCE = "daemonsets.apps"
_TOLERATED = ("not-ready", "unreachable", "disk-pressure", "memory-pressure", "unschedulable")

wants = objects.of(RESOURCE, "pods", "nodes")


def reconcile(cluster: Cluster) -> None:
    """Make pods where they are missing, delete those too many and those of old templates."""
    for one in objects.alive(cluster, RESOURCE):
        _one(cluster, one)


def _one(cluster: Cluster, owner: Object) -> None:
    meta, spec = owner["metadata"], owner["spec"]
    revision = revisions.current(cluster, owner)
    template = objects.from_template(spec["template"], owner, "x", {revisions.LABEL: revision})
    template["spec"]["tolerations"] = [
        *(template["spec"].get("tolerations") or ()),
        *({"key": f"node.kubernetes.io/{key}", "operator": "Exists"} for key in _TOLERATED),
    ]
    nodes = [
        node["metadata"]["name"] for node in cluster.store.all("nodes") if pod.fits(template, node)
    ]
    held: dict[str, Object] = {}
    for one in objects.controlled(cluster, "pods", owner):
        node = one["spec"].get("nodeName", "")
        if deleting(one):
            continue
        if node not in nodes or node in held:
            objects.delete(cluster, "pods", one)
        else:
            held[node] = one
    for node in nodes:
        if node not in held:
            named = {**template["metadata"], "name": f"{meta['name']}-{random_suffix()}"}
            made = {"metadata": named, "spec": {**template["spec"], "nodeName": node}}
            held[node] = objects.make_pod(cluster, owner, made)
    new = {node for node, one in held.items() if revisions.of(one) == revision}
    if spec["updateStrategy"]["type"] == "RollingUpdate" and all(map(objects.ready, held.values())):
        for node in sorted(held.keys() - new)[:1]:
            objects.delete(cluster, "pods", held.pop(node))
    ready = sum(map(objects.ready, held.values()))
    status = {
        "observedGeneration": meta["generation"],
        "desiredNumberScheduled": len(nodes),
        "currentNumberScheduled": len(held),
        "updatedNumberScheduled": len(new),
        "numberReady": ready,
        "numberAvailable": ready,
        "numberMisscheduled": 0,
    }
    if ready < len(nodes):
        status["numberUnavailable"] = len(nodes) - ready
    objects.write(cluster, RESOURCE, owner, status=status)
