"""`multicluster`: Linkerd's multicluster extension, with a controller for each linked cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.localcluster import linkerd
from helpers.localcluster.model import Link
from helpers.localcluster.plan import Plan, line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.localcluster.model import Cluster
    from helpers.localcluster.plan import Action
    from helpers.localcluster.task import Task


def notes(task: Task) -> list[str]:
    """Return what a plan takes for granted because a dry run asks nobody."""
    kept = "A run keeps the controllers of links that there are already."
    return [] if task.state else [linkerd.NEWEST, kept]


def plan(task: Task) -> Plan:
    """Plan the extension for the wanted clusters.

    Raises:
        TaskError: None of them is there, or no linkerd is.
    """
    linkerd.need(task)
    plan = Plan(notes=notes(task))
    for cluster in task.present():
        install(plan, task, cluster)
    return plan


def install(plan: Plan, task: Task, cluster: Cluster, links: Iterable[Link] = ()) -> Action:
    """Add the extension: with a gateway if some cluster links to it by one, else without.

    Since link-gen, it has the controllers too: of the links that there are and of those that are
    being made. One without its link would wait for credentials, and `check` would wait for it.

    Args:
        plan: Where it is added.
        task: What it is part of.
        cluster: The cluster that gets it.
        links: Its links that are being made.
    """
    options: list[str] = []
    if not _has_gateway(task, cluster):
        options.append("--gateway=false")
    wanted = existing(task, cluster) | {link.to: link for link in links}
    for number, link in enumerate(wanted.values() if task.link_gen else ()):
        controller = f"controllers[{number}]"
        gateway = str(link.gateway).lower()
        options += ["--set", f"{controller}.link.ref.name={link.to}"]
        options += ["--set", f"{controller}.gateway.enabled={gateway}"]
    installed = line(
        *("linkerd", "--context", cluster.name, "multicluster", "install", *options),
        into=("kubectl", "--context", cluster.name, "apply", "-f", "-"),
    )
    return plan.add(cluster.name, "Linkerd's multicluster extension", installed)


def existing(task: Task, cluster: Cluster) -> dict[str, Link]:
    """Return the links that a cluster has, however it came by them; none in a dry run."""
    inside = task.state.inside.get(cluster.name) if task.state else None
    return {to: Link(to, peer.gateway) for to, peer in inside.links.items()} if inside else {}


def wished(task: Task, cluster: Cluster) -> dict[str, Link]:
    """Return the links that a cluster shall have: to its group, and those of its definition."""
    group = [
        Link(other.name, gateway=False)
        for other in task.every
        if other is not cluster and cluster.group is not None and cluster.group == other.group
    ]
    asked = [task.link] if task.link and cluster in task.wanted else []
    return {link.to: link for link in (*group, *cluster.links, *asked)}


def _has_gateway(task: Task, cluster: Cluster) -> bool:
    """Whether some cluster links to this one by its gateway."""
    return any(
        link.gateway and link.to == cluster.name
        for other in task.every
        for link in (wished(task, other) | existing(task, other)).values()
    )
