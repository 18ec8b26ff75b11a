"""What a command is asked to do: with which clusters, on what ground."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.localcluster.errors import LocalclusterError
from helpers.localcluster.model import Family
from helpers.localcluster.plan import Given, Plan, Shell
from helpers.localcluster.providers import maker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from helpers.localcluster.model import Cluster, Link, Network
    from helpers.localcluster.plan import Action
    from helpers.localcluster.state import State


class TaskError(LocalclusterError):
    """A command that cannot do what it is asked; its text says why and what to do."""

    status = 1


@dataclass(frozen=True, slots=True)
class Task:
    """What a command works with.

    Attributes:
        every: All clusters that the folders define.
        wanted: Those that were asked for, in that order.
        named: Whether they were asked for by name, and not all of them by none.
        network: The network, as Docker has it where there is one.
        state: What is there; None for a dry run, which knows nothing and plans everything.
        program: What calls us, for lines in which we are called again.
        folders: The folders as they were given.
        trust: The folder of the trust anchor.
        force: Whether to destroy without asking.
        link: For `link`: the link that the one wanted cluster shall have.
        link_gen: Whether the installed linkerd has `multicluster link-gen`; None for no linkerd.
    """

    every: tuple[Cluster, ...]
    wanted: tuple[Cluster, ...]
    network: Network
    named: bool = True
    state: State | None = None
    program: str = "./localcluster"
    folders: str = "clusters"
    trust: Path = Path("certs")
    force: bool = False
    link: Link | None = None
    link_gen: bool | None = True

    def there(self, cluster: Cluster) -> bool:
        """Whether a cluster is there; in a dry run all are taken to be."""
        return self.state is None or bool(self.state.of(cluster))

    def present(self) -> tuple[Cluster, ...]:
        """Return the wanted clusters that are there.

        Raises:
            TaskError: None is.
        """
        found = tuple(cluster for cluster in self.wanted if self.there(cluster))
        if not found:
            names = " ".join(cluster.name for cluster in self.wanted)
            raise TaskError(
                f"none of these clusters is there: {names}; "
                f"make them first: {self.program} create {self.folders} {names}"
            )
        return found

    def nodes(self, cluster: Cluster) -> tuple[str, ...]:
        """Return the names of a cluster's nodes: the real ones, or those that it will have."""
        real = self.state.of(cluster) if self.state else ()
        return tuple(node.name for node in real) or maker(cluster.provider).nodes(cluster)

    def address(self, cluster: Cluster, family: Family) -> Given:
        """Return NODE, the address of a cluster's control plane, asked for when a line runs."""
        key = "IPAddress" if family is Family.V4 else "GlobalIPv6Address"
        template = f'{{{{(index .NetworkSettings.Networks "{self.network.name}").{key}}}}}'
        return Given("NODE", ("docker", "inspect", "-f", template, self.nodes(cluster)[0]))

    def server(self, cluster: Cluster) -> tuple[Given, Shell]:
        """Return NODE and the word for the URL of a cluster's API server."""
        family = cluster.families[0]
        host = "$NODE" if family is Family.V4 else "[$NODE]"
        return self.address(cluster, family), Shell(f'"https://{host}:6443"')


def alone(
    task: Task,
    add: Callable[[Plan, Task, Iterable[Cluster], Mapping[str, Action | None]], None],
) -> Plan:
    """Plan a part of `create` by itself, for the wanted clusters that are there.

    Args:
        task: What it is part of.
        add: Adds that part to a plan, for clusters of which nothing is being made.

    Raises:
        TaskError: None of the clusters is there.
    """
    plan = Plan()
    add(plan, task, task.present(), {})
    return plan


def routed(one: Cluster, other: Cluster) -> bool:
    """Whether two clusters reach each other's pods: in one group, or linked from pod to pod."""
    if one.group is not None and one.group == other.group:
        return True
    return any(
        link.to == to.name and not link.gateway
        for source, to in ((one, other), (other, one))
        for link in source.links
    )
