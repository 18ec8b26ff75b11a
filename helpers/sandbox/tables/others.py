"""Columns of all other groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.parts import notes, spec, state
from helpers.sandbox.tables.columns import AGE, CREATED, NAME, Column, name_of, plain, selector_of
from helpers.sandbox.tables.core import ingress_of, limited

if TYPE_CHECKING:
    from helpers.sandbox.resources import Object

_RBAC = "rbac.authorization.k8s.io"
_ADMISSION = "admissionregistration.k8s.io"
_DEFAULT = "storageclass.kubernetes.io/is-default-class"


def _subjects(kind: str) -> Column:
    def cell(obj: Object) -> str:
        found = [one for one in obj.get("subjects") or () if one.get("kind") == kind]
        space = kind == "ServiceAccount"
        names = [f"{one.get('namespace')}/{one['name']}" if space else one["name"] for one in found]
        return ", ".join(names)

    return Column(f"{kind}s", cell, wide=True)


def _role(obj: Object) -> str:
    found = obj.get("roleRef") or {}
    return f"{found.get('kind')}/{found.get('name')}"


_BINDINGS = (
    NAME,
    Column("Role", _role),
    AGE,
    _subjects("User"),
    _subjects("Group"),
    _subjects("ServiceAccount"),
)
_WEBHOOKS = (
    NAME,
    Column("Webhooks", lambda obj: len(obj.get("webhooks") or ()), kind="integer"),
    AGE,
)


def _hosts(obj: Object) -> str:
    found = [str(rule["host"]) for rule in spec(obj).get("rules") or () if rule.get("host")]
    return limited(found, 3) if found else "*"


def _balancer(obj: Object) -> str:
    return ",".join(ingress_of(obj))


def _slice_ports(obj: Object) -> str:
    found = [str(port.get("port", "*")) for port in obj.get("ports") or ()]
    return limited(found, 3) if found else "<unset>"


def _slice_endpoints(obj: Object) -> str:
    found = [one["addresses"][0] for one in obj.get("endpoints") or () if one.get("addresses")]
    return limited(found, 3) if found else "<unset>"


def _service(obj: Object) -> str:
    found = spec(obj).get("service")
    return f"{found.get('namespace')}/{found.get('name')}" if found else "Local"


def _available(obj: Object) -> str:
    for one in state(obj).get("conditions") or ():
        if one.get("type") == "Available":
            reason = "" if one.get("status") == "True" else f" ({one.get('reason')})"
            return f"{one.get('status')}{reason}"
    return "Unknown"


def _class_name(obj: Object) -> str:
    default = notes(obj).get(_DEFAULT) == "true"
    return name_of(obj) + (" (default)" if default else "")


def _parameters(obj: Object) -> str:
    found = spec(obj).get("parameters")
    return f"{found.get('kind')}/{found.get('name')}" if found else "<none>"


COLUMNS = {
    "endpointslices.discovery.k8s.io": (
        NAME,
        plain("AddressType", "addressType"),
        Column("Ports", _slice_ports),
        Column("Endpoints", _slice_endpoints),
        AGE,
    ),
    "ingresses.networking.k8s.io": (
        NAME,
        plain("Class", "spec.ingressClassName", "<none>"),
        Column("Hosts", _hosts),
        Column("Address", _balancer),
        Column("Ports", lambda obj: "80, 443" if spec(obj).get("tls") else "80"),
        AGE,
    ),
    "ingressclasses.networking.k8s.io": (
        NAME,
        plain("Controller", "spec.controller"),
        Column("Parameters", _parameters),
        AGE,
    ),
    "networkpolicies.networking.k8s.io": (
        NAME,
        Column("Pod-Selector", lambda obj: selector_of(spec(obj).get("podSelector"))),
        AGE,
    ),
    f"roles.{_RBAC}": (NAME, CREATED),
    f"clusterroles.{_RBAC}": (NAME, CREATED),
    f"rolebindings.{_RBAC}": _BINDINGS,
    f"clusterrolebindings.{_RBAC}": _BINDINGS,
    "storageclasses.storage.k8s.io": (
        Column("Name", _class_name),
        plain("Provisioner", "provisioner"),
        plain("ReclaimPolicy", "reclaimPolicy"),
        plain("VolumeBindingMode", "volumeBindingMode"),
        Column(
            "AllowVolumeExpansion",
            lambda obj: bool(obj.get("allowVolumeExpansion")),
            kind="boolean",
        ),
        AGE,
    ),
    "priorityclasses.scheduling.k8s.io": (
        NAME,
        plain("Value", "value", kind="integer"),
        Column("Global-Default", lambda obj: bool(obj.get("globalDefault")), kind="boolean"),
        AGE,
        plain("PreemptionPolicy", "preemptionPolicy", wide=True),
    ),
    "leases.coordination.k8s.io": (
        NAME,
        plain("Holder", "spec.holderIdentity", ""),
        AGE,
    ),
    "customresourcedefinitions.apiextensions.k8s.io": (NAME, CREATED),
    "apiservices.apiregistration.k8s.io": (
        NAME,
        Column("Service", _service),
        Column("Available", _available),
        AGE,
    ),
    f"mutatingwebhookconfigurations.{_ADMISSION}": _WEBHOOKS,
    f"validatingwebhookconfigurations.{_ADMISSION}": _WEBHOOKS,
}
