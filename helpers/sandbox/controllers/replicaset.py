"""ReplicaSets: as many pods as are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox import selectors
from helpers.sandbox.controllers import objects
from helpers.sandbox.names import random_suffix
from helpers.sandbox.parts import deleting, labels

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

RESOURCE = "replicasets.apps"

wants = objects.of(RESOURCE, "pods")


def reconcile(cluster: Cluster) -> None:
    """Make pods that are missing, delete those too many, and count them."""
    for one in objects.alive(cluster, RESOURCE):
        _one(cluster, one)


def _one(cluster: Cluster, owner: Object) -> None:
    meta, spec = owner["metadata"], owner["spec"]
    pods = []
    for pod in cluster.store.all("pods", meta["namespace"]):
        if deleting(pod) or objects.done(pod):
            continue
        owned = objects.controller_of(pod)
        matching = selectors.matches(spec["selector"], labels(pod))
        if owned == meta["uid"] and matching:
            pods.append(pod)
        elif owned == meta["uid"]:  # its labels are not the selector's any more
            objects.disown(cluster, "pods", pod, meta["uid"])
        elif owned is None and matching:
            references = [*(pod["metadata"].get("ownerReferences") or ()), objects.reference(owner)]
            pods.append(objects.write_meta(cluster, "pods", pod, ownerReferences=references))
    for _ in range(spec["replicas"] - len(pods)):
        name = f"{meta['name']}-{random_suffix()}"
        pod = objects.from_template(spec["template"], owner, name, {})
        pod["metadata"]["generateName"] = f"{meta['name']}-"
        pods.append(objects.make_pod(cluster, owner, pod))
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
    objects.write(cluster, RESOURCE, owner, status=status)
