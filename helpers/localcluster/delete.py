"""`delete`: clusters go, with their contexts and the ways to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.localcluster import route
from helpers.localcluster.plan import Plan, line
from helpers.localcluster.providers import maker

if TYPE_CHECKING:
    from helpers.localcluster.model import Cluster
    from helpers.localcluster.plan import Action
    from helpers.localcluster.task import Task


def plan(task: Task) -> Plan:
    """Plan that the wanted clusters go, where they are there; the network stays.

    Who names them has said what shall go; who names none is asked.
    """
    plan = Plan()
    for cluster in task.wanted:
        state = task.state
        if state is None or state.of(cluster):
            if not task.named:
                plan.destroys.append(f"{cluster.name} is deleted")
            route.forget(plan, task, cluster, remove(plan, task, cluster))
        elif {cluster.name, maker(cluster.provider).entry(cluster)} & set(state.servers):
            drop(plan, task, cluster, None)
    return plan


def remove(plan: Plan, task: Task, cluster: Cluster) -> Action:
    """Add that a cluster goes, out of the kubeconfig too; return the last action.

    Who made it says its nodes, not its definition, which may have changed since.
    """
    real = task.state.of(cluster) if task.state else ()
    gone: Action | None = None
    for provider in sorted({node.provider for node in real} or {cluster.provider}):
        as_made = replace(cluster, provider=provider)
        deleted = maker(provider).delete(as_made, cluster.folder / "kubeconfig")
        gone = plan.add(cluster.name, "deleted", deleted, gone)
        gone = drop(plan, task, as_made, gone)
    assert gone  # noqa: S101 - there is one provider at least
    return gone


def drop(plan: Plan, task: Task, cluster: Cluster, after: Action | None) -> Action:
    """Add that a cluster's context goes, with its cluster and user; return that action."""
    entry = maker(cluster.provider).entry(cluster)
    dropped = line(task.program, "kubeconfig", "drop", cluster.name, entry)
    return plan.add(cluster.name, "out of your kubeconfig", dropped, after)
