"""Manifests of the simulated charts and installers: as much of them as anybody looks at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.sandbox.resources import Object

_OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def crd(
    group: str,
    kind: str,
    versions: Iterable[str],
    *,
    columns: Iterable[tuple[str, str]] = (),
    cluster: bool = False,
) -> Object:
    """Return a definition that takes any `spec` and `status`; the last version is the stored one.

    Columns are names and paths.
    """
    # policies, classes, gateways
    plural = re.sub("(?<=[^aeiou])ys$", "ies", re.sub("ss$", "sse", kind.lower()) + "s")
    shown = [{"name": name, "type": "string", "jsonPath": path} for name, path in columns]
    shown.append({"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"})
    versions = list(versions)
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "names": {"kind": kind, "plural": plural},
            "scope": "Cluster" if cluster else "Namespaced",
            "versions": [
                {
                    "name": version,
                    "served": True,
                    "storage": version == versions[-1],
                    "subresources": {"status": {}},
                    "additionalPrinterColumns": shown,
                    "schema": {
                        "openAPIV3Schema": {
                            "type": "object",
                            "properties": {"spec": _OPEN, "status": _OPEN},
                        }
                    },
                }
                for version in versions
            ],
        },
    }


def namespace(name: str, annotations: dict[str, str] | None = None) -> Object:
    """Return a namespace."""
    meta: Object = {"name": name, "labels": {"linkerd.io/is-control-plane": "true"}}
    if annotations:
        meta["annotations"] = annotations
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": meta}


def workload(
    kind: str,
    name: str,
    image: str,
    *,
    namespace: str = "",
    labels: dict[str, str] | None = None,
    port: int = 8080,
    env: dict[str, str] | None = None,
    replicas: int = 1,
) -> Object:
    """Return a Deployment or a DaemonSet of one container, whose pods have the label `service`."""
    own = {"service": name}
    container: Object = {
        "name": name,
        "image": image,
        "ports": [{"name": "http", "containerPort": port}],
    }
    if env:
        container["env"] = [{"name": key, "value": value} for key, value in env.items()]
    spec: Object = {
        "selector": {"matchLabels": own},
        "template": {"metadata": {"labels": own}, "spec": {"containers": [container]}},
    }
    if kind == "Deployment":
        spec["replicas"] = replicas
    meta: Object = {"name": name, "labels": {**own, **(labels or {})}}
    if namespace:
        meta["namespace"] = namespace
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": meta, "spec": spec}


def service(
    name: str,
    ports: Iterable[tuple[str, int, int | str]],
    *,
    namespace: str = "",
    kind: str = "ClusterIP",
    labels: dict[str, str] | None = None,
    selects: str = "",
) -> Object:
    """Return a Service for the workload of its name, or of another: (name, port, target) each."""
    meta: Object = {"name": name, "labels": {"service": name, **(labels or {})}}
    if namespace:
        meta["namespace"] = namespace
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta,
        "spec": {
            "type": kind,
            "selector": {"service": selects or name},
            "ports": [
                {"name": port, "port": number, "targetPort": target, "protocol": "TCP"}
                for port, number, target in ports
            ],
        },
    }


GATEWAY_API = (
    "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.2.1/standard-install.yaml"
)
"""The file that localcluster applies before it installs Linkerd."""


def gateway_api() -> list[Object]:
    """Return the definitions of Gateway API's standard channel, without their schemas."""
    group, host = "gateway.networking.k8s.io", [("Hostnames", ".spec.hostnames")]
    found = [
        crd(group, "GatewayClass", ["v1beta1", "v1"], cluster=True),
        crd(group, "Gateway", ["v1beta1", "v1"]),
        crd(group, "HTTPRoute", ["v1beta1", "v1"], columns=host),
        crd(group, "GRPCRoute", ["v1"], columns=host),
        crd(group, "ReferenceGrant", ["v1beta1"]),
    ]
    for one in found:
        one["metadata"]["annotations"] = {
            # Where the real ones come from: the API server guards names under k8s.io with it.
            "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/gateway-api/pull/2997",
            "gateway.networking.k8s.io/bundle-version": "v1.2.1",
        }
    return found
