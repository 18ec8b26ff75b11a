"""`route`: each node knows the way to the pods of the clusters that it works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.localcluster.model import Family
from helpers.localcluster.plan import Shell, line
from helpers.localcluster.task import alone, routed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from helpers.localcluster.model import Cluster, Range
    from helpers.localcluster.plan import Action, Plan
    from helpers.localcluster.task import Task


def plan(task: Task) -> Plan:
    """Plan the routes from and to the wanted clusters.

    Raises:
        TaskError: None of them is there.
    """
    return alone(task, add)


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
    for node, pods in _ways(task, source, to):
        way = line(
            *("docker", "exec", node, *_ip(pods), "route", "replace", str(pods)),
            *("via", Shell('"$NODE"')),
            given=task.address(to, Family(pods.version)),
        )
        last = plan.add(source.name, f"the way to the pods of {to.name}", way, *after)
    return last


def forget(plan: Plan, task: Task, gone: Cluster, *after: Action | None) -> None:
    """Add that no peer's node knows a way to a cluster any more."""
    staying = [c for c in task.every if c not in task.wanted and task.there(c) and routed(c, gone)]
    for peer in staying:
        for node, pods in _ways(task, peer, gone):
            # Unlike `del`, `flush` is content where there is none.
            flush = line("docker", "exec", node, *_ip(pods), "route", "flush", str(pods))
            plan.add(peer.name, f"no way to the pods of {gone.name}", flush, *after)


def _ways(task: Task, source: Cluster, to: Cluster) -> Iterator[tuple[str, Range]]:
    """Yield each of a cluster's nodes with each range of another's pods that concerns it."""
    for pods in to.pods:
        # In a family that the source lacks, its pods have no address to send from.
        if Family(pods.version) in source.families:
            for node in task.nodes(source):
                yield node, pods


def _ip(pods: Range) -> tuple[str, ...]:
    return ("ip",) if pods.version == 4 else ("ip", "-6")
