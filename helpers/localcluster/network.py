"""The network: as network.yaml defines it, by default, and as Docker has it."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network, ip_interface, ip_network
from typing import TYPE_CHECKING

from helpers.localcluster import addresses
from helpers.localcluster.document import read
from helpers.localcluster.model import Network, Problem
from helpers.localcluster.section import Section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from helpers.localcluster.model import Address, Place, Range

FILE = "network.yaml"
KEYS = ("name", "subnets", "nodes")
NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]*"


def _gateway(subnet: Range) -> Address:
    return subnet.network_address + 1


def nodes_of(subnet: Range) -> Range:
    """Return the part of a subnet that is for nodes if nobody says which.

    Of an IPv4 subnet it is the first quarter, so that of a /24 the ids 4 to E have their pools; of
    an IPv6 subnet the first /112, or the first quarter of what is no larger: Docker has failed on
    IPv6 ranges of a /64 and more (moby/libnetwork#2296).
    """
    prefix = min(subnet.prefixlen + 2, subnet.max_prefixlen)
    if isinstance(subnet, IPv4Network):
        return IPv4Network((subnet.network_address, prefix))
    return IPv6Network((subnet.network_address, max(prefix, 112)))


def _network(name: str, subnets: Sequence[Range], nodes: Sequence[Range]) -> Network:
    ordered = sorted(subnets, key=lambda subnet: subnet.version)
    given = {range_.version: range_ for range_ in nodes}
    return Network(
        name,
        tuple(ordered),
        tuple(given.get(subnet.version) or nodes_of(subnet) for subnet in ordered),
        tuple(map(_gateway, ordered)),
    )


DEFAULT = _network(
    "kind",  # what kind takes if it is not told otherwise
    # Outside of what Docker gives to networks that name no subnet (its default-address-pools).
    (IPv4Network("172.16.100.0/24"), IPv6Network("fd5c:6c8f:2a1e:64::/64")),
    (),
)
"""The network where there is no network.yaml."""


def load(file: Path, problems: list[Problem]) -> Network | None:
    """Return the network that a file defines, None where its subnets are wrong.

    Args:
        file: A network.yaml; docs/localcluster.md has the format.
        problems: Where what is wrong with it is added.
    """
    root = read(file, problems)
    if root is None:
        return None
    top = Section(file, root, within="", keys=KEYS, problems=problems)
    name = top.text(
        "name",
        NAME,
        "a name of letters, digits, `_`, `.` and `-`",
        example="kind",
    )
    example = f"[{', '.join(map(str, DEFAULT.subnets))}]"
    subnets = _ranges(top, "subnets", example, problems)
    nodes = _ranges(top, "nodes", None, problems)
    whole = "subnets" not in top.wrong
    for range_, place in nodes.items():
        beside = [subnet for subnet in subnets if whole or subnet.version == range_.version]
        if beside and not any(addresses.inside(range_, subnet) for subnet in beside):
            problems.append(Problem(place, f"{range_} is not in {' or '.join(map(str, beside))}"))
            top.wrong.add("nodes")
    if whole and not subnets:
        problems.append(Problem(top.places["subnets"], "at least one subnet is needed"))
        whole = False
    if not whole:
        return None
    found = _network(name or DEFAULT.name, list(subnets), list(nodes))
    # Where nodes are is not known then, and no pool may be said to meet them.
    return replace(found, nodes=()) if "nodes" in top.wrong else found


def _ranges(
    top: Section, key: str, example: str | None, problems: list[Problem]
) -> dict[Range, Place]:
    """Return the CIDRs that the texts of `key` are, one a family."""
    ranges: dict[Range, Place] = {}
    for text, place in top.texts(key, "a CIDR", example=example):
        try:
            range_ = addresses.parse(text)
        except ValueError as error:
            problems.append(Problem(place, str(error)))
            top.wrong.add(key)
            continue
        if any(other.version == range_.version for other in ranges):
            second = f"{range_} is the second IPv{range_.version} range here"
            problems.append(Problem(place, second))
            top.wrong.add(key)
            continue
        ranges[range_] = place
    return ranges


def found(name: str, ipam: Sequence[Mapping[str, str]]) -> Network:
    """Return a network that Docker has.

    Args:
        name: Its name.
        ipam: `IPAM.Config` of `docker network inspect`, in any order: entries with `Subnet` and
            perhaps `IPRange` and `Gateway`. Of a family the first one counts.

    Returns:
        It. It has no range for nodes where Docker has none, and no gateway likewise.
    """
    entries: dict[int, Mapping[str, str]] = {}
    for entry in ipam:
        entries.setdefault(ip_network(entry["Subnet"], strict=False).version, entry)
    ordered = [entry for _, entry in sorted(entries.items())]
    return Network(
        name,
        tuple(ip_network(entry["Subnet"], strict=False) for entry in ordered),
        tuple(ip_network(e["IPRange"], strict=False) for e in ordered if e.get("IPRange")),
        # Some versions of Docker write a gateway with its prefix, fc00::1/64.
        tuple(ip_interface(entry["Gateway"]).ip for entry in ordered if entry.get("Gateway")),
    )
