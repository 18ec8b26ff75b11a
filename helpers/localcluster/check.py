"""What is wrong with clusters that are each well defined: together, and on their network."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from helpers.localcluster import addresses
from helpers.localcluster.addresses import NODE_PREFIX, family_of, name
from helpers.localcluster.model import Family, Problem, Provider
from helpers.localcluster.section import meant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from helpers.localcluster.model import Address, Definition, Network, Place, Range

# What kubeadm (cmd/kubeadm/app/constants) and kube-apiserver take: a service range of 20 bits at
# most and ten addresses at least; a pod range of 16 bits more than a node's at most.
_SERVICES_WIDEST, _SERVICES_NARROWEST, _PODS_WIDEST = 20, 4, 16


def together(definitions: Sequence[Definition], known: Collection[str]) -> Iterator[Problem]:
    """Yield what is wrong with clusters beside each other, whatever their network.

    Args:
        definitions: The clusters.
        known: The names that links may be to: those of clusters that are wrong, too.
    """
    yield from _names(definitions)
    yield from _ids(definitions)
    for definition in definitions:
        yield from _sizes(definition)
        yield from _links(definition, known)
    yield from _strangers(definitions)


def on(
    definitions: Sequence[Definition], network: Network, taken: Mapping[Address, str]
) -> Iterator[Problem]:
    """Yield what is wrong with clusters on a network.

    Args:
        definitions: The clusters.
        network: The network, which may be any.
        taken: The addresses that are in use on it, and by what.
    """
    yield from _overlaps(definitions, network)
    for definition in definitions:
        cluster = definition.cluster
        if cluster.provider is Provider.K3D and network.subnet(Family.V4) is None:
            text = f"the network `{network.name}` has no IPv4 subnet, which k3d needs"
            yield Problem(definition.place("provider"), text)
        elif cluster.provider is Provider.K3D and not any(g.version == 4 for g in network.gateways):
            # k3d 5.9 asks for it when it makes a cluster (pkg/runtimes/docker/network.go).
            text = (
                f"the network `{network.name}` was made without `--gateway`, and k3d needs one; "
                f"remove it (docker network rm {network.name}), and it is made anew"
            )
            yield Problem(definition.place("provider"), text)
        for number, family in zip(cluster.ids, cluster.families, strict=True):
            yield from _pool(definition, number, family, network, taken)


def _names(definitions: Iterable[Definition]) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for definition in definitions:
        cluster = definition.cluster
        if cluster.name in first:
            text = f"the cluster `{cluster.name}` is already defined in {first[cluster.name].file}"
            yield Problem(cluster.place, text)
        first.setdefault(cluster.name, cluster.place)


def _ids(definitions: Iterable[Definition]) -> Iterator[Problem]:
    first: dict[tuple[int, Family], Definition] = {}
    for definition in definitions:
        cluster = definition.cluster
        for number, family in zip(cluster.ids, cluster.families, strict=True):
            other = first.setdefault((number, family), definition)
            if other is not definition:
                text = f"the {name(family)} id {number:X} is already used by {_whose(other)}"
                yield Problem(definition.place("subnet"), text)


def _whose(definition: Definition) -> str:
    return f"`{definition.cluster.name}` ({definition.cluster.place.file})"


def _sizes(definition: Definition) -> Iterator[Problem]:
    cluster = definition.cluster
    for pods in cluster.pods:
        most = NODE_PREFIX[family_of(pods)]
        if pods.prefixlen > most or (1 << (most - pods.prefixlen)) < cluster.nodes:
            yield _too_narrow(definition, pods)
        elif most - pods.prefixlen > _PODS_WIDEST:
            widest = most - _PODS_WIDEST
            text = f"the pods' range {pods} is wider than Kubernetes takes; /{widest} is the widest"
            yield Problem(definition.place("podCIDR"), text)
    for services in cluster.services:
        bits = services.max_prefixlen - services.prefixlen
        if not _SERVICES_NARROWEST <= bits <= _SERVICES_WIDEST:
            narrowest, widest = (
                services.max_prefixlen - limit for limit in (_SERVICES_NARROWEST, _SERVICES_WIDEST)
            )
            text = f"the services' range {services} is not between /{widest} and /{narrowest}"
            yield Problem(definition.place("serviceCIDR"), text)


def _too_narrow(definition: Definition, pods: Range) -> Problem:
    cluster = definition.cluster
    pairs = list(zip(cluster.ids, cluster.families, strict=True))
    wide = [addresses.wide(number, family) for number, family in pairs]
    pod_cidr, service_cidr = (",".join(str(pair[which]) for pair in wide) for which in (0, 1))
    nodes = "a node" if cluster.nodes == 1 else f"{cluster.nodes} nodes"
    return Problem(
        definition.place("podCIDR", "nodes"),
        f"the pods' range {pods} is too narrow for {nodes}, each of which has"
        f" a /{NODE_PREFIX[family_of(pods)]} of it;"
        f" write `podCIDR: {pod_cidr}` and `serviceCIDR: {service_cidr}`",
    )


def _links(definition: Definition, known: Collection[str]) -> Iterator[Problem]:
    seen = set()
    for row, link in enumerate(definition.cluster.links):
        place = definition.place(f"links.{row}")
        if link.to == definition.cluster.name:
            yield Problem(place, f"`{link.to}` links to itself")
        elif link.to not in known:
            yield Problem(
                place, f"unknown cluster `{link.to}`; {meant(link.to, sorted(known), 'clusters')}"
            )
        elif link.to in seen:
            yield Problem(place, f"`{definition.cluster.name}` links to `{link.to}` twice")
        seen.add(link.to)


def _strangers(definitions: Sequence[Definition]) -> Iterator[Problem]:
    """Yield clusters that are to reach each other and have no address family in common."""
    by_name = {definition.cluster.name: definition for definition in definitions}
    pairs: list[tuple[Place, Definition, Definition]] = []
    first: dict[tuple[str, tuple[Family, ...]], Definition] = {}
    for definition in definitions:
        cluster = definition.cluster
        for row, link in enumerate(cluster.links):
            if link.to in by_name:
                pairs.append((definition.place(f"links.{row}"), definition, by_name[link.to]))
        if cluster.group:
            first.setdefault((cluster.group, cluster.families), definition)
            for families in ((Family.V4,), (Family.V6,)):
                other = first.get((cluster.group, families))
                if other:
                    pairs.append((definition.place("group"), definition, other))
    for place, one, other in pairs:
        if not set(one.cluster.families) & set(other.cluster.families):
            text = f"`{one.cluster.name}` has no address family in common with {_whose(other)}"
            mend = "enable one in both, or keep them out of one group and unlinked"
            yield Problem(place, f"{text}; {mend}")


def _pool(
    definition: Definition,
    number: int,
    family: Family,
    network: Network,
    taken: Mapping[Address, str],
) -> Iterator[Problem]:
    refusal = addresses.refusal(number, family, network)
    subnet = network.subnet(family)
    if subnet is None:
        yield Problem(definition.place(f"{family.name.lower()}Enabled"), str(refusal))
        return
    if refusal:
        yield Problem(
            definition.place("subnet"),
            f"the {name(family)} id {number:X} cannot be used in the network `{network.name}`:"
            f" {refusal}; ids that can: {addresses.fitting(family, network)}",
        )
        return
    pool = addresses.pool(number, subnet)
    for address, user in taken.items():
        if pool and address in pool:
            text = f"the load balancers' addresses {pool} hold {address}, which is that of {user}"
            yield Problem(definition.place("subnet"), text)


class _Owned(NamedTuple):
    """A range that is somebody's: the network's, where there is no definition."""

    range: Range
    what: str
    definition: Definition | None
    key: str


def _overlaps(definitions: Iterable[Definition], network: Network) -> Iterator[Problem]:
    owned = [
        _Owned(subnet, f"the network `{network.name}`", None, "") for subnet in network.subnets
    ]
    for definition in definitions:
        for what, key, ranges in (
            ("the pods' range", "podCIDR", definition.cluster.pods),
            ("the services' range", "serviceCIDR", definition.cluster.services),
        ):
            owned += [_Owned(range_, what, definition, key) for range_ in ranges]
    # Of two CIDRs that meet, one holds the other; the outer one comes first.
    owned.sort(key=lambda one: (one.range.version, one.range.network_address, one.range.prefixlen))
    outer = owned[0]
    for one in owned[1:]:
        if not addresses.overlap(outer.range, one.range):
            outer = one
        elif not _same_id(outer.definition, one.definition, family_of(one.range)):
            told, other = (one, outer) if one.definition else (outer, one)
            if told.definition:
                whose = f" of {_whose(other.definition)}" if other.definition else ""
                yield Problem(
                    told.definition.place(told.key, "subnet"),
                    f"{told.what} {told.range} meets {other.range}, {other.what}{whose}",
                )


def _same_id(one: Definition | None, other: Definition | None, family: Family) -> bool:
    """Whether two clusters have the same id, which is told as such."""
    if one is None or other is None or one is other:
        return False
    ids = (dict(zip(each.cluster.families, each.cluster.ids, strict=True)) for each in (one, other))
    first, second = (by_family.get(family) for by_family in ids)
    return first == second
