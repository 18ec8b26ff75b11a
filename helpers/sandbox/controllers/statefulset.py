"""StatefulSets: pods with numbers, and the claims that belong to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.controllers import objects, revisions
from helpers.sandbox.parts import state

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

RESOURCE = "statefulsets.apps"
CLAIMS = "persistentvolumeclaims"

wants = objects.of(RESOURCE, "pods")


def reconcile(cluster: Cluster) -> None:
    """Make the next pod that is missing, delete the last that is too many, replace old ones."""
    for one in objects.alive(cluster, RESOURCE):
        _one(cluster, one)


def _one(cluster: Cluster, owner: Object) -> None:
    meta, spec = owner["metadata"], owner["spec"]
    revision = revisions.current(cluster, owner)
    start = (spec.get("ordinals") or {}).get("start", 0)
    wanted = [f"{meta['name']}-{number}" for number in range(start, start + spec["replicas"])]
    held = {pod["metadata"]["name"]: pod for pod in objects.controlled(cluster, "pods", owner)}
    ordered = spec["podManagementPolicy"] == "OrderedReady"
    for number, name in enumerate(wanted, start):
        if name not in held and not cluster.store.get("pods", meta["namespace"], name):
            held[name] = _make(cluster, owner, name, number, revision)
        if ordered and (name not in held or not objects.ready(held[name])):
            break
    for name, pod in held.items():
        if name not in wanted:
            objects.delete(cluster, "pods", pod)
    rolling = spec["updateStrategy"]["type"] == "RollingUpdate"
    partition = (spec["updateStrategy"].get("rollingUpdate") or {}).get("partition", 0)
    pods = [held[name] for name in wanted if name in held]
    if rolling and all(map(objects.ready, pods)):
        for number, pod in reversed(list(enumerate(pods, start))):
            if number >= partition and revisions.of(pod) != revision:
                objects.delete(cluster, "pods", pod)
                break
    new = sum(revisions.of(pod) == revision for pod in pods)
    ready = sum(map(objects.ready, pods))
    complete = new == len(pods) == spec["replicas"] or partition >= spec["replicas"]
    before = state(owner).get("currentRevision") or revision
    status = {
        "observedGeneration": meta["generation"],
        "replicas": len(pods),
        "readyReplicas": ready,
        "availableReplicas": ready,
        "currentReplicas": new if complete else len(pods) - new,
        "updatedReplicas": new,
        "currentRevision": revision if complete else before,
        "updateRevision": revision,
        "collisionCount": 0,
    }
    objects.write(cluster, RESOURCE, owner, status=status)


def _make(cluster: Cluster, owner: Object, name: str, number: int, revision: str) -> Object:
    labels = {
        revisions.LABEL: revision,
        "statefulset.kubernetes.io/pod-name": name,
        "apps.kubernetes.io/pod-index": str(number),
    }
    pod = objects.from_template(owner["spec"]["template"], owner, name, labels)
    pod["spec"] |= {"hostname": name}
    if owner["spec"].get("serviceName"):
        pod["spec"]["subdomain"] = owner["spec"]["serviceName"]
    for template in owner["spec"].get("volumeClaimTemplates") or ():
        claim = f"{template['metadata']['name']}-{name}"
        called = template["metadata"]["name"]
        volume = {"name": called, "persistentVolumeClaim": {"claimName": claim}}
        pod["spec"]["volumes"] = [*(pod["spec"].get("volumes") or ()), volume]
        namespace = owner["metadata"]["namespace"]
        if not cluster.store.get(CLAIMS, namespace, claim):
            meta = {**template["metadata"], "name": claim, "namespace": namespace}
            made = {**template, "metadata": meta, "status": {"phase": "Pending"}}
            objects.make(cluster, CLAIMS, made)
    made = objects.make(cluster, "pods", pod)
    text = f"create Pod {name} in StatefulSet {owner['metadata']['name']} successful"
    objects.tell(cluster, owner, "SuccessfulCreate", text, "statefulset-controller")
    return made
