"""Putting manifests into a cluster, as a program that is no kubectl does: a server-side apply."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from helpers.sandbox.call import APPLY, Call
from helpers.sandbox.controllers import objects
from helpers.sandbox.programs.call import ProgramError
from helpers.sandbox.status import ApiError
from helpers.sandbox.write import patch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object, Resource


def apply(cluster: Cluster, found: Iterable[Object], manager: str, namespace: str = "") -> None:
    """Create objects, or change what is there to what they say; `namespace` where one names none.

    Raises:
        ProgramError: The cluster refuses one.
    """
    for one in found:
        resource = _resource(cluster, one)
        meta = dict(one["metadata"])
        if resource.namespaced:
            meta.setdefault("namespace", namespace or "default")
        call = Call(
            cluster,
            resource,
            meta.get("namespace", ""),
            meta["name"],
            "",
            {"fieldManager": manager, "force": "true"},
            body=json.dumps({**one, "metadata": meta}).encode(),
            content_type=APPLY,
        )
        try:
            patch(call)
        except ApiError as error:
            raise ProgramError(f"Error: {error}") from None


def remove(cluster: Cluster, found: Iterable[Object], namespace: str = "") -> None:
    """Begin the deletion of objects, where they are there."""
    for one in found:
        resource = _resource(cluster, one)
        meta = one["metadata"]
        where = meta.get("namespace", namespace) if resource.namespaced else ""
        if there := cluster.store.get(resource.name, where, meta["name"]):
            objects.delete(cluster, resource.name, there)


def _resource(cluster: Cluster, one: Object) -> Resource:
    resource = cluster.of_kind(one["apiVersion"], one["kind"])
    if resource is None:
        text = f'no matches for kind "{one["kind"]}" in version "{one["apiVersion"]}"'
        raise ProgramError(f"Error: unable to build kubernetes objects: {text}")
    return resource
