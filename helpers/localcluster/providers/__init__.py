"""The providers of clusters, one module each; this is their registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from helpers.localcluster.model import Provider
from helpers.localcluster.providers import k3d, kind

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.localcluster.model import Cluster, Network
    from helpers.localcluster.plan import Line


class Maker(Protocol):
    """What a provider's module has.

    Every function is told of the cluster as it is defined, and gives names or lines; none runs
    anything. A kubeconfig is always a file for this cluster alone: the one that all clusters share
    is written by nobody but `kubeconfig.py`.
    """

    IMAGE: str
    """The node image of clusters that name none: of a Kubernetes that Linkerd supports."""
    LABEL: str
    """The label of node containers that says whose they are."""

    def nodes(self, cluster: Cluster) -> tuple[str, ...]:
        """Return the names of its containers, the control plane's first."""

    def entry(self, cluster: Cluster) -> str:
        """Return the provider's name of its context, and of its cluster in a kubeconfig."""

    def config(self, cluster: Cluster, network: Network) -> str:
        """Return the provider's configuration file, YAML that ends in a newline."""

    def create(self, cluster: Cluster, network: Network, kubeconfig: Path) -> Line:
        """Return the line that makes it; it leaves other kubeconfigs alone."""

    def export(self, cluster: Cluster, kubeconfig: Path) -> Line | None:
        """Return the line that writes its kubeconfig; None where `create` has done so."""

    def export_again(self, cluster: Cluster, kubeconfig: Path) -> Line:
        """Return the line that writes the kubeconfig of a cluster that there is already."""

    def delete(self, cluster: Cluster, kubeconfig: Path) -> Line:
        """Return the line that deletes it."""

    def start(self, cluster: Cluster) -> Line:
        """Return the line that starts its stopped nodes."""


_MAKERS: dict[Provider, Maker] = {Provider.KIND: kind, Provider.K3D: k3d}


def maker(provider: Provider) -> Maker:
    """Return a provider's module."""
    return _MAKERS[provider]
