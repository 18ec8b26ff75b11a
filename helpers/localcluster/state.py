"""What is there now: Docker's network and nodes, and the contexts of the kubeconfig.

Only read, and never for a dry run. What is inside a running cluster is read by `inside.py`.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_interface
from typing import TYPE_CHECKING

from helpers.localcluster import failures, kubeconfig
from helpers.localcluster.errors import LocalclusterError
from helpers.localcluster.model import Family, Provider
from helpers.localcluster.providers import maker
from helpers.localcluster.values import at, items, text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from helpers.localcluster.inside import Inside
    from helpers.localcluster.model import Address, Cluster, Network


_GONE = r"no such|network \S+ not found"
"""What Docker says of what is not there."""


_CONTROL = {"control-plane", "server"}  # the roles of kind and of k3d
_NODES = {*_CONTROL, "worker", "agent"}


class StateError(LocalclusterError):
    """State that cannot be read; its text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node's container.

    Attributes:
        name: The container's name.
        cluster: The name of the cluster that it says it belongs to.
        provider: Who made it.
        control: Whether it has the control plane.
        running: Whether it runs.
        image: The image that it was made of.
        addresses: Its addresses on the network, IPv4 first; none while it is stopped.
    """

    name: str
    cluster: str
    provider: Provider
    control: bool
    running: bool
    image: str
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class State:
    """What is there.

    Attributes:
        network: The network as Docker has it, or None.
        taken: The addresses in use on it, each with its container's name.
        nodes: The nodes of all clusters of kind and k3d, the control plane's first.
        servers: Each kubeconfig context's API server.
        inside: What running clusters say of themselves, by name, as far as it was asked for; None
            for one that did not answer.
    """

    network: Network | None
    taken: Mapping[Address, str]
    nodes: tuple[Node, ...]
    servers: Mapping[str, str]
    inside: Mapping[str, Inside | None] = field(default_factory=dict)

    def of(self, cluster: Cluster) -> tuple[Node, ...]:
        """Return the nodes that bear a cluster's name, whoever made them."""
        return tuple(node for node in self.nodes if node.cluster == cluster.name)

    def without(self, clusters: Collection[str]) -> State:
        """Return the state once clusters of these names are gone."""
        return replace(self, nodes=tuple(n for n in self.nodes if n.cluster not in clusters))

    def server(self, cluster: Cluster) -> str:
        """Return the URL of a cluster's API server by its node's address, "" if it does not run."""
        for node in self.of(cluster):
            for address in node.addresses:
                if node.control and Family(address.version) in cluster.families:
                    return url(address)
        return ""


NOTHING = State(None, {}, (), {})
"""What a command starts from that is about nothing of Docker's."""


def url(address: Address) -> str:
    """Return the URL of the API server at a node's address."""
    return f"https://[{address}]:6443" if address.version == 6 else f"https://{address}:6443"


def read(network: str) -> State:
    """Ask Docker and the kubeconfig.

    Args:
        network: The name of the network that the nodes' addresses are on.

    Raises:
        StateError: Docker cannot be asked, or says what we do not understand.
        KubeconfigError: The kubeconfig cannot be read.
    """
    nodes = [node for provider in Provider for node in _nodes(provider, network)]
    nodes.sort(key=lambda node: (not node.control, node.name))
    return State(*_network(network), tuple(nodes), kubeconfig.servers())


def _nodes(provider: Provider, network: str) -> list[Node]:
    """Return the nodes of a provider's clusters.

    Load balancers are none, except where nothing else is left of a cluster: its name is taken by
    them too, and kind and k3d refuse to make another one.
    """
    label = maker(provider).LABEL
    listed = _docker("ps", "--all", "--no-trunc", "--filter", f"label={label}")
    names = [text(one, "ID") for one in listed]
    every = [
        (_role(one), _node(one, provider, network))
        for one in (_inspect("inspect", *names) if names else ())
    ]
    whole = {node.cluster for role, node in every if role in _NODES}
    return [node for role, node in every if role in _NODES or node.cluster not in whole]


def _network(name: str) -> tuple[Network | None, dict[Address, str]]:
    """Return the network of this name, and who is on it; a container may have the name too."""
    from helpers.localcluster.network import found

    listed = [
        text(each, "ID")
        for each in _docker("network", "ls", "--no-trunc")
        if text(each, "Name") == name
    ]
    inspected = next(iter(_inspect("network", "inspect", *listed) if listed else ()), None)
    if inspected is None:
        return None, {}
    configs = (at(one) for one in items(inspected, "IPAM", "Config"))
    ipam = [{key: str(value) for key, value in c.items()} for c in configs if isinstance(c, dict)]
    taken = {}
    members = at(inspected, "Containers")
    for member in members.values() if isinstance(members, dict) else ():
        for key in ("IPv4Address", "IPv6Address"):
            if written := text(member, key):
                taken[ip_interface(written).ip] = text(member, "Name")
    return found(name, ipam), taken


def _role(one: object) -> str:
    """Return what kind or k3d calls a container's part in its cluster."""
    labels = ("Config", "Labels")
    return text(one, *labels, "io.x-k8s.kind.role") or text(one, *labels, "k3d.role")


def _node(one: object, provider: Provider, network: str) -> Node:
    """Return what `docker inspect` says of a container."""
    end = ("NetworkSettings", "Networks", network)
    addresses = [text(one, *end, key) for key in ("IPAddress", "GlobalIPv6Address")]
    return Node(
        name=text(one, "Name").removeprefix("/"),
        cluster=text(one, "Config", "Labels", maker(provider).LABEL),
        provider=provider,
        control=_role(one) in _CONTROL,
        running=at(one, "State", "Running") is True,
        image=text(one, "Config", "Image"),
        # Docker 29 writes "invalid IP" where there is none.
        addresses=tuple(ip_address(each) for each in addresses if each not in {"", "invalid IP"}),
    )


def _docker(*words: str) -> list[object]:
    """Return what a docker command says, an object a line."""
    status, said, error = _ask(*words)
    if status:
        raise _refused(error)
    return said


def _inspect(*words: str) -> list[object]:
    """Return what `docker … inspect` says of what is still there.

    Between the list and this question, things may go: of them Docker says that they are not there,
    and ends with 1.
    """
    status, said, error = _ask(*words)
    if status and any(not re.search(_GONE, row, re.I) for row in error.splitlines() if row.strip()):
        raise _refused(error)
    return said


def _ask(*words: str) -> tuple[int, list[object], str]:
    """Run a docker command; return its exit status, what it says and its error."""
    argv = ["docker", *words, "--format", "{{json .}}"]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    except FileNotFoundError:
        raise StateError("docker is not on PATH; clusters are made of its containers") from None
    except subprocess.TimeoutExpired:
        raise StateError("Docker does not answer; `docker info` would tell why") from None
    try:
        said: list[object] = [json.loads(row) for row in done.stdout.splitlines() if row.strip()]
    except json.JSONDecodeError:
        raise StateError(f"`{' '.join(argv)}` does not print JSON") from None
    return done.returncode, said, done.stderr


def _refused(error: str) -> StateError:
    said = error.strip().splitlines()
    known = failures.explain(error)
    mend = f"\n    {known.meaning}: {known.mend}" if known else ""
    return StateError(f"Docker cannot be asked: {said[-1] if said else 'no reason given'}{mend}")
