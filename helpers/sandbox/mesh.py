"""What the mesh would do: mirrored Services of linked clusters, and routes that are accepted.

A controller over several clusters. A `Link` in one names another; what is exported there, by the
label `mirror.linkerd.io/exported`, is mirrored as `SERVICE-CLUSTER`: with the gateway's address
(`true`) or with the pods' own (`remote-discovery`).
https://linkerd.io/2/tasks/multicluster/ and https://linkerd.io/2/tasks/pod-to-pod-multicluster/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.controllers import objects
from helpers.sandbox.parts import at, deleting, ingress, labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Json, Object

NAMESPACE = "linkerd"
EXTENSION = "linkerd-multicluster"
LINKS = "links.multicluster.linkerd.io"
EXPORTED = "mirror.linkerd.io/exported"
GATEWAY_PORT = 4143
_MIRRORED = "mirror.linkerd.io/mirrored-service"
_OF = "mirror.linkerd.io/cluster-name"
_REMOTE = "multicluster.linkerd.io/remote-service"
_ROUTES = "httproutes.gateway.networking.k8s.io"
_CONTROLLER = "linkerd.io/policy-controller"

wants = objects.of("services", "endpoints", "namespaces", "configmaps", LINKS, _ROUTES)


def reconcile(clusters: Mapping[str, Cluster]) -> None:
    """Mirror what is exported, take away what is no more, and tell what became of routes."""
    for source in clusters.values():
        if not installed(source):
            continue
        for link in source.store.all(LINKS):
            if target := clusters.get(link["spec"].get("targetClusterName", "")):
                _mirror(source, link, target)
        _forget(clusters, source)
        for route in source.store.all(_ROUTES):
            _accept(source, route)


def installed(cluster: Cluster) -> bool:
    """Return whether a cluster has Linkerd's control plane."""
    return cluster.store.get("configmaps", NAMESPACE, "linkerd-config") is not None


def available(cluster: Cluster, namespace: str, deployment: str) -> bool:
    """Return whether a deployment has a pod that is ready."""
    found = cluster.store.get("deployments.apps", namespace, deployment)
    return bool(at(found, "status.availableReplicas"))


def gateway(cluster: Cluster) -> str:
    """Return the address of a cluster's gateway, "" while it has none."""
    held = ingress(cluster.store.get("services", EXTENSION, "linkerd-gateway") or {})
    return str(held[0]["ip"]) if held else ""


def behind(
    cluster: Cluster, namespace: str, name: str, port: str = ""
) -> list[tuple[str, int, str]]:
    """Return what the mesh would send a Service's traffic to: address, port and pod of each.

    A mirrored one leads to the other cluster; without `port`, all ports are meant.
    """
    service = cluster.store.get("services", namespace, name)
    endpoints = cluster.store.get("endpoints", namespace, name)
    if service is None or endpoints is None:
        return []
    names = {
        one.get("name", "")
        for one in service["spec"].get("ports") or ()
        if port in ("", str(one["port"]))
    }
    return [
        (address["ip"], one["port"], (address.get("targetRef") or {}).get("name", ""))
        for subset in endpoints.get("subsets") or ()
        for address in subset.get("addresses") or ()
        for one in subset.get("ports") or ()
        if one.get("name", "") in names
    ]


def _mirror(source: Cluster, link: Object, target: Cluster) -> None:
    for service in target.store.all("services"):
        meta = service["metadata"]
        mode = labels(service).get(EXPORTED)
        address = link["spec"].get("gatewayAddress", "")
        if mode == "true" and not address:
            continue  # a link without a gateway mirrors only what pods can reach
        if mode not in ("true", "remote-discovery") or deleting(service):
            continue
        there = source.store.get("namespaces", "", meta["namespace"])
        if there and not deleting(there):
            if mode == "true":
                subsets = _gateway(service, address)
            else:
                found = target.store.get("endpoints", meta["namespace"], meta["name"])
                subsets = at(found, "subsets") or []
            _write(source, target.name, service, mode, subsets)


def _gateway(service: Object, address: str) -> list[Object]:
    ports = [
        {"name": one.get("name", ""), "port": GATEWAY_PORT, "protocol": "TCP"}
        for one in service["spec"].get("ports") or ()
    ]
    return [{"addresses": [{"ip": address}], "ports": ports}]


