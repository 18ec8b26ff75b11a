"""Endpoints and EndpointSlices: the pods behind each Service, and mirrors of Endpoints by hand."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from helpers.sandbox import defaults, selectors
from helpers.sandbox.addresses import family
from helpers.sandbox.controllers import objects
from helpers.sandbox.names import random_suffix
from helpers.sandbox.parts import clone, deleting, labels, state

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

SLICES = "endpointslices.discovery.k8s.io"
SERVICE = "kubernetes.io/service-name"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
_MANAGED = "endpoints.kubernetes.io/managed-by"
_HEADLESS = "service.kubernetes.io/headless"
_CONTROLLER = "endpointslice-controller.k8s.io"
_MIRROR = "endpointslicemirroring-controller.k8s.io"

wants = objects.of("services", "pods", "endpoints", SLICES)


def reconcile(cluster: Cluster) -> None:
    """Write what is behind each Service, and delete what is behind none."""
    services = {_key(one): one for one in cluster.store.all("services")}
    for service in services.values():
        if service["spec"].get("selector"):
            _selected(cluster, service)
        elif found := cluster.store.get("endpoints", *_key(service)):
            _mirror(cluster, service, found)
    for one in cluster.store.all(SLICES):
        key = (one["metadata"]["namespace"], labels(one).get(SERVICE, ""))
        if labels(one).get(MANAGED_BY) in (_CONTROLLER, _MIRROR) and key not in services:
            objects.delete(cluster, SLICES, one)
    for one in cluster.store.all("endpoints"):
        if labels(one).get(_MANAGED) and _key(one) not in services:
            objects.delete(cluster, "endpoints", one)


def _key(obj: Object) -> tuple[str, str]:
    return obj["metadata"]["namespace"], obj["metadata"]["name"]


def _selected(cluster: Cluster, service: Object) -> None:
    namespace = service["metadata"]["namespace"]
    selector = {"matchLabels": service["spec"]["selector"]}
    pods = [
        pod
        for pod in cluster.store.all("pods", namespace)
        if selectors.matches(selector, labels(pod))
        and not objects.done(pod)
        and state(pod).get("podIPs")
        and not deleting(pod)
    ]
    ports = [_port(port, pods) for port in service["spec"].get("ports") or ()]
    families = service["spec"].get("ipFamilies") or ["IPv4"]
    addresses = [
        {"ip": ip, "nodeName": pod["spec"].get("nodeName"), "targetRef": _target(pod)}
        for pod in pods
        if (ip := _address(pod, families[0])) and objects.ready(pod)
    ]
    _write_endpoints(
        cluster, service, [{"addresses": addresses, "ports": ports}] if addresses else []
    )
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
        _write_slice(cluster, service, _CONTROLLER, name, {"endpoints": endpoints, "ports": ports})


def _mirror(cluster: Cluster, service: Object, found: Object) -> None:
    """Write the slices of Endpoints that somebody made for a Service without a selector."""
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
        _write_slice(cluster, service, _MIRROR, name, {"endpoints": endpoints, "ports": ports})


def _address(pod: Object, name: str) -> str | None:
    found = [str(one["ip"]) for one in pod["status"]["podIPs"]]
    return next((ip for ip in found if (":" in ip) == (name == "IPv6")), None)


def _target(pod: Object) -> Object:
    return {"kind": "Pod"} | {key: pod["metadata"][key] for key in ("namespace", "name", "uid")}


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


def _labels(service: Object, **more: str) -> Object:
    headless = {_HEADLESS: ""} if service["spec"].get("clusterIP") == "None" else {}
    return {**labels(service), **headless, **more}


def _write_endpoints(cluster: Cluster, service: Object, subsets: list[Object]) -> None:
    namespace, name = _key(service)
    own = {"labels": _labels(service, **{_MANAGED: "endpoint-controller"})}
    found = cluster.store.get("endpoints", namespace, name)
    if found is None:
        meta = {"name": name, "namespace": namespace, **own}
        objects.make(cluster, "endpoints", {"metadata": meta, "subsets": subsets})
    elif not deleting(found):
        meta = {**found["metadata"], **own}
        objects.write(cluster, "endpoints", found, metadata=meta, subsets=subsets)


def _write_slice(
    cluster: Cluster, service: Object, manager: str, kind: str, contents: Object
) -> None:
    namespace, name = _key(service)
    contents = clone(contents)
    defaults.fill(SLICES, contents)
    for one in objects.controlled(cluster, SLICES, service):
        if labels(one).get(MANAGED_BY) == manager and one.get("addressType") == kind:
            objects.write(cluster, SLICES, one, **contents)
            return
    meta = {
        "name": f"{name}-{random_suffix()}",
        "generateName": f"{name}-",
        "namespace": namespace,
        "labels": _labels(service, **{SERVICE: name, MANAGED_BY: manager}),
        "ownerReferences": [objects.reference(service)],
    }
    objects.make(cluster, SLICES, {"metadata": meta, "addressType": kind, **contents})
