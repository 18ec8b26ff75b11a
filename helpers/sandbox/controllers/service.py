"""Load balancers: an address from the cluster's own pool for each Service that asks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.addresses import family, free, inside
from helpers.sandbox.controllers import objects
from helpers.sandbox.parts import ingress, state

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

wants = objects.of("services")


def reconcile(cluster: Cluster) -> None:
    """Give addresses to load balancers that have none, and take them from what is none any more."""
    for service in cluster.store.all("services"):
        held = ingress(service)
        if service["spec"].get("type") != "LoadBalancer":
            if held:
                objects.write(cluster, "services", service, status={"loadBalancer": {}})
        elif not held and (found := _addresses(cluster, service)):
            entries = [{"ip": address, "ipMode": "VIP"} for address in found]
            status = {**state(service), "loadBalancer": {"ingress": entries}}
            objects.write(cluster, "services", service, status=status)
            text = f"Assigned IP {found} (simulated)"
            objects.tell(cluster, service, "IPAllocated", text, "sandbox")


def _addresses(cluster: Cluster, service: Object) -> list[str]:
    used = {one.get("ip", "") for other in cluster.store.all("services") for one in ingress(other)}
    asked = service["spec"].get("loadBalancerIP")
    out = []
    for name in service["spec"].get("ipFamilies") or ():
        for pool in cluster.settings.pools:
            if family(pool) != name:
                continue
            if asked and inside(asked, pool):
                address = None if asked in used else asked
            else:
                address = free(pool, used, 0)
            if address:
                out.append(address)
                break
    return out