def _write(
    source: Cluster, cluster: str, service: Object, mode: str, subsets: list[Object]
) -> None:
    from helpers.sandbox.programs.apply import apply

    meta = service["metadata"]
    name, namespace = f"{meta['name']}-{cluster}", meta["namespace"]
    marks = {_MIRRORED: "true", _OF: cluster}
    if mode == "remote-discovery":
        marks |= {_REMOTE: meta["name"], "multicluster.linkerd.io/remote-discovery": cluster}
    fully = f"{meta['name']}.{namespace}.svc.cluster.local"
    own = {
        "name": name,
        "namespace": namespace,
        "labels": marks,
        "annotations": {"mirror.linkerd.io/remote-svc-fq-name": fully},
    }
    kept = ("name", "port", "protocol", "appProtocol")
    ports = [
        {key: one[key] for key in kept if key in one} for one in service["spec"].get("ports") or ()
    ]
    wanted: dict[str, Object] = {
        "services": {"kind": "Service", "spec": {"ports": ports}},
        "endpoints": {"kind": "Endpoints", "subsets": subsets},
    }
    for resource, one in wanted.items():
        held = source.store.get(resource, namespace, name)
        # Applying it again would change nothing, and takes milliseconds.
        if held is None or labels(held) != marks or not _within(one, held):
            mirror = {"apiVersion": "v1", "metadata": own, **one}
            apply(source, [mirror], "linkerd-service-mirror")


def _within(wanted: Json, held: Json) -> bool:
    """Return whether all that is wanted is so."""
    if isinstance(wanted, dict):
        return isinstance(held, dict) and all(_within(wanted[key], held.get(key)) for key in wanted)
    if isinstance(wanted, list):
        held = held or []
        return len(held) == len(wanted) and all(map(_within, wanted, held))
    return bool(wanted == held)


def _forget(clusters: Mapping[str, Cluster], source: Cluster) -> None:
    """Delete mirrors of what is exported no more; of a cluster that is gone, nobody knows."""
    linked = {link["spec"].get("targetClusterName") for link in source.store.all(LINKS)}
    for service in source.store.all("services"):
        meta, name = service["metadata"], labels(service).get(_OF, "")
        if labels(service).get(_MIRRORED) != "true":
            continue
        target = clusters.get(name)
        there = meta["name"].removesuffix(f"-{name}")
        remote = target and target.store.get("services", meta["namespace"], there)
        if (target and not (remote and labels(remote).get(EXPORTED))) or name not in linked:
            objects.delete(source, "services", service)
            if held := source.store.get("endpoints", meta["namespace"], meta["name"]):
                objects.delete(source, "endpoints", held)


def _accept(cluster: Cluster, route: Object) -> None:
    """Say of a route's parents that they accept it, and whether its backends are there."""
    before = {
        str(one.get("parentRef")): one.get("conditions") or []
        for one in at(route, "status.parents") or ()
    }
    namespace = route["metadata"]["namespace"]
    missing = sorted(_missing(cluster, route, namespace))
    parents = []
    for parent in route["spec"].get("parentRefs") or ():
        if parent.get("kind") != "Service":
            continue
        held = before.get(str(parent), [])
        where = parent.get("namespace", namespace)
        there = cluster.store.get("services", where, parent.get("name", "")) is not None
        accepted = ("True", "Accepted") if there else ("False", "NoMatchingParent")
        resolved = ("False", "BackendNotFound") if missing else ("True", "ResolvedRefs")
        text = f"not found: {', '.join(missing)}" if missing else ""
        conditions = [
            objects.condition(held, "Accepted", *accepted),
            objects.condition(held, "ResolvedRefs", *resolved, text),
        ]
        parents.append(
            {"controllerName": _CONTROLLER, "parentRef": parent, "conditions": conditions}
        )
    objects.write(cluster, _ROUTES, route, status={"parents": parents})


def _missing(cluster: Cluster, route: Object, namespace: str) -> Iterator[str]:
    for rule in route["spec"].get("rules") or ():
        for backend in rule.get("backendRefs") or ():
            where = backend.get("namespace", namespace)
            if not cluster.store.get("services", where, backend.get("name", "")):
                yield f"{backend.get('name')}.{where}"
