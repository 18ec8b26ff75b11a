"""`route`: each node knows the way to the pods of the clusters that it works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.localcluster.model import Family
from helpers.localcluster.plan import Plan, Shell, line
from helpers.localcluster.task import routed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from helpers.localcluster.model import Cluster, Range
    from helpers.localcluster.plan import Action
    from helpers.localcluster.task import Task


def plan(task: Task) -> Plan:
    """Plan the routes from and to the wanted clusters.

    Raises:
        TaskError: None of them is there.
    """
    plan = Plan()
    add(plan, task, task.present(), {})
    return plan


def add(
    plan: Plan, task: Task, clusters: Iterable[Cluster], made: Mapping[str, Action | None]
) -> None:
    """Add the routes between clusters and their peers that are there, both ways.

    Args:
        plan: Where they are added.
        task: What they are part of.
        clusters: The clusters.
        made: What makes a cluster usable, by its name, for those that come into being.
    """
    names = {cluster.name for cluster in clusters}
    for source in task.every:
        for to in task.every:
            concerned = source is not to and routed(source, to) and names & {source.name, to.name}
            if concerned and all(one.name in made or task.there(one) for one in (source, to)):
                between(plan, task, source, to, made.get(source.name), made.get(to.name))


def between(
    plan: Plan, task: Task, source: Cluster, to: Cluster, *after: Action | None
) -> Action | None:
    """Add the routes from each of a cluster's nodes to another's pods; return the last one."""
    last = None
    for pods in to.pods:
        family = Family(pods.version)
        if family not in source.families:
            continue  # its nodes' pods have no address to send from
        for node in task.nodes(source):
            way = line(
                *("docker", "exec", node, *_ip(pods), "route", "replace", str(pods)),
                *("via", Shell('"$NODE"')),
                given=task.address(to, family),
            )
            last = plan.add(source.name, f"the way to {to.name}'s pods", way, *after)
    return last


def forget(plan: Plan, task: Task, gone: Cluster, *after: Action | None) -> None:
    """Add that no peer's node knows a way to a cluster any more."""
    staying = [c for c in task.every if c not in task.wanted and task.there(c) and routed(c, gone)]
    for peer in staying:
        for pods in gone.pods:
            if Family(pods.version) not in peer.families:
                continue
            for node in task.nodes(peer):
                # Unlike `del`, `flush` is content where there is none.
                flush = line("docker", "exec", node, *_ip(pods), "route", "flush", str(pods))
                plan.add(peer.name, f"no way to {gone.name}'s pods", flush, *after)


def _ip(pods: Range) -> tuple[str, ...]:
    return ("ip",) if pods.version == 4 else ("ip", "-6")
