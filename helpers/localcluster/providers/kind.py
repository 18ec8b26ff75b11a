"""Clusters of kind (0.32): https://kind.sigs.k8s.io/docs/user/configuration/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.localcluster.model import Family
from helpers.localcluster.plan import Shell, line

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.localcluster.model import Cluster, Network
    from helpers.localcluster.plan import Line

# kind 0.32's own default is Kubernetes 1.36; Linkerd 2.20 supports 1.31 to 1.35.
IMAGE = "kindest/node:v1.35.0"
LABEL = "io.x-k8s.kind.cluster"

_FAMILIES = {(Family.V4,): "ipv4", (Family.V6,): "ipv6", (Family.V4, Family.V6): "dual"}


def nodes(cluster: Cluster) -> tuple[str, ...]:
    """Return the names that kind gives: NAME-control-plane, NAME-worker, NAME-worker2."""
    workers = [f"worker{number if number > 1 else ''}" for number in range(1, cluster.nodes)]
    return tuple(f"{cluster.name}-{role}" for role in ("control-plane", *workers))


def entry(cluster: Cluster) -> str:
    """Return what kind calls it in a kubeconfig."""
    return f"kind-{cluster.name}"


def config(cluster: Cluster, network: Network) -> str:
    """Return kind's configuration file, IPv4 first: IPv6 first misbehaves (aojea/kindnet#10).

    Docker chooses the host's port for the API server (pkg/cluster/internal/providers/common,
    getport.go). kind would look for a free one, which another program may have taken by the time
    the node is made; nothing here uses it.
    """
    text = (
        "kind: Cluster\n"
        "apiVersion: kind.x-k8s.io/v1alpha4\n"
        "networking:\n"
        "  apiServerPort: -1\n"
        f"  ipFamily: {_FAMILIES[cluster.families]}\n"
        f'  podSubnet: "{",".join(map(str, cluster.pods))}"\n'
        f'  serviceSubnet: "{",".join(map(str, cluster.services))}"\n'
        "nodes:\n"
    )
    for number in range(cluster.nodes):
        text += f"  - role: {'worker' if number else 'control-plane'}\n"
        if cluster.zone:
            text += f'    labels: {{topology.kubernetes.io/zone: "{cluster.zone}"}}\n'
    return text


def create(cluster: Cluster, network: Network, kubeconfig: Path) -> Line:
    """Return `kind create cluster`, with its kubeconfig in a file of its own.

    kind's lock on a kubeconfig doesn't wait (pkg/cluster/internal/kubeconfig, lock.go), so two of
    them must not share one.
    """
    # kind's network has this name unless it is told another.
    other = (Shell(f"KIND_EXPERIMENTAL_DOCKER_NETWORK={network.name}"),)
    return line(
        *(other if network.name != "kind" else ()),
        *("kind", "create", "cluster", "--name", cluster.name),
        *("--image", cluster.image or IMAGE),
        *("--kubeconfig", str(kubeconfig), "--config", "-"),
        stdin=config(cluster, network),
    )


def export(cluster: Cluster, kubeconfig: Path) -> None:
    """Return nothing: `create` has written the kubeconfig."""


def export_again(cluster: Cluster, kubeconfig: Path) -> Line:
    """Return `kind export kubeconfig`."""
    return line(
        *("kind", "export", "kubeconfig", "--name", cluster.name, "--kubeconfig", str(kubeconfig))
    )


def delete(cluster: Cluster, kubeconfig: Path) -> Line:
    """Return `kind delete cluster`."""
    return line(
        *("kind", "delete", "cluster", "--name", cluster.name, "--kubeconfig", str(kubeconfig))
    )


def start(cluster: Cluster) -> Line:
    """Return `docker start`: kind has no command for it."""
    return line("docker", "start", *nodes(cluster))
