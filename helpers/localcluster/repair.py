"""`repair`: after Docker has restarted, nodes may have other addresses than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.localcluster import create, link, multicluster, route
from helpers.localcluster.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.localcluster.model import Cluster, Link
    from helpers.localcluster.task import Task


def plan(task: Task) -> Plan:
    """Plan that nodes run, that contexts and links point to where they are, and routes too.

    Nothing is deleted or installed.

    Raises:
        TaskError: None of the clusters is there.
    """
    plan = Plan(notes=multicluster.notes(task))
    clusters = task.present()
    made = {cluster.name: create.mend(plan, task, cluster) for cluster in clusters}
    route.add(plan, task, clusters, made)
    for source, to, wish in _stale(task):
        link.between(plan, task, source, to, wish, made.get(source.name), made.get(to.name))
    # What stopped clusters are linked to is known once they run.
    plan.again = task.state is not None and not all(
        node.running for cluster in clusters for node in task.state.of(cluster)
    )
    return plan


def _stale(task: Task) -> Iterator[tuple[Cluster, Cluster, Link]]:
    """Yield the links from and to wanted clusters whose credentials point to an old address.

    In a dry run, all that the definitions know of.
    """
    if task.link_gen is None:
        return  # no linkerd, no links
    by_name = {cluster.name: cluster for cluster in task.every}
    for source in filter(task.there, task.every):
        known = multicluster.existing if task.state else multicluster.wished
        for wish in known(task, source).values():
            to = by_name.get(wish.to)
            if to and (source in task.wanted or to in task.wanted) and _moved(task, source, to):
                yield source, to, wish


def _moved(task: Task, source: Cluster, to: Cluster) -> bool:
    """Whether a cluster is not where another one's credentials for it say."""
    if task.state is None:
        return True
    inside = task.state.inside.get(source.name)
    here = task.state.server(to)
    return inside is not None and here != "" and inside.links[to.name].server != here
