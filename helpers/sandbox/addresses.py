"""The addresses of one cluster: of pods, services, load balancers and node ports."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network, summarize_address_range
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Network: TypeAlias = IPv4Network | IPv6Network

NODE_PORTS = range(30000, 32768)
"""kube-apiserver's --service-node-port-range."""

_SEARCHED = 65536


def family(network: Network) -> str:
    """Return "IPv4" or "IPv6"."""
    return f"IPv{network.version}"


def free(network: Network, used: Iterable[str], skip: int = 1) -> str | None:
    """Return the first address of a range that is not in use, None where all are.

    Args:
        network: The range.
        used: Addresses that are taken.
        skip: How many addresses from the range's start on are never given: 1 is the network's own.
            Without any, the last one is given too, which is a network's broadcast address.
    """
    taken = set(used)
    broadcast = skip and network.version == 4 and network.prefixlen < 31
    last = network.num_addresses - (1 if broadcast else 0)
    for offset in range(skip, min(last, _SEARCHED)):
        if (address := str(network[offset])) not in taken:
            return address
    return None


def inside(address: str, network: Network) -> bool:
    """Return whether a text is an address of a range."""
    try:
        return ip_address(address) in network
    except ValueError:
        return False


def ranges(text: str) -> list[Network]:
    """Return what a text means in MetalLB: "192.0.2.0/28", or "192.0.2.3-192.0.2.9".

    Raises:
        ValueError: It is neither.
    """
    first, dash, last = (part.strip() for part in text.partition("-"))
    if not dash:
        return [ip_network(first)]
    start, end = ip_address(first), ip_address(last)
    if start.version == 4 and end.version == 4:
        return list(summarize_address_range(start, end))
    if start.version == 6 and end.version == 6:
        return list(summarize_address_range(start, end))
    raise ValueError(f"{text} is of two families")


def node_range(pods: Network, index: int) -> str:
    """Return the part of a cluster's pod range that its node number `index` has.

    A /24 or a /64 as kube-controller-manager gives it, or all of a smaller range.
    """
    size = 24 if pods.version == 4 else 64
    if pods.prefixlen >= size:
        return str(pods)
    parts: Iterator[Network] = islice(pods.subnets(new_prefix=size), index, None)
    return str(next(parts, pods))
