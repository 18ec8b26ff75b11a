"""A request's path to what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from helpers.sandbox.status import no_such_path

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Resource


def parts(path: str) -> list[str]:
    """Return a raw path's parts, decoded; empty ones are left out, as a real server does."""
    return [unquote(part) for part in path.split("/") if part]


def find(cluster: Cluster, path: list[str]) -> tuple[Resource, str, str, str]:
    """Return what the parts of a path mean: resource, namespace, name and subresource.

    Raises:
        ApiError: 404: nothing is served there.
    """
    if path[0] == "api":
        group, version, rest = "", path[1], path[2:]
    elif len(path) > 3:
        group, version, rest = path[1], path[2], path[3:]
    else:
        raise no_such_path()
    namespace = ""
    own = len(rest) == 3 and group == "" and rest[2] in ("status", "finalize")
    if rest[0] == "namespaces" and len(rest) > 2 and not own:
        namespace, rest = rest[1], rest[2:]
    resource = cluster.resources.get((group, version, rest[0]))
    name = rest[1] if len(rest) > 1 else ""
    subresource = "/".join(rest[2:])
    if resource is None or (namespace and not resource.namespaced):
        raise no_such_path()
    if name and resource.namespaced and not namespace:
        raise no_such_path()
    if subresource and subresource not in resource.subresources:
        raise no_such_path()
    return resource, namespace, name, subresource
