"""Endpoints and EndpointSlices: the pods behind each Service, and mirrors of Endpoints by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox import selectors
from helpers.sandbox.addresses import family
from helpers.sandbox.commit import random_suffix
from helpers.sandbox.controllers import objects

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

SLICES = "endpointslices.discovery.k8s.io"
SERVICE = "kubernetes.io/service-name"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
_CONTROLLER = "endpointslice-controller.k8s.io"
_MIRROR = "endpointslicemirroring-controller.k8s.io"

wants = objects.of("services", "pods", "endpoints", SLICES)


def reconcile(cluster: Cluster) -> None:
    """Write what is behind each Service, and delete what is behind none."""
    services = {
        (one["metadata"]["namespace"], one["metadata"]["name"]): one
        for one in cluster.store.all("services")
    }
    for service in services.values():
        if service["spec"].get("selector"):
            _selected(cluster, service)
        elif found := cluster.store.get("endpoints", *_key(service)):
            _mirror(cluster, service, found)
    for one in cluster.store.all(SLICES):
        labels = one["metadata"].get("labels") or {}
        key = (one["metadata"]["namespace"], labels.get(SERVICE, ""))
        if labels.get(MANAGED_BY) in (_CONTROLLER, _MIRROR) and key not in services:
            objects.delete(cluster, SLICES, one)
    for one in cluster.store.all("endpoints"):
        mark = "endpoints.kubernetes.io/managed-by"
        managed = (one["metadata"].get("labels") or {}).get(mark)
        if managed and _key(one) not in services:
            objects.delete(cluster, "endpoints", one)


def _key(obj: Object) -> tuple[str, str]:
    return obj["metadata"]["namespace"], obj["metadata"]["name"]


def _selected(cluster: Cluster, service: Object) -> None:
    namespace = service["metadata"]["namespace"]
    selector = {"matchLabels": service["spec"]["selector"]}
    pods = [
        pod
        for pod in cluster.store.all("pods", namespace)
        if selectors.matches(selector, pod["metadata"].get("labels") or {})
        and not objects.done(pod)
        and (pod.get("status") or {}).get("podIPs")
        and not pod["metadata"].get("deletionTimestamp")
    ]
    ports = [_port(port, pods) for port in service["spec"].get("ports") or ()]
    headless = service["spec"].get("clusterIP") == "None"
    families = service["spec"].get("ipFamilies") or ["IPv4"]
    first = [(pod, _address(pod, families[0])) for pod in pods]
    addresses = [
        {"ip": ip, "nodeName": pod["spec"].get("nodeName"), "targetRef": _target(pod)}
        for pod, ip in first
        if ip and objects.ready(pod)
    ]
    subsets = [{"addresses": addresses, "ports": ports}] if addresses else []
    labels = {**(service["metadata"].get("labels") or {})}
    labels["endpoints.kubernetes.io/managed-by"] = "endpoint-controller"
    if headless:
        labels["service.kubernetes.io/headless"] = ""
    _write_endpoints(cluster, service, labels, subsets)
    for name in families:
        endpoints = [
            {
                "addresses": [ip],
                "conditions": {"ready": objects.ready(pod), "serving": True, "terminating": False},
                "nodeName": pod["spec"].get("nodeName"),
                "targetRef": _target(pod),
            }
            for pod in pods
            if (ip := _address(pod, name))
        ]
        _write_slice(
            cluster, service, manager=_CONTROLLER, kind=name, endpoints=endpoints, ports=ports
        )


def _mirror(cluster: Cluster, service: Object, found: Object) -> None:
    """Write the slices of Endpoints that somebody made for a Service without a selector."""
    from ipaddress import ip_network

    by_family: dict[str, list[Object]] = {}
    ports: list[Object] = []
    for subset in found.get("subsets") or ():
        ports = [*(subset.get("ports") or ())]
        for ready, key in ((True, "addresses"), (False, "notReadyAddresses")):
            for address in subset.get(key) or ():
                try:
                    name = family(ip_network(address.get("ip", "")))
                except ValueError:
                    continue
                endpoint = {"addresses": [address["ip"]], "conditions": {"ready": ready}}
                if address.get("targetRef"):
                    endpoint["targetRef"] = address["targetRef"]
                by_family.setdefault(name, []).append(endpoint)
    for name, endpoints in by_family.items():
        _write_slice(cluster, service, manager=_MIRROR, kind=name, endpoints=endpoints, ports=ports)


def _address(pod: Object, name: str) -> str | None:
    found = [str(one["ip"]) for one in pod["status"]["podIPs"]]
    return next((ip for ip in found if (":" in ip) == (name == "IPv6")), None)


def _target(pod: Object) -> Object:
    meta = pod["metadata"]
    return {
        "kind": "Pod",
        "namespace": meta["namespace"],
        "name": meta["name"],
        "uid": meta["uid"],
    }


def _port(port: Object, pods: list[Object]) -> Object:
    """Return a Service's port as endpoints have it: the number that the pods listen on."""
    target = port.get("targetPort", port["port"])
    if isinstance(target, str):
        named = (
            one["containerPort"]
            for pod in pods
            for container in pod["spec"]["containers"]
            for one in container.get("ports") or ()
            if one.get("name") == target
        )
        target = next(named, port["port"])
    out = {"port": target, "protocol": port.get("protocol", "TCP")}
    for name in ("name", "appProtocol"):
        if port.get(name):
            out[name] = port[name]
    return out


def _write_endpoints(
    cluster: Cluster, service: Object, labels: Object, subsets: list[Object]
) -> None:
    namespace, name = _key(service)
    found = cluster.store.get("endpoints", namespace, name)
    if found is None:
        meta = {"name": name, "namespace": namespace, "labels": labels}
        objects.make(cluster, "endpoints", {"metadata": meta, "subsets": subsets})
    elif not found["metadata"].get("deletionTimestamp"):
        meta = {**found["metadata"], "labels": labels}
        objects.write(cluster, "endpoints", found, metadata=meta, subsets=subsets)


def _write_slice(
    cluster: Cluster,
    service: Object,
    *,
    manager: str,
    kind: str,
    endpoints: list[Object],
    ports: list[Object],
) -> None:
    namespace, name = _key(service)
    for one in objects.controlled(cluster, SLICES, service):
        labels = one["metadata"].get("labels") or {}
        if labels.get(MANAGED_BY) == manager and one.get("addressType") == kind:
            objects.write(cluster, SLICES, one, endpoints=endpoints, ports=ports)
            return
    labels = {
        **(service["metadata"].get("labels") or {}),
        SERVICE: name,
        MANAGED_BY: manager,
    }
    if service["spec"].get("clusterIP") == "None":
        labels["service.kubernetes.io/headless"] = ""
    objects.make(
        cluster,
        SLICES,
        {
            "metadata": {
                "name": f"{name}-{random_suffix()}",
                "generateName": f"{name}-",
                "namespace": namespace,
                "labels": labels,
                "ownerReferences": [objects.reference(service)],
            },
            "addressType": kind,
            "endpoints": endpoints,
            "ports": ports,
        },
    )
