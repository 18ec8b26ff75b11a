"""The machine that the programs act on: a Docker network, nodes on it, and the clusters of those.

Its network has addresses for documentation (RFC 5737, RFC 3849), so that none is anybody's.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Literal

from helpers.sandbox.cluster import Node
from helpers.sandbox.programs.call import ProgramError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.programs.helm import Release
    from helpers.sandbox.sandbox import Sandbox

Provider = Literal["kind", "k3d"]

NETWORK = "kind"
MADE = "2026-01-01T00:00:00Z"

_KUBERNETES = re.compile(r":v(\d+\.\d+\.\d+)")


@dataclass(frozen=True, slots=True)
class Part:
    """A subnet of a Docker network."""

    subnet: str
    range: str
    """Where nodes get their addresses, "" for all of it."""
    gateway: str


@dataclass(frozen=True, slots=True)
class Network:
    """A Docker network, with a part for each family of addresses."""

    name: str
    parts: tuple[Part, ...]

    @property
    def id(self) -> str:
        """What Docker knows it by."""
        return _id(f"network {self.name}")


PARTS = (
    Part("192.0.2.0/24", "192.0.2.0/26", "192.0.2.1"),
    Part("2001:db8::/64", "2001:db8::/112", "2001:db8::1"),
)
"""Of the network that there is from the start."""


@dataclass(frozen=True, slots=True)
class Container:
    """A node."""

    name: str
    cluster: str
    provider: Provider
    role: str
    image: str
    network: str
    addresses: tuple[str, ...]
    running: bool = True

    def address(self, family: int) -> str:
        """Return its address of a family, 4 or 6, "" for none."""
        return next((one for one in self.addresses if ip_address(one).version == family), "")

    @property
    def state(self) -> str:
        """What Docker calls its state."""
        return "running" if self.running else "exited"

    @property
    def id(self) -> str:
        """What Docker knows it by."""
        return _id(f"container {self.name} {self.addresses}")

    @property
    def labels(self) -> dict[str, str]:
        """Its labels, as its provider gives them."""
        if self.provider == "kind":
            return {
                "io.x-k8s.kind.cluster": self.cluster,
                "io.x-k8s.kind.role": self.role,
            }
        return {"app": "k3d", "k3d.cluster": self.cluster, "k3d.role": self.role}


@dataclass(slots=True)
class Machine:
    """What there is."""

    sandbox: Sandbox
    proxy: str = ""
    """The URL of the proxy by which the nodes' addresses lead to their clusters."""
    ranges: Path | None = None
    """Where the ranges of pods and Services are written, one a line, for `curl` to know them."""
    networks: dict[str, Network] = field(default_factory=dict)
    containers: dict[str, Container] = field(default_factory=dict)
    releases: dict[str, dict[tuple[str, str], Release]] = field(default_factory=dict)
    """Helm's, by cluster, and by namespace and name."""
    routes: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of each node, by range: by way of which address."""

    def __post_init__(self) -> None:
        """Begin with the one network that there is."""
        self.networks[NETWORK] = Network(NETWORK, PARTS)

    def of(self, cluster: str) -> list[Container]:
        """Return a cluster's nodes."""
        return [one for one in self.containers.values() if one.cluster == cluster]

    def clusters(self, provider: Provider) -> list[str]:
        """Return the names of a provider's clusters, sorted."""
        made = {one.cluster for one in self.containers.values() if one.provider == provider}
        return sorted(made & self.sandbox.clusters.keys())  # others are still being made

    def at(self, address: str) -> str:
        """Return the cluster that has a node at an address, "" for none."""
        for one in self.containers.values():
            if address in one.addresses and one.running:
                return one.cluster
        return ""

    async def create(
        self,
        name: str,
        provider: Provider,
        *,
        nodes: Iterable[tuple[str, str, dict[str, str]]],
        image: str,
        network: str,
        pods: Iterable[str],
        services: Iterable[str],
    ) -> Cluster:
        """Make a cluster of nodes: name, role and labels each. The image's tag tells its version.

        Raises:
            ProgramError: There is no such network, or a range is none.
        """
        pods, services = list(pods), list(services)
        if network not in self.networks:
            raise ProgramError(f"network {network} not found")
        made, nodes = [], list(nodes)
        try:
            families = [ip_network(one).version for one in pods]
            for node, role, labels in nodes:
                addresses = tuple(self._address(part) for part in self.networks[network].parts)
                container = Container(node, name, provider, role, image, network, addresses)
                self.containers[node] = container
                own = [one for one in addresses if ip_address(one).version in families]
                control = role in ("control-plane", "server")
                # k3d's servers take pods, and so does kind's control plane where it is alone.
                tainted = control and provider == "kind" and len(nodes) > 1
                one = Node(node, tuple(own), labels, control_plane=control, tainted=tainted)
                made.append(one)
            found = _KUBERNETES.search(image)
            cluster = await self.sandbox.add(
                name,
                version=found[1] if found else "1.35.0",
                pods=pods,
                services=services,
                pools=(),
                nodes=made,
                hosts=[address for one in self.of(name) for address in one.addresses],
            )
        except (ValueError, ProgramError) as error:
            self._forget(name)
            raise ProgramError(str(error)) from None
        if self.ranges:
            with self.ranges.open("a", encoding="utf-8") as file:
                file.writelines(f"{one}\n" for one in (*pods, *services))
        return cluster

    async def delete(self, name: str) -> None:
        """Take a cluster away."""
        self.releases.pop(name, None)
        await self.sandbox.remove(name)
        self._forget(name)

    def run(self, name: str, *, running: bool) -> None:
        """Start or stop a node.

        Raises:
            ProgramError: There is none of that name.
        """
        if name not in self.containers:
            raise ProgramError(f"Error response from daemon: No such container: {name}")
        self.containers[name] = replace(self.containers[name], running=running)

    def _forget(self, cluster: str) -> None:
        self.containers = {k: v for k, v in self.containers.items() if v.cluster != cluster}

    def _address(self, part: Part) -> str:
        used = {address for one in self.containers.values() for address in one.addresses}
        for address in itertools.islice(ip_network(part.range or part.subnet).hosts(), 4096):
            if str(address) not in used | {part.gateway}:
                return str(address)
        raise ProgramError(f"no address is left in {part.range or part.subnet}")


def _id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
