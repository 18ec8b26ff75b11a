"""Columns of the core group, without pods and events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.parts import ingress, labels, spec, state
from helpers.sandbox.tables.columns import AGE, CREATED, NAME, Column, labels_of, plain

if TYPE_CHECKING:
    from helpers.sandbox.resources import Object

_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}


def ingress_of(obj: Object) -> list[str]:
    """Return the addresses or names that a load balancer or an Ingress has got."""
    return [str(one.get("ip") or one.get("hostname")) for one in ingress(obj)]


def _external(obj: Object) -> str:
    kind = spec(obj).get("type")
    given = list(spec(obj).get("externalIPs") or ())
    if kind == "ExternalName":
        return str(spec(obj).get("externalName"))
    if kind == "LoadBalancer":
        return ",".join(ingress_of(obj) + given) or "<pending>"
    return ",".join(given) or "<none>"


def _ports(obj: Object) -> str:
    out = []
    for port in spec(obj).get("ports") or ():
        node = f":{port['nodePort']}" if port.get("nodePort") else ""
        out.append(f"{port['port']}{node}/{port.get('protocol', 'TCP')}")
    return ",".join(out) or "<none>"


def _endpoints(obj: Object) -> str:
    found = []
    for subset in obj.get("subsets") or ():
        for port in subset.get("ports") or [{}]:
            for address in subset.get("addresses") or ():
                number = f":{port['port']}" if "port" in port else ""
                ip = address.get("ip", "")
                found.append(f"[{ip}]{number}" if number and ":" in ip else f"{ip}{number}")
    return limited(found, 3) if found else "<none>"


def limited(found: list[str], most: int) -> str:
    """Return a list's first entries, and how many more there are."""
    more = f" + {len(found) - most} more..." if len(found) > most else ""
    return ",".join(found[:most]) + more


def _node_status(obj: Object) -> str:
    ready = [one for one in state(obj).get("conditions") or () if one.get("type") == "Ready"]
    out = ["Unknown" if not ready else "Ready" if ready[0].get("status") == "True" else "NotReady"]
    if spec(obj).get("unschedulable"):
        out.append("SchedulingDisabled")
    return ",".join(out)


def _roles(obj: Object) -> str:
    prefix = "node-role.kubernetes.io/"
    found = {key.removeprefix(prefix) for key in labels(obj) if key.startswith(prefix)}
    return ",".join(sorted(role for role in found if role)) or "<none>"


def _address(obj: Object, kind: str) -> str:
    found = state(obj).get("addresses") or ()
    return next((str(one["address"]) for one in found if one.get("type") == kind), "<none>")


def _node_info(name: str, field: str, *, wide: bool = True) -> Column:
    return plain(name, f"status.nodeInfo.{field}", "<unknown>", wide=wide)


def _modes(obj: Object) -> str:
    return ",".join(_MODES.get(mode, mode) for mode in spec(obj).get("accessModes") or ())


def _claim(obj: Object) -> str:
    found = spec(obj).get("claimRef") or {}
    return f"{found.get('namespace')}/{found.get('name')}" if found else ""


def _volume_name(obj: Object) -> str:
    return str(spec(obj).get("volumeName") or "")


def _data(obj: Object) -> int:
    return len(obj.get("data") or {}) + len(obj.get("binaryData") or {})


COLUMNS = {
    "configmaps": (NAME, Column("Data", _data, kind="integer"), AGE),
    "secrets": (
        NAME,
        plain("Type", "type"),
        Column("Data", _data, kind="integer"),
        AGE,
    ),
    "serviceaccounts": (
        NAME,
        Column("Secrets", lambda obj: len(obj.get("secrets") or ()), kind="integer"),
        AGE,
    ),
    "namespaces": (NAME, plain("Status", "status.phase"), AGE),
    "limitranges": (NAME, CREATED),
    "services": (
        NAME,
        plain("Type", "spec.type"),
        plain("Cluster-IP", "spec.clusterIP", "<none>"),
        Column("External-IP", _external),
        Column("Port(s)", _ports),
        AGE,
        Column("Selector", lambda obj: labels_of(spec(obj).get("selector")), wide=True),
    ),
    "endpoints": (NAME, Column("Endpoints", _endpoints), AGE),
    "nodes": (
        NAME,
        Column("Status", _node_status),
        Column("Roles", _roles),
        AGE,
        _node_info("Version", "kubeletVersion", wide=False),
        Column("Internal-IP", lambda obj: _address(obj, "InternalIP"), wide=True),
        Column("External-IP", lambda obj: _address(obj, "ExternalIP"), wide=True),
        _node_info("OS-Image", "osImage"),
        _node_info("Kernel-Version", "kernelVersion"),
        _node_info("Container-Runtime", "containerRuntimeVersion"),
    ),
    "persistentvolumes": (
        NAME,
        plain("Capacity", "spec.capacity.storage"),
        Column("Access Modes", _modes),
        plain("Reclaim Policy", "spec.persistentVolumeReclaimPolicy"),
        plain("Status", "status.phase"),
        Column("Claim", _claim),
        plain("StorageClass", "spec.storageClassName", ""),
        Column("VolumeAttributesClass", lambda _: "<unset>"),
        plain("Reason", "status.reason", ""),
        AGE,
        plain("VolumeMode", "spec.volumeMode", wide=True),
    ),
    "persistentvolumeclaims": (
        NAME,
        plain("Status", "status.phase"),
        Column("Volume", _volume_name),
        plain("Capacity", "status.capacity.storage", ""),
        Column("Access Modes", lambda obj: _modes(obj) if _volume_name(obj) else ""),
        plain("StorageClass", "spec.storageClassName", ""),
        Column("VolumeAttributesClass", lambda _: "<unset>"),
        AGE,
        plain("VolumeMode", "spec.volumeMode", wide=True),
    ),
}
