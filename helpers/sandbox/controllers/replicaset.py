"""ReplicaSets and ReplicationControllers: as many pods as are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox import selectors
from helpers.sandbox.commit import random_suffix
from helpers.sandbox.controllers import objects

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

RESOURCES = ("replicasets.apps", "replicationcontrollers")

wants = objects.of(*RESOURCES, "pods")


def reconcile(cluster: Cluster) -> None:
    """Make pods that are missing, delete those too many, and count them."""
    for resource in RESOURCES:
        for one in cluster.store.all(resource):
            if not one["metadata"].get("deletionTimestamp"):
                _one(cluster, resource, one)


def _one(cluster: Cluster, resource: str, owner: Object) -> None:
    meta, spec = owner["metadata"], owner["spec"]
    selector = spec.get("selector") or {}
    if resource == "replicationcontrollers":
        selector = {"matchLabels": selector}
    pods = []
    for pod in cluster.store.all("pods", meta["namespace"]):
        labels = pod["metadata"].get("labels") or {}
        owned = objects.controller_of(pod)
        if pod["metadata"].get("deletionTimestamp") or objects.done(pod):
            continue
        matching = selectors.matches(selector, labels)
        if owned == meta["uid"] and matching:
            pods.append(pod)
        elif owned == meta["uid"]:
            _release(cluster, pod, meta["uid"])
        elif owned is None and matching:
            references = [*(pod["metadata"].get("ownerReferences") or ()), objects.reference(owner)]
            pods.append(objects.write_meta(cluster, "pods", pod, ownerReferences=references))
    for _ in range(spec["replicas"] - len(pods)):
        name = f"{meta['name']}-{random_suffix()}"
        pod = objects.from_template(spec["template"], owner, name, {})
        pod["metadata"]["generateName"] = f"{meta['name']}-"
        pods.append(objects.make(cluster, "pods", pod))
        objects.tell(
            cluster, owner, "SuccessfulCreate", f"Created pod: {name}", "replicaset-controller"
        )
    for pod in sorted(pods, key=objects.ready)[: max(0, len(pods) - spec["replicas"])]:
        objects.delete(cluster, "pods", pod)
        text = f"Deleted pod: {pod['metadata']['name']}"
        objects.tell(cluster, owner, "SuccessfulDelete", text, "replicaset-controller")
        pods.remove(pod)
    ready = sum(map(objects.ready, pods))
    status: Object = {"replicas": len(pods), "observedGeneration": meta.get("generation", 1)}
    if pods:
        status["fullyLabeledReplicas"] = len(pods)
    if ready:
        status |= {"readyReplicas": ready, "availableReplicas": ready}
    objects.write(cluster, resource, owner, status=status)


def _release(cluster: Cluster, pod: Object, uid: str) -> None:
    """Let go of a pod whose labels are not the selector's any more."""
    rest = [one for one in pod["metadata"]["ownerReferences"] if one.get("uid") != uid]
    objects.write_meta(cluster, "pods", pod, ownerReferences=rest or None)
