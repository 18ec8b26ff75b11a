"""What MetalLB and Emissary would do, where they are: address pools, mappings that run."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from typing import TYPE_CHECKING

from helpers.sandbox.controllers import objects, service
from helpers.sandbox.mesh import available

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.sandbox.cluster import Cluster

_POOLS = "ipaddresspools.metallb.io"
_ADVERTISED = "l2advertisements.metallb.io"
_MAPPINGS = "tcpmappings.getambassador.io"

wants = objects.of(_POOLS, _ADVERTISED, _MAPPINGS, "deployments.apps")


def reconcile(clusters: Mapping[str, Cluster]) -> None:
    """Give load balancers the addresses of MetalLB's pools; say of mappings that they run."""
    for cluster in clusters.values():
        _pools(cluster)
        for mapping in cluster.store.all(_MAPPINGS):
            if available(cluster, "emissary", "emissary"):
                objects.write(cluster, _MAPPINGS, mapping, status={"state": "Running"})


def _pools(cluster: Cluster) -> None:
    if not available(cluster, "metallb", "metallb-controller"):
        return
    pools = cluster.store.all(_POOLS) if cluster.store.all(_ADVERTISED) else []
    found = []
    for pool in pools:
        for text in pool["spec"].get("addresses") or ():
            try:
                found.append(ip_network(text))
            except ValueError:
                continue  # a range with a dash, which the sandbox does not simulate
    if tuple(found) != cluster.settings.pools:
        cluster.settings = replace(cluster.settings, pools=tuple(found))
        service.reconcile(cluster)
