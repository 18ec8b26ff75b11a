"""The API's own Service and its Endpoints: made again at once where somebody deletes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.addresses import family
from helpers.sandbox.controllers import objects

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

wants = objects.of("services", "endpoints")


def reconcile(cluster: Cluster) -> None:
    """Make what is not there."""
    meta: Object = {"name": "kubernetes", "namespace": "default"}
    if not cluster.store.get("services", "default", "kubernetes"):
        labels = {"component": "apiserver", "provider": "kubernetes"}
        port = {"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}
        spec = fixed(cluster, 1) | {"ports": [port]}
        objects.make(cluster, "services", {"metadata": meta | {"labels": labels}, "spec": spec})
    if not cluster.store.get("endpoints", "default", "kubernetes"):
        hosts = [node.addresses[0] for node in cluster.settings.nodes[:1] if node.addresses]
        subset = {
            "addresses": [{"ip": host} for host in hosts],
            "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}],
        }
        objects.make(cluster, "endpoints", {"metadata": meta, "subsets": [subset]})


def fixed(cluster: Cluster, offset: int) -> Object:
    """Return the spec of a Service that has an address of its own in the range of Services."""
    network = cluster.settings.services[0]
    address = str(network[offset])
    return {
        "type": "ClusterIP",
        "clusterIP": address,
        "clusterIPs": [address],
        "ipFamilies": [family(network)],
        "ipFamilyPolicy": "SingleStack",
    }
