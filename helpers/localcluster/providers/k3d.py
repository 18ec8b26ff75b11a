"""Clusters of k3d (5.9): https://k3d.io/stable/usage/configfile/."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from helpers.localcluster.model import Family
from helpers.localcluster.plan import Shell, line

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.localcluster.model import Cluster, Network
    from helpers.localcluster.plan import Line

IMAGE = "rancher/k3s:v1.35.5-k3s1"
LABEL = "k3d.cluster"

# ServiceLB gives a port of the node to one service only and fights MetalLB (k3s-io/k3s#1969).
_DISABLED = "servicelb,traefik,metrics-server"


def nodes(cluster: Cluster) -> tuple[str, ...]:
    """Return the names that k3d gives: k3d-NAME-server-0, k3d-NAME-agent-0."""
    agents = [f"agent-{number}" for number in range(cluster.nodes - 1)]
    return tuple(f"k3d-{cluster.name}-{role}" for role in ("server-0", *agents))


def entry(cluster: Cluster) -> str:
    """Return what k3d calls it in a kubeconfig."""
    return f"k3d-{cluster.name}"


def config(cluster: Cluster, network: Network) -> str:
    """Return k3d's configuration file.

    Nodes take their addresses from the interface of flannel: both families, which dual stack needs
    (k3s-io/k3s#11735), and anew at each start, so that a node lives on when Docker has given it
    another one (k3d-io/k3d#1637). Docker chooses the host's port for the API server, as for kind.
    """
    server = [
        f"--cluster-cidr={','.join(map(str, cluster.pods))}",
        f"--service-cidr={','.join(map(str, cluster.services))}",
        f"--disable={_DISABLED}",
    ]
    arguments = [(argument, "server:*") for argument in server]
    if Family.V6 in cluster.families:
        arguments += [("--flannel-iface=eth0", "all")]
    text = (
        "apiVersion: k3d.io/v1alpha5\n"
        "kind: Simple\n"
        f"metadata: {{name: {cluster.name}}}\n"
        "servers: 1\n"
        f"agents: {cluster.nodes - 1}\n"
        f"image: {cluster.image or IMAGE}\n"
        f"network: {network.name}\n"
        'kubeAPI: {hostIP: "127.0.0.1", hostPort: "0"}\n'
        "options:\n"
        "  k3d: {disableLoadbalancer: true}\n"
        "  kubeconfig: {updateDefaultKubeconfig: false, switchCurrentContext: false}\n"
        "  k3s:\n"
        "    extraArgs:\n"
    )
    for argument, where in arguments:
        text += f'      - {{arg: "{argument}", nodeFilters: ["{where}"]}}\n'
    if cluster.zone:
        label = f"topology.kubernetes.io/zone={cluster.zone}"
        text += f'    nodeLabels:\n      - {{label: "{label}", nodeFilters: ["all"]}}\n'
    return text


def create(cluster: Cluster, network: Network, kubeconfig: Path) -> Line:
    """Return `k3d cluster create`, which writes no kubeconfig."""
    return line("k3d", "cluster", "create", "--config", "-", stdin=config(cluster, network))


def export(cluster: Cluster, kubeconfig: Path) -> Line:
    """Return `k3d kubeconfig merge`, into a file of the cluster's own."""
    return line("k3d", "kubeconfig", "merge", cluster.name, "--output", str(kubeconfig))


export_again = export


def delete(cluster: Cluster, kubeconfig: Path) -> Line:
    """Return `k3d cluster delete`, kept from the kubeconfig that all share.

    k3d writes that one whole and without a lock (pkg/client/kubeconfig.go), and fails where
    KUBECONFIG names several. It wants a file that is there.
    """
    then = Shell("&&")
    instead = Shell(f"KUBECONFIG={quote(str(kubeconfig))}")
    return line(
        *("touch", str(kubeconfig), then),
        *(instead, "k3d", "cluster", "delete", cluster.name, then),
        *("rm", str(kubeconfig)),
    )


def start(cluster: Cluster) -> Line:
    """Return `k3d cluster start`."""
    return line("k3d", "cluster", "start", cluster.name)
