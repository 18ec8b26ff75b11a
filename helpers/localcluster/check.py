"""What is wrong with clusters that are each well defined: together, and on their network."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from helpers.localcluster import addresses
from helpers.localcluster.addresses import NODE_PREFIX, family_of, name
from helpers.localcluster.model import Family, Problem, Provider
from helpers.localcluster.section import meant
from helpers.localcluster.sma import FAMILY_KEYS, expected

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from helpers.localcluster.model import Address, Definition, Network, Place, Range

# What kubeadm (cmd/kubeadm/app/constants) and kube-apiserver take: a service range of 20 bits at
# most and ten addresses at least; a pod range of 16 bits more than a node's at most.
_SERVICES_WIDEST, _SERVICES_NARROWEST, _PODS_WIDEST = 20, 4, 16

_TOLD = 3  # of the ranges that one meets: a /8 meets those of all clusters


def together(definitions: Sequence[Definition], known: Collection[str]) -> Iterator[Problem]:
    """Yield what is wrong with clusters beside each other, whatever their network.

    Args:
        definitions: The clusters.
        known: The names that links may be to: those of clusters that are wrong, too.
    """
    yield from _names(definitions)
    twice = list(_ids_twice(definitions))
    for definition, number, family, other in twice:
        text = f"the {name(family)} id {number:X} is already used by {_whose(other)}"
        yield Problem(definition.place("subnet"), text)
    yield from _overlaps(definitions, {(one.cluster.place, family) for one, _, family, _ in twice})
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
    subnets = [_Owned(subnet, f"the network `{network.name}`") for subnet in network.subnets]
    for definition in definitions:
        cluster = definition.cluster
        for owned in _owned(definition):
            met = [subnet for subnet in subnets if addresses.overlap(owned.range, subnet.range)]
            if met:
                yield owned.meets(met)
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
        for number, family in definition.ids:
            yield from _pool(definition, number, family, network, taken)


def _names(definitions: Iterable[Definition]) -> Iterator[Problem]:
    # Of two definitions of a name, the one in the folder of that name is right.
    named = [one for one in definitions if "name" not in one.wrong]
    named.sort(key=lambda one: one.cluster.name != expected(one.cluster.place.file))
    first: dict[str, Definition] = {}
    for definition in named:
        called, file = definition.cluster.name, definition.cluster.place.file
        other = first.setdefault(called, definition)
        if other is not definition:
            text = f"the cluster `{called}` is already defined in {other.cluster.place.file}"
            yield Problem(definition.place("name"), text)
        elif called != expected(file):
            text = f"expected the name of its folder, `{expected(file)}`, found `{called}`"
            yield Problem(definition.place("name"), f"{text}; change one of them")


def _ids_twice(
    definitions: Iterable[Definition],
) -> Iterator[tuple[Definition, int, Family, Definition]]:
    """Yield what has an id that another one has already, the id, its family, and that other one."""
    first: dict[tuple[int, Family], Definition] = {}
    for definition in definitions:
        for number, family in definition.ids:
            other = first.setdefault((number, family), definition)
            if other is not definition:
                yield definition, number, family, other


def _whose(definition: Definition) -> str:
    return f"`{definition.cluster.name}` ({definition.cluster.place.file})"


def _sizes(definition: Definition) -> Iterator[Problem]:
    narrow = []
    for pods in definition.ranges("podCIDR"):
        most = NODE_PREFIX[family_of(pods)]
        if pods.prefixlen > most or (1 << (most - pods.prefixlen)) < definition.cluster.nodes:
            narrow.append(pods)
        elif most - pods.prefixlen > _PODS_WIDEST:
            widest = most - _PODS_WIDEST
            text = f"the pods' range {pods} is wider than Kubernetes takes; /{widest} is the widest"
            yield Problem(definition.place("podCIDR"), text)
    if narrow:
        yield _too_narrow(definition, narrow)
    for services in definition.ranges("serviceCIDR"):
        bits = services.max_prefixlen - services.prefixlen
        if not _SERVICES_NARROWEST <= bits <= _SERVICES_WIDEST:
            narrowest, widest = (
                services.max_prefixlen - limit for limit in (_SERVICES_NARROWEST, _SERVICES_WIDEST)
            )
            text = f"the services' range {services} is not between /{widest} and /{narrowest}"
            yield Problem(definition.place("serviceCIDR"), text)


def _too_narrow(definition: Definition, ranges: Sequence[Range]) -> Problem:
    count = definition.cluster.nodes
    nodes = "a node" if count == 1 else f"{count} nodes"
    parts = " and ".join(f"a /{NODE_PREFIX[family_of(pods)]} of {pods}" for pods in ranges)
    text = f"the pods' range is too narrow for {nodes}, each of which has {parts}"
    if definition.ids:
        wide = [addresses.wide(number, family) for number, family in definition.ids]
        pod_cidr, service_cidr = (",".join(str(pair[which]) for pair in wide) for which in (0, 1))
        text += f"; write `podCIDR: {pod_cidr}` and `serviceCIDR: {service_cidr}`"
    return Problem(definition.place("podCIDR", "nodes"), text)


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
    definitions = [one for one in definitions if not one.wrong & set(FAMILY_KEYS.values())]
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
        if family is Family.V6 or definition.cluster.provider is not Provider.K3D:  # told of k3d
            yield Problem(definition.place(FAMILY_KEYS[family]), str(refusal))
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
    definition: Definition | None = None
    key: str = ""

    @property
    def written(self) -> bool:
        """Whether it stands in the definition, and does not follow from an id."""
        return self.definition is not None and self.key in self.definition.places

    def meets(self, others: Sequence[_Owned]) -> Problem:
        """Return the problem that it has addresses in common with others."""
        told = [str(other) for other in others[:_TOLD]]
        if len(others) > _TOLD:
            told.append(f"and {len(others) - _TOLD} more")
        place = self.definition.place(self.key, "subnet") if self.definition else None
        return Problem(place, f"{self.what} {self.range} meets {'; '.join(told)}")

    def __str__(self) -> str:
        whose = f" of {_whose(self.definition)}" if self.definition else ""
        return f"{self.range}, {self.what}{whose}"


def _owned(definition: Definition) -> Iterator[_Owned]:
    """Yield the ranges of a cluster, as far as they are right."""
    for what, key in (("the pods' range", "podCIDR"), ("the services' range", "serviceCIDR")):
        for range_ in definition.ranges(key):
            yield _Owned(range_, what, definition, key)


def _overlaps(
    definitions: Iterable[Definition], twice: Collection[tuple[Place, Family]]
) -> Iterator[Problem]:
    """Yield clusters' ranges that meet, each with all that it meets and that is not told there.

    Args:
        definitions: The clusters.
        twice: The definitions whose id of a family is used already. What follows from such an id
            meets the same of the other one, and goes with it.
    """
    owned = [
        one
        for definition in definitions
        for one in _owned(definition)
        if one.written or (definition.cluster.place, family_of(one.range)) not in twice
    ]
    # Of two CIDRs that meet, one holds the other; the outer one comes first.
    owned.sort(key=lambda one: (one.range.version, one.range.network_address, one.range.prefixlen))
    met: dict[int, list[_Owned]] = {}
    outer: list[int] = []
    for row, one in enumerate(owned):
        while outer and not addresses.overlap(owned[outer[-1]].range, one.range):
            outer.pop()
        for holder in outer:
            # What is written is told, rather than what follows from an id.
            told = holder if owned[holder].written and not one.written else row
            met.setdefault(told, []).append(owned[row + holder - told])
        outer.append(row)
    for row, others in met.items():
        yield owned[row].meets(others)
