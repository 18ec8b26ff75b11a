"""Deployments: a ReplicaSet for each template, the newest scaled up and then the others down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.controllers import objects
from helpers.sandbox.parts import clone, notes, state

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

RESOURCE = "deployments.apps"
SETS = "replicasets.apps"
REVISION = "deployment.kubernetes.io/revision"
HASH = "pod-template-hash"
_UNCOPIED = (REVISION, "kubectl.kubernetes.io/last-applied-configuration")

wants = objects.of(RESOURCE, SETS)


def reconcile(cluster: Cluster) -> None:
    """Bring each Deployment's ReplicaSets and status to where they should be, one step."""
    for deployment in objects.alive(cluster, RESOURCE):
        _one(cluster, deployment)


def _one(cluster: Cluster, deployment: Object) -> None:
    sets = objects.controlled(cluster, SETS, deployment)
    name = objects.hash_of(deployment["spec"]["template"])
    newest = next((one for one in sets if one["metadata"]["labels"].get(HASH) == name), None)
    paused = deployment["spec"].get("paused")
    if newest is None and not paused:
        newest = _make_set(cluster, deployment, name)
        sets.append(newest)
    if newest is not None:
        if not paused:
            deployment, newest = _number(cluster, deployment, newest, sets)
        sets = [
            newest if one["metadata"]["uid"] == newest["metadata"]["uid"] else one for one in sets
        ]
        _scale(cluster, deployment, newest, sets)
    sets = objects.controlled(cluster, SETS, deployment)
    _forget(cluster, deployment, newest, sets)
    objects.write(cluster, RESOURCE, deployment, status=_status(deployment, newest, sets))


def _make_set(cluster: Cluster, deployment: Object, name: str) -> Object:
    meta, spec = deployment["metadata"], clone(deployment["spec"])
    template = spec["template"]
    labels = template["metadata"].get("labels") or {}
    template["metadata"]["labels"] = {**labels, HASH: name}
    selector = spec["selector"]
    selector["matchLabels"] = {**(selector.get("matchLabels") or {}), HASH: name}
    obj = {
        "metadata": {
            "name": f"{meta['name']}-{name}",
            "namespace": meta["namespace"],
            "labels": {**labels, HASH: name},
            "ownerReferences": [objects.reference(deployment)],
        },
        "spec": {"replicas": 0, "selector": selector, "template": template},
    }
    return objects.make(cluster, SETS, obj)


def _revision(obj: Object) -> int:
    text = notes(obj).get(REVISION, "0")
    return int(text) if text.isascii() and text.isdigit() else 0


def _number(
    cluster: Cluster, deployment: Object, newest: Object, sets: list[Object]
) -> tuple[Object, Object]:
    """Give the newest ReplicaSet the highest revision, and the Deployment the same."""
    others = max((_revision(one) for one in sets if one is not newest), default=0)
    revision = _revision(newest)
    if revision <= others:
        revision = others + 1
    given = notes(deployment)
    copied = {key: value for key, value in given.items() if key not in _UNCOPIED}
    replicas = str(deployment["spec"]["replicas"])
    wanted = {
        **copied,
        REVISION: str(revision),
        "deployment.kubernetes.io/desired-replicas": replicas,
        "deployment.kubernetes.io/max-replicas": replicas,
    }
    newest = objects.write_meta(cluster, SETS, newest, annotations=wanted)
    deployment = objects.write_meta(
        cluster, RESOURCE, deployment, annotations={**given, REVISION: str(revision)}
    )
    return deployment, newest


def _scale(cluster: Cluster, deployment: Object, newest: Object, sets: list[Object]) -> None:
    wanted = deployment["spec"]["replicas"]
    old = [one for one in sets if one is not newest]
    busy = any(state(one).get("replicas") for one in old)
    recreate = deployment["spec"]["strategy"]["type"] == "Recreate"
    if not recreate or not busy:
        _resize(cluster, deployment, newest, wanted)
    ready = state(newest).get("readyReplicas") or 0
    if recreate or ready >= wanted:
        for one in old:
            _resize(cluster, deployment, one, 0)


def _resize(cluster: Cluster, deployment: Object, one: Object, replicas: int) -> None:
    before = one["spec"]["replicas"]
    if before == replicas:
        return
    spec = {**one["spec"], "replicas": replicas}
    generation = one["metadata"].get("generation", 1) + 1
    meta = {**one["metadata"], "generation": generation}
    objects.write(cluster, SETS, one, spec=spec, metadata=meta)
    way = "up" if replicas > before else "down"
    text = f"Scaled {way} replica set {one['metadata']['name']} from {before} to {replicas}"
    objects.tell(cluster, deployment, "ScalingReplicaSet", text, "deployment-controller")


def _forget(
    cluster: Cluster, deployment: Object, newest: Object | None, sets: list[Object]
) -> None:
    """Delete the oldest empty ReplicaSets beyond those that are kept for an undo."""
    new = newest and newest["metadata"]["uid"]
    empty = [
        one
        for one in sorted(sets, key=_revision)
        if one["metadata"]["uid"] != new
        and not one["spec"]["replicas"]
        and not state(one).get("replicas")
    ]
    for one in empty[: max(0, len(empty) - deployment["spec"]["revisionHistoryLimit"])]:
        objects.delete(cluster, SETS, one)


def _status(deployment: Object, newest: Object | None, sets: list[Object]) -> Object:
    def count(found: list[Object], field: str) -> int:
        return sum(state(one).get(field) or 0 for one in found)

    new = newest and newest["metadata"]["uid"]
    current = [one for one in sets if one["metadata"]["uid"] == new]
    wanted = deployment["spec"]["replicas"]
    numbers = {
        "replicas": count(sets, "replicas"),
        "updatedReplicas": count(current, "replicas"),
        "readyReplicas": count(sets, "readyReplicas"),
        "availableReplicas": count(sets, "readyReplicas"),
        "unavailableReplicas": max(0, wanted - count(sets, "readyReplicas")),
    }
    held = state(deployment).get("conditions") or ()
    available = numbers["availableReplicas"] >= wanted
    complete = available and numbers["updatedReplicas"] == numbers["replicas"] == wanted
    name = current[0]["metadata"]["name"] if current else ""
    conditions = [
        objects.condition(
            held,
            "Available",
            "True" if available else "False",
            "MinimumReplicasAvailable" if available else "MinimumReplicasUnavailable",
            f"Deployment {'has' if available else 'does not have'} minimum availability.",
        ),
        objects.condition(
            held,
            "Progressing",
            "True",
            "NewReplicaSetAvailable" if complete else "ReplicaSetUpdated",
            f'ReplicaSet "{name}" {"has successfully" if complete else "has"} progressed.',
        ),
    ]
    if deployment["spec"].get("paused"):
        conditions[1] = objects.condition(
            held, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused"
        )
    for one in conditions:
        one.setdefault("lastUpdateTime", one["lastTransitionTime"])
    return {
        "observedGeneration": deployment["metadata"]["generation"],
        **{key: value for key, value in numbers.items() if value},
        "conditions": conditions,
    }
