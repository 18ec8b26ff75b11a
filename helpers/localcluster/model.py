"""What definitions say: clusters, the network that they share, and the places of both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Address = IPv4Address | IPv6Address
Range = IPv4Network | IPv6Network
"""A range of addresses, a CIDR: of pods, of services, of a load balancer's pool."""


class Provider(StrEnum):
    """What makes a cluster's nodes."""

    KIND = "kind"
    K3D = "k3d"


class Family(Enum):
    """An address family; its value is the IP version."""

    V4 = 4
    V6 = 6


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in a file; line and column are 1-based, 0 for the file as a whole."""

    file: Path
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else str(self.file)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong: a sentence, and where; None for the command line."""

    place: Place | None
    text: str

    def __str__(self) -> str:
        return f"{self.place}: error: {self.text}" if self.place else f"localcluster: {self.text}"


class DefinitionError(Exception):
    """Definitions that cannot be used.

    Attributes:
        problems: All that is wrong with them, at least one thing: each once, in the order of its
            place, the command line last.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(dict.fromkeys(problems), key=_order))
        super().__init__("\n".join(map(str, self.problems)))


def _order(problem: Problem) -> tuple[bool, Place | None]:
    return problem.place is None, problem.place


@dataclass(frozen=True, slots=True)
class Link:
    """A cluster's wish to see another one's exported services.

    Attributes:
        to: The name of the other cluster.
        gateway: Through its gateway, instead of from pod to pod.
    """

    to: str
    gateway: bool


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster as it is defined; docs/localcluster.md has the format.

    Attributes:
        name: Its name, which is that of its kubeconfig context as well.
        provider: What makes its nodes.
        ids: The numbers that its addresses are made of, one a family, IPv4 first.
        pods: The pods' CIDRs, likewise.
        services: The services' CIDRs, likewise.
        pools: The addresses of its load balancers, likewise; in the network's subnets.
        group: The group whose clusters are linked and routed among themselves, or None.
        zone: The `topology.kubernetes.io/zone` of its nodes, or None.
        image: The node image, or None for the provider's default here.
        nodes: How many nodes it has, the control plane's included.
        links: What it links to besides its group.
        place: Where its definition begins.
    """

    name: str
    provider: Provider
    ids: tuple[int, ...]
    pods: tuple[Range, ...]
    services: tuple[Range, ...]
    pools: tuple[Range, ...]
    group: str | None
    zone: str | None
    image: str | None
    nodes: int
    links: tuple[Link, ...]
    place: Place

    @property
    def folder(self) -> Path:
        """The folder of its definition, manifests and issuer."""
        return self.place.file.parent

    @property
    def families(self) -> tuple[Family, ...]:
        """Its address families, IPv4 first."""
        return tuple(Family(pods.version) for pods in self.pods)


@dataclass(frozen=True, slots=True)
class Definition:
    """A cluster, and where its definition says what.

    Attributes:
        cluster: The cluster; it has no pools before it is known which network it is on.
        places: The places of the values of `spec`, by key; of the links, `links.0` and so on; and
            of the name.
        wrong: The keys of `spec`, or `name`, whose values are wrong. What the cluster has of them
            means nothing, but what else it has can be judged.
    """

    cluster: Cluster
    places: Mapping[str, Place]
    wrong: frozenset[str] = frozenset()

    @property
    def ids(self) -> tuple[tuple[int, Family], ...]:
        """Its ids with their families, as far as they are right."""
        cluster = self.cluster
        pairs = zip(cluster.ids, cluster.families, strict=True)
        return () if "subnet" in self.wrong else tuple(pairs)

    def ranges(self, key: str) -> tuple[Range, ...]:
        """Return the CIDRs of `podCIDR` or `serviceCIDR`, as far as they are right."""
        if key in self.wrong or (key not in self.places and "subnet" in self.wrong):
            return ()
        return self.cluster.pods if key == "podCIDR" else self.cluster.services

    def place(self, *keys: str) -> Place:
        """Return the place of the first of `keys` that is there, else of the definition."""
        found = (self.places[key] for key in keys if key in self.places)
        return next(found, self.cluster.place)


@dataclass(frozen=True, slots=True)
class Network:
    """The Docker network that all clusters share.

    Attributes:
        name: Docker's name of it.
        subnets: Its subnets, one a family, IPv4 first.
        nodes: The part of a subnet that Docker takes containers' addresses from, one a family at
            most: none for a family of which Docker may take any address.
        gateways: The host's addresses on it, one a family at most.
    """

    name: str
    subnets: tuple[Range, ...]
    nodes: tuple[Range, ...]
    gateways: tuple[Address, ...]

    def subnet(self, family: Family) -> Range | None:
        """Return its subnet of a family, None where it has none."""
        return next((subnet for subnet in self.subnets if subnet.version == family.value), None)
