"""A Service's addresses and node ports, which the API server gives it when it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.addresses import NODE_PORTS, family, free, inside
from helpers.sandbox.status import Cause, invalid_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.sandbox.addresses import Network
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

RESERVED = 11
"""Addresses at a service range's start that are never given: the API server's, and DNS's (.10)."""


_ADDRESSES = ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")


def keep(obj: Object, before: Object) -> None:
    """Give a Service what it had and does not name, in place: its file may be put once more."""
    old = before["spec"]
    if obj["spec"].get("type") == "ExternalName":
        return
    for name in (*_ADDRESSES, "healthCheckNodePort"):
        if obj["spec"].get(name) in (None, "", []) and old.get(name):
            obj["spec"][name] = old[name]


def allocate(cluster: Cluster, obj: Object, before: Object | None) -> list[Cause]:
    """Give a Service what it lacks, in place; return what cannot be had."""
    spec = obj["spec"]
    old = (before or {}).get("spec") or {}
    if spec.get("type") == "ClusterIP":
        for name in ("externalTrafficPolicy", "allocateLoadBalancerNodePorts"):
            spec.pop(name, None)
    if spec.get("type") == "ExternalName":
        for name in _ADDRESSES:
            spec.pop(name, None)
        return []
    problems = list(_addresses(cluster, spec, old))
    if not problems:
        problems = list(_node_ports(cluster, obj, old))
    return problems


def _addresses(cluster: Cluster, spec: Object, old: Object) -> Iterator[Cause]:
    ranges = _ranges(cluster, spec)
    if not ranges:
        why = "this cluster is not configured for these IP families"
        yield invalid_value("spec.ipFamilies", spec.get("ipFamilies"), why)
        return
    spec["ipFamilies"] = [family(range_) for range_ in ranges]
    spec.setdefault("ipFamilyPolicy", "SingleStack")
    if spec.get("clusterIP") == "None":
        spec["clusterIPs"] = ["None"]
        return
    used = {
        address
        for service in cluster.store.all("services")
        for address in service["spec"].get("clusterIPs") or ()
    }
    asked = spec.get("clusterIPs") or ([spec["clusterIP"]] if spec.get("clusterIP") else [])
    mine = old.get("clusterIPs") or []
    found = []
    for index, range_ in enumerate(ranges):
        address = asked[index] if index < len(asked) else free(range_, used, RESERVED)
        if address is None:
            why = f": range is full: {range_}"
        elif not inside(address, range_):
            why = f" {address}: the provided network does not match the current range: {range_}"
        elif address in used and address not in mine:
            why = f" {address}: provided IP is already allocated"
        else:
            found.append(address)
            continue
        field = f"spec.clusterIPs[{index}]"
        yield invalid_value(field, address or "", f"failed to allocate IP{why}")
    spec["clusterIPs"], spec["clusterIP"] = found, found[0] if found else ""


def _ranges(cluster: Cluster, spec: Object) -> list[Network]:
    by_family = {family(range_): range_ for range_ in cluster.settings.services}
    wanted = [name for name in spec.get("ipFamilies") or () if isinstance(name, str)]
    if any(name not in by_family for name in wanted):
        return []
    names = wanted or list(by_family)[:1]
    if spec.get("ipFamilyPolicy") in ("PreferDualStack", "RequireDualStack"):
        names += [name for name in by_family if name not in names]
    return [by_family[name] for name in names]


def _node_ports(cluster: Cluster, obj: Object, old: Object) -> Iterator[Cause]:
    spec = obj["spec"]
    ports = spec.get("ports") or []
    wanted = spec["type"] == "NodePort" or (
        spec["type"] == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts")
    )
    if not wanted:
        for port in ports:
            port.pop("nodePort", None)
        return
    meta = obj["metadata"]
    mine = (meta.get("namespace", ""), meta["name"])
    used = {
        port.get("nodePort")
        for service in cluster.store.all("services")
        if (service["metadata"]["namespace"], service["metadata"]["name"]) != mine
        for port in service["spec"].get("ports") or ()
    }
    known = {
        (port["port"], port["protocol"]): port.get("nodePort") for port in old.get("ports", ())
    }
    for index, port in enumerate(ports):
        number = port.get("nodePort") or known.get((port["port"], port["protocol"]))
        field = f"spec.ports[{index}].nodePort"
        if not number:
            number = next((one for one in NODE_PORTS if one not in used), None)
        elif number not in NODE_PORTS:
            why = "provided port is not in the valid range. The range of valid ports is 30000-32767"
            yield invalid_value(field, number, why)
            continue
        elif number in used:
            yield invalid_value(field, number, "provided port is already allocated")
            continue
        port["nodePort"] = number
        used.add(number)
