"""linkerd (2.19): https://linkerd.io/2/reference/cli/. The mesh itself is `../mesh.py`."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from helpers.sandbox import kubeconfig, mesh
from helpers.sandbox.programs import contexts, health, manifests
from helpers.sandbox.programs.call import Answer, ProgramError, unknown
from helpers.sandbox.programs.listing import aligned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.programs.call import Call
    from helpers.sandbox.resources import Object

VERSION = "edge-25.10.7"
_RELEASE = "stable-2.19.0+simulated"
_HELP = """\
Manages the multicluster setup for Linkerd.

Usage:
  linkerd multicluster [flags]
  linkerd multicluster [command]

Available Commands (those that the sandbox simulates):
  check       Check the status of the multicluster extension
  install     Output Kubernetes configs to install the Linkerd multicluster add-on
  link-gen    Outputs resources that allow another cluster to mirror services from this one
"""
_POLICY = (
    ("AuthorizationPolicy", ["v1alpha1"]),
    ("HTTPRoute", ["v1beta1", "v1beta3"]),
    ("MeshTLSAuthentication", ["v1alpha1"]),
    ("NetworkAuthentication", ["v1alpha1"]),
    ("Server", ["v1beta2", "v1beta3"]),
    ("ServerAuthorization", ["v1beta1"]),
)


async def run(call: Call) -> Answer:
    """Do what a call of linkerd asks for."""
    match call.command:
        case "version":
            return _version(call)
        case "multicluster":
            return Answer(_HELP)
        case "install" | "upgrade":
            return _install(call)
        case "multicluster install":
            return Answer(_documents(_extension(call)))
    cluster = contexts.cluster(call, call.flag("--context"))
    # The real checks wait, five minutes at most, for pods that are on their way.
    await call.machine.sandbox.quiet()
    match call.command:
        case "check":
            return health.told(health.before(cluster) if call.on("--pre") else health.mesh(cluster))
        case "multicluster check":
            return health.told(health.links(call.machine.sandbox.clusters, cluster))
        case "multicluster link-gen":
            return Answer(_documents(_link(call, cluster)))
    return _endpoints(call, cluster)


def _version(call: Call) -> Answer:
    if call.on("--short"):
        return Answer(f"{_RELEASE}\n")
    if call.on("--client"):
        return Answer(f"Client version: {_RELEASE}\n")
    cluster = contexts.cluster(call, call.flag("--context"))
    there = _RELEASE if mesh.installed(cluster) else "unavailable"
    return Answer(f"Client version: {_RELEASE}\nServer version: {there}\n")


def _install(call: Call) -> Answer:
    if call.on("--crds"):
        found = [
            *(manifests.crd("policy.linkerd.io", *one) for one in _POLICY),
            manifests.crd("linkerd.io", "ServiceProfile", ["v1alpha2"]),
            manifests.crd("workload.linkerd.io", "ExternalWorkload", ["v1beta1"]),
        ]
        return Answer(_documents(found))
    anchor = _file(call, "--identity-trust-anchors-file")
    issuer = _file(call, "--identity-issuer-certificate-file")
    _file(call, "--identity-issuer-key-file")
    config = f"linkerdVersion: {_RELEASE}\n"
    found = [
        manifests.namespace(mesh.NAMESPACE, {"linkerd.io/inject": "disabled"}),
        _config_map("linkerd-config", {"values": config}),
        _config_map("linkerd-identity-trust-roots", {"ca-bundle.crt": anchor}),
        # Not its key: a sandbox has no use for secrets.
        _config_map("simulated-identity-issuer", {"crt.pem": issuer}),
    ]
    for name in health.CONTROL:
        image = f"cr.l5d.io/linkerd/controller:{VERSION}"
        found.append(manifests.workload("Deployment", name, image, namespace=mesh.NAMESPACE))
        found.append(manifests.service(name, [("grpc", 8080, 8080)], namespace=mesh.NAMESPACE))
    return Answer(_documents(found))


def _file(call: Call, flag: str) -> str:
    name = call.flag(flag)
    if not name:
        return ""
    try:
        return call.path(name).read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise ProgramError(f"open {name}: no such file or directory") from None


def _config_map(name: str, data: dict[str, str]) -> Object:
    meta = {"name": name, "namespace": mesh.NAMESPACE}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}


def _extension(call: Call) -> list[Object]:
    columns = [("Target", ".spec.targetClusterName"), ("Gateway", ".spec.gatewayAddress")]
    found = [
        manifests.namespace(mesh.EXTENSION),
        manifests.crd(
            "multicluster.linkerd.io",
            "Link",
            ["v1alpha1", "v1alpha2", "v1alpha3"],
            columns=columns,
        ),
    ]
    if call.on("--gateway", default=True):
        image = "gcr.io/google_containers/pause:3.2"
        found.append(
            manifests.workload(
                "Deployment", "linkerd-gateway", image, namespace=mesh.EXTENSION, port=4143
            )
        )
        found.append(
            manifests.service(
                "linkerd-gateway",
                [("mc-gateway", 4143, 4143), ("mc-probe", 4191, 4191)],
                namespace=mesh.EXTENSION,
                kind="LoadBalancer",
            )
        )
    for one in call.flags.get("--set", ()):
        key, _, value = one.partition("=")
        if key.endswith(".link.ref.name"):
            image = f"cr.l5d.io/linkerd/controller:{VERSION}"
            name = f"controller-{value}"
            found.append(manifests.workload("Deployment", name, image, namespace=mesh.EXTENSION))
        elif not key.endswith(".gateway.enabled"):
            raise unknown("linkerd", f"--set {key} of `multicluster install`")
    return found


def _link(call: Call, cluster: Cluster) -> list[Object]:
    name = call.flag("--cluster-name")
    if not name:
        raise ProgramError("Error: You need to specify cluster name")
    gateway = call.on("--gateway", default=True)
    address = mesh.gateway(cluster) if gateway else ""
    if gateway and not address:
        raise ProgramError("Error: the linkerd-gateway service has no address")
    server = call.flag("--api-server-address") or cluster.server
    config = kubeconfig.config(name, {"server": server}, {"token": "simulated"})
    packed = base64.b64encode(json.dumps(config).encode()).decode()
    secrets = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "mirror.linkerd.io/remote-kubeconfig",
            "metadata": {"name": f"cluster-credentials-{name}", "namespace": where},
            "data": {"kubeconfig": packed},
        }
        for where in (mesh.EXTENSION, mesh.NAMESPACE)
    ]
    spec: Object = {
        "targetClusterName": name,
        "targetClusterDomain": "cluster.local",
        "targetClusterLinkerdNamespace": mesh.NAMESPACE,
        "clusterCredentialsSecret": f"cluster-credentials-{name}",
        "selector": {"matchLabels": {mesh.EXPORTED: "true"}},
        "remoteDiscoverySelector": {"matchLabels": {mesh.EXPORTED: "remote-discovery"}},
    }
    if gateway:
        spec |= {
            "gatewayAddress": address,
            "gatewayPort": str(mesh.GATEWAY_PORT),
            "gatewayIdentity": "linkerd-gateway.linkerd-multicluster.serviceaccount.identity."
            "linkerd.cluster.local",
            "probeSpec": {"path": "/ready", "port": "4191", "period": "3s", "timeout": "30s"},
        }
    link = {
        "apiVersion": "multicluster.linkerd.io/v1alpha3",
        "kind": "Link",
        "metadata": {"name": name, "namespace": mesh.EXTENSION},
        "spec": spec,
    }
    return [*secrets, link]


def _endpoints(call: Call, cluster: Cluster) -> Answer:
    rows: list[tuple[str, ...]] = [("NAMESPACE", "IP", "PORT", "POD", "SERVICE")]
    for word in call.words:
        host, _, port = word.partition(":")
        name, _, rest = host.partition(".")
        namespace = rest.partition(".")[0]
        if not rest.endswith(".svc.cluster.local"):
            raise ProgramError(f"Destination API error: invalid authority: {word}")
        found = mesh.behind(cluster, namespace, name, port)
        rows += [(namespace, ip, str(at), pod, f"{name}.{namespace}") for ip, at, pod in found]
    if len(rows) == 1:
        return Answer(stderr="No endpoints found.\n", status=1)
    return Answer(aligned(rows))


def _documents(found: Iterable[Object]) -> str:
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return "".join(f"---\n{yaml.dump(one, Dumper=dumper, sort_keys=False)}" for one in found)
