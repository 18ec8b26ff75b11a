"""The addresses that follow from a cluster's ids: of pods, services and load balancers."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_interface, ip_network
from typing import TYPE_CHECKING

from helpers.localcluster.model import Family

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.localcluster.model import Network, Range

HIGHEST = {Family.V4: 0xFF, Family.V6: 0xFFFF}
"""The highest id of a family: it is the second byte of 10.x.1.0, the second group of fd00:x:1::."""

NODE_PREFIX = {Family.V4: 24, Family.V6: 64}
"""What each node has of a cluster's pod range (kube-controller-manager's --node-cidr-mask-size)."""


def pods(number: int, family: Family) -> Range:
    """Return the pod range of an id: a single node's."""
    if family is Family.V4:
        return IPv4Network(f"10.{number}.1.0/24")
    return IPv6Network(f"fd00:{number:x}:1::/64")


def services(number: int, family: Family) -> Range:
    """Return the service range of an id."""
    if family is Family.V4:
        return IPv4Network(f"10.{number}.2.0/24")
    return IPv6Network(f"fd00:{number:x}:2::/112")


def wide(number: int, family: Family) -> tuple[Range, Range]:
    """Return pod and service ranges of an id with room for 128 nodes."""
    if family is Family.V4:
        return IPv4Network(f"10.{number}.0.0/17"), IPv4Network(f"10.{number}.128.0/17")
    return IPv6Network(f"fd00:{number:x}:1::/56"), services(number, family)


def pool(number: int, subnet: Range) -> Range | None:
    """Return the load balancers' addresses of an id, None where the subnet has no room for it.

    IPv4: the 16 addresses from id·16 on in the last /24 of the subnet, or in the one that holds
    it; ids from 16 on are in the /24 before that, and so on. So in a /24 an id is where it is read
    in hexadecimal, and in a wider subnet the low ids are far from the low addresses that Docker
    gives to nodes.

    IPv6: the id is the first whole 16-bit group behind the subnet's prefix, but not before the
    fifth; what follows is a /96, or a /112 where the prefix leaves no more.
    """
    if isinstance(subnet, IPv4Network):
        last = int(subnet.broadcast_address) & ~0xFF
        start = last - number // 16 * 0x100 + number % 16 * 0x10
        if start < 0:
            return None
        range_: Range = IPv4Network((start, 28))
    else:
        behind = max(64, -(-subnet.prefixlen // 16) * 16) + 16
        if behind > 112:
            return None
        start = int(subnet.network_address) | number << (128 - behind)
        range_ = IPv6Network((start, max(96, behind)))
    return range_ if inside(range_, subnet) else None


def pools(ids: Iterable[int], families: Iterable[Family], network: Network) -> tuple[Range, ...]:
    """Return the pools of a cluster in a network, as far as it has room for them.

    Args:
        ids: The cluster's ids.
        families: The families that they are of.
        network: Any network: one that was there already may have any size.
    """
    subnets = (network.subnet(family) for family in families)
    found = (pool(number, subnet) for number, subnet in zip(ids, subnets, strict=True) if subnet)
    return tuple(range_ for range_ in found if range_)


def refusal(number: int, family: Family, network: Network) -> str | None:
    """Return why the pool of an id cannot be used in a network, None where it can."""
    subnet = network.subnet(family)
    if subnet is None:
        return f"the network `{network.name}` has no {name(family)} subnet"
    found = pool(number, subnet)
    if found is None:
        return f"its pool would be outside of {subnet}"
    held = [(subnet.network_address, "the network's own address")]
    held += [(gateway, "the gateway") for gateway in network.gateways]
    if family is Family.V4:
        held.append((subnet.broadcast_address, "the broadcast address"))
    for address, what in held:
        if address in found:
            return f"its pool {found} holds {what}, {address}"
    nodes = [nodes for nodes in network.nodes if overlap(nodes, found)]
    return f"its pool {found} meets {nodes[0]}, which is for nodes" if nodes else None


@lru_cache(maxsize=4)
def fitting(family: Family, network: Network) -> str:
    """Return the ids whose pools can be used, in words: "4-E"; of IPv6 ids, the low ones."""
    highest = min(HIGHEST[family], 0xFF)
    good = [number for number in range(highest + 1) if refusal(number, family, network) is None]
    spans: list[list[int]] = []
    for number in good:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    texts = [f"{low:X}-{high:X}" if low < high else f"{low:X}" for low, high in spans]
    return ", ".join(texts) or "none"


def name(family: Family) -> str:
    """Return "IPv4" or "IPv6"."""
    return f"IP{family.name.lower()}"


def family_of(range_: Range) -> Family:
    """Return the family of a range."""
    return Family(range_.version)


def overlap(one: Range, other: Range) -> bool:
    """Return whether two ranges have an address in common."""
    return one.version == other.version and one.overlaps(other)


def inside(part: Range, whole: Range) -> bool:
    """Return whether a range is part of another one."""
    if isinstance(part, IPv4Network):
        return isinstance(whole, IPv4Network) and part.subnet_of(whole)
    return isinstance(whole, IPv6Network) and part.subnet_of(whole)


def parse(text: str) -> Range:
    """Return the CIDR that `text` is.

    Raises:
        ValueError: It is none; the message says what was expected.
    """
    expected = f"`{text}` is not a CIDR such as 10.12.0.0/16 or fd00:c1::/48"
    # Without this, netmasks, scopes and single addresses would pass.
    if not re.fullmatch(r"[0-9A-Fa-f.:]+/[0-9]{1,3}", text, re.ASCII):
        raise ValueError(expected)
    try:
        found = ip_network(text, strict=False)
    except ValueError:
        raise ValueError(expected) from None
    if ip_interface(text).ip != found.network_address:
        raise ValueError(f"`{text}` is an address within a range; the range is {found}")
    return found
