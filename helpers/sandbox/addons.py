"""What MetalLB and Emissary would do, where they are: address pools, mappings that run."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.sandbox import addresses
from helpers.sandbox.controllers import objects, service
from helpers.sandbox.parts import state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.sandbox.addresses import Network
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
            if _runs(cluster, "emissary"):
                objects.write(cluster, _MAPPINGS, mapping, status={"state": "Running"})


def _runs(cluster: Cluster, name: str) -> bool:
    """Return whether there is a Deployment of a name, in any namespace, that has a pod."""
    return any(
        one["metadata"]["name"] == name and state(one).get("availableReplicas")
        for one in cluster.store.all("deployments.apps")
    )


def _pools(cluster: Cluster) -> None:
    if not _runs(cluster, "metallb-controller"):
        return
    pools = cluster.store.all(_POOLS) if cluster.store.all(_ADVERTISED) else []
    found: list[Network] = []
    for pool in pools:
        for text in pool["spec"].get("addresses") or ():
            # MetalLB's webhook refuses what is no range; here it gives no address.
            with suppress(ValueError):
                found += addresses.ranges(text)
    if tuple(found) != cluster.settings.pools:
        cluster.settings = replace(cluster.settings, pools=tuple(found))
        service.reconcile(cluster)
