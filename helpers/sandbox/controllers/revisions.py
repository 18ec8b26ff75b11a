"""ControllerRevisions: the templates that a StatefulSet or a DaemonSet has had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.controllers import objects
from helpers.sandbox.parts import labels, notes

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

RESOURCE = "controllerrevisions.apps"
LABEL = "controller-revision-hash"


def of(pod: Object) -> str | None:
    """Return the name of the revision that a pod is of."""
    return labels(pod).get(LABEL)


def current(cluster: Cluster, owner: Object) -> str:
    """Return the name of the revision that an owner's template is, which is made if it is new."""
    meta, template = owner["metadata"], owner["spec"]["template"]
    name = f"{meta['name']}-{objects.hash_of(template)}"
    found = sorted(
        objects.controlled(cluster, RESOURCE, owner), key=lambda one: int(one["revision"])
    )
    newest = found[-1] if found else None
    if newest and newest["metadata"]["name"] == name:
        return name
    number = int(newest["revision"]) + 1 if newest else 1
    again = next((one for one in found if one["metadata"]["name"] == name), None)
    if again:
        objects.write(cluster, RESOURCE, again, revision=number)
        return name
    given, cause = notes(owner), "kubernetes.io/change-cause"
    objects.make(
        cluster,
        RESOURCE,
        {
            "metadata": {
                "name": name,
                "namespace": meta["namespace"],
                "labels": {**labels(template), LABEL: name},
                "annotations": {cause: given[cause]} if cause in given else {},
                "ownerReferences": [objects.reference(owner)],
            },
            "data": {"spec": {"template": {**template, "$patch": "replace"}}},
            "revision": number,
        },
    )
    for old in found[: max(0, len(found) - owner["spec"].get("revisionHistoryLimit", 10))]:
        objects.delete(cluster, RESOURCE, old)
    return name
