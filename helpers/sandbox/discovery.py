"""Discovery: what a cluster serves, in the two forms that clients ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helpers.sandbox.resources import REVIEW

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object, Resource

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

_SUB_KINDS = {
    "eviction": ("policy", "v1", "Eviction"),
    "token": ("authentication.k8s.io", "v1", "TokenRequest"),
    "scale": ("autoscaling", "v1", "Scale"),
    "exec": ("", "v1", "PodExecOptions"),
    "attach": ("", "v1", "PodAttachOptions"),
    "portforward": ("", "v1", "PodPortForwardOptions"),
}
_CONNECTED = ("exec", "attach", "portforward")
_VERSION = re.compile(r"v(\d+)(?:(alpha|beta)(\d+))?")


def groups(cluster: Cluster) -> dict[str, list[str]]:
    """Return the groups that are served, with their versions, the preferred one first."""
    found: dict[str, list[str]] = {}
    for resource in cluster.resources.values():
        versions = found.setdefault(resource.group, [])
        if resource.version not in versions:
            versions.append(resource.version)
    return {group: sorted(versions, key=_rank) for group, versions in found.items()}


def _rank(version: str) -> tuple[int, int, int, str]:
    """Order versions as Kubernetes does: v2, v1, v1beta2, v1beta1, v1alpha1."""
    match = _VERSION.fullmatch(version)
    if not match:
        return (3, 0, 0, version)
    major, stage, minor = match.groups()
    level = {None: 0, "beta": 1, "alpha": 2}[stage]
    return (level, -int(major), -int(minor or 0), version)


def served(cluster: Cluster, group: str, version: str) -> list[Resource]:
    """Return the resources of one version of a group, in the order of their names."""
    found = [
        one for one in cluster.resources.values() if (one.group, one.version) == (group, version)
    ]
    return sorted(found, key=lambda one: one.plural)


def versions(server: str) -> Object:
    """Return the answer to /api."""
    return {
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [
            {"clientCIDR": "0.0.0.0/0", "serverAddress": server.removeprefix("https://")}
        ],
    }


def group(name: str, found: list[str]) -> Object:
    """Return an APIGroup."""
    versions = [{"groupVersion": f"{name}/{version}", "version": version} for version in found]
    return {
        "kind": "APIGroup",
        "apiVersion": "v1",
        "name": name,
        "versions": versions,
        "preferredVersion": versions[0],
    }


def group_list(cluster: Cluster) -> Object:
    """Return the answer to /apis."""
    found = [group(name, versions) for name, versions in groups(cluster).items() if name]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": found}


def resource_list(cluster: Cluster, group_name: str, version: str) -> Object | None:
    """Return the APIResourceList of a version, None where it is not served."""
    found = served(cluster, group_name, version)
    if not found:
        return None
    out = []
    for resource in found:
        entry = {
            "name": resource.plural,
            "singularName": resource.singular,
            "namespaced": resource.namespaced,
            "kind": resource.kind,
        }
        out.append(entry | _common(resource))
        out += [
            {
                "name": f"{resource.plural}/{name}",
                "singularName": "",
                "namespaced": resource.namespaced,
                **{key: value for key, value in _kind(resource, name).items() if value},
                "verbs": _verbs(name),
            }
            for name in resource.subresources
        ]
    api_version = f"{group_name}/{version}" if group_name else version
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": api_version,
        "resources": out,
    }


def _kind(resource: Resource, subresource: str = "") -> Object:
    """Return what a resource is an object of, or a subresource of it.

    Group and version are named only where they are not the resource's own, as Kubernetes 1.37 does
    for its own kinds; kubectl reads all of discovery three times for each command.
    """
    own = (resource.group, resource.version, resource.kind)
    group_name, version, kind = _SUB_KINDS.get(subresource, own)
    if (group_name, version) == own[:2]:
        group_name = version = ""
    return {"group": group_name, "version": version, "kind": kind}


def _verbs(subresource: str) -> list[str]:
    if subresource in _CONNECTED:
        return ["create", "get"]
    if subresource in ("eviction", "token"):
        return list(REVIEW)
    return ["get"] if subresource == "log" else ["get", "patch", "update"]


def aggregated(cluster: Cluster, *, core: bool) -> Object:
    """Return the APIGroupDiscoveryList of /api (the core group) or of /apis (all others)."""
    items = []
    for name, found in groups(cluster).items():
        if bool(name) == core:
            continue
        entries = [
            {
                "version": version,
                "freshness": "Current",
                "resources": [_aggregated(one) for one in served(cluster, name, version)],
            }
            for version in found
        ]
        meta: Object = {"name": name} if name else {}
        items.append({"metadata": meta | {"creationTimestamp": None}, "versions": entries})
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": items,
    }


def _aggregated(resource: Resource) -> Object:
    out: Object = {
        "resource": resource.plural,
        "responseKind": _kind(resource),
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.singular,
        **_common(resource),
    }
    if resource.subresources:
        out["subresources"] = [
            {"subresource": name, "responseKind": _kind(resource, name), "verbs": _verbs(name)}
            for name in resource.subresources
        ]
    return out


def _common(resource: Resource) -> Object:
    """Return what both forms tell of a resource in the same words."""
    out: Object = {"verbs": resource.verbs}
    if resource.short:
        out["shortNames"] = resource.short
    if resource.categories:
        out["categories"] = resource.categories
    return out
