"""The charts that the sandbox's helm knows, by the end of their name: what each puts in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.programs.manifests import crd, service, workload

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.sandbox.resources import Object

Values = dict[str, str]
"""What `--set` says, by path."""


def metallb(values: Values, version: str) -> list[Object]:
    """Return MetalLB: https://metallb.io/installation/#installation-with-helm."""
    group, labels = "metallb.io", {"helm.sh/chart": f"metallb-{version}"}
    return [
        crd(group, "IPAddressPool", ["v1beta1"]),
        crd(group, "L2Advertisement", ["v1beta1"]),
        workload(
            "Deployment",
            "metallb-controller",
            f"quay.io/metallb/controller:v{version}",
            labels=labels,
        ),
        workload(
            "DaemonSet", "metallb-speaker", f"quay.io/metallb/speaker:v{version}", labels=labels
        ),
    ]


def faces(values: Values, version: str) -> list[Object]:
    """Return Faces: https://github.com/BuoyantIO/faces-demo."""
    found = []
    for name in ("faces-gui", "face", "smiley", "color"):
        if values.get(f"{name}.enabled") == "false":
            continue
        kind = values.get("gui.serviceType", "ClusterIP") if name == "faces-gui" else "ClusterIP"
        own = values.get(f"{name}.{name}")
        env = {name.upper(): own} if own else None
        image = f"ghcr.io/buoyantio/faces-{'gui' if name == 'faces-gui' else 'workload'}:{version}"
        found.append(workload("Deployment", name, image, port=8000, env=env))
        found.append(service(name, [("http", 80, "http")], kind=kind))
    return found


def emissary_crds(values: Values, version: str) -> list[Object]:
    """Return the definitions of Emissary."""
    kinds = ("Host", "Listener", "Mapping", "Module", "TCPMapping")
    return [crd("getambassador.io", kind, ["v3alpha1"]) for kind in kinds]


def emissary(values: Values, version: str) -> list[Object]:
    """Return Emissary-ingress: https://emissary-ingress.dev/."""
    name = values.get("fullnameOverride", "emissary-ingress")
    count = int(values.get("replicaCount", "3"))
    image = f"ghcr.io/emissary-ingress/emissary:{version}"
    ports: list[tuple[str, int, int | str]] = [("http", 80, 8080), ("https", 443, 8443)]
    return [
        workload("Deployment", name, image, replicas=count),
        service(name, ports, kind="LoadBalancer"),
    ]


CHARTS: dict[str, tuple[Callable[[Values, str], list[Object]], str]] = {
    "metallb": (metallb, "frrk8s speaker"),
    "oci://ghcr.io/buoyantio/faces-chart": (faces, "backend face color smiley gui"),
    "oci://ghcr.io/emissary-ingress/emissary-crds-chart": (emissary_crds, "enableLegacyVersions"),
    "oci://ghcr.io/emissary-ingress/emissary-ingress": (
        emissary,
        "fullnameOverride replicaCount waitForApiext",
    ),
}
"""By name: what makes it, and the first words of the values that may be set."""
