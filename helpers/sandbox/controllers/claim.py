"""PersistentVolumeClaims: each is bound to a volume that holds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.controllers import objects
from helpers.sandbox.parts import at, notes

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

RESOURCE = "persistentvolumeclaims"
VOLUMES = "persistentvolumes"
CLASSES = "storageclasses.storage.k8s.io"
DEFAULT = "storageclass.kubernetes.io/is-default-class"

wants = objects.of(RESOURCE, VOLUMES, CLASSES)


def reconcile(cluster: Cluster) -> None:
    """Bind claims of a class that is there, and delete volumes whose claim is gone."""
    for claim in objects.alive(cluster, RESOURCE):
        if claim["status"].get("phase") == "Pending":
            _bind(cluster, claim)
    for volume in cluster.store.all(VOLUMES):
        found = volume["spec"].get("claimRef")
        if not found or volume["spec"].get("persistentVolumeReclaimPolicy") != "Delete":
            continue
        if not cluster.store.get(RESOURCE, found["namespace"], found["name"]):
            objects.delete(cluster, VOLUMES, volume)


def _class(cluster: Cluster, claim: Object) -> Object | None:
    name = claim["spec"].get("storageClassName")
    for one in cluster.store.all(CLASSES):
        default = notes(one).get(DEFAULT) == "true"
        if one["metadata"]["name"] == name or (name is None and default):
            return one
    return None


def _bind(cluster: Cluster, claim: Object) -> None:
    found = _class(cluster, claim)
    if found is None:
        return
    meta, spec = claim["metadata"], claim["spec"]
    name = f"pvc-{meta['uid']}"
    capacity = {"storage": at(spec, "resources.requests.storage") or "0"}
    objects.make(
        cluster,
        VOLUMES,
        {
            "metadata": {"name": name},
            "spec": {
                "capacity": capacity,
                "accessModes": spec.get("accessModes") or [],
                "persistentVolumeReclaimPolicy": found.get("reclaimPolicy", "Delete"),
                "storageClassName": found["metadata"]["name"],
                "volumeMode": "Filesystem",
                "hostPath": {"path": "/simulated"},
                "claimRef": {
                    "kind": "PersistentVolumeClaim",
                    "apiVersion": "v1",
                    "namespace": meta["namespace"],
                    "name": meta["name"],
                    "uid": meta["uid"],
                },
            },
            "status": {"phase": "Bound"},
        },
    )
    bound = {**spec, "volumeName": name, "storageClassName": found["metadata"]["name"]}
    modes = spec.get("accessModes") or []
    status = {"phase": "Bound", "accessModes": modes, "capacity": capacity}
    objects.write(cluster, RESOURCE, claim, spec=bound, status=status)
