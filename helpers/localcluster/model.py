"""What definitions say: clusters, the network that they share, and the places of both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file; line and column are 1-based."""

    file: Path
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a definition: a sentence, and where."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}: error: {self.text}"


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
        pods: The pods' CIDRs, one a family, IPv4 first.
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
class Network:
    """The Docker network that all clusters share.

    Attributes:
        name: Docker's name of it.
        subnets: Its subnets, one a family, IPv4 first.
        nodes: Where Docker may take node addresses from: a part of each subnet, likewise.
        gateways: The addresses of the host on it, likewise.
    """

    name: str
    subnets: tuple[Range, ...]
    nodes: tuple[Range, ...]
    gateways: tuple[Address, ...]
