"""`create`: clusters as they are defined, with addresses for load balancers, and routes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.localcluster import delete, differ, lb, ready, route
from helpers.localcluster.plan import Plan, line
from helpers.localcluster.providers import maker

if TYPE_CHECKING:
    from helpers.localcluster.model import Cluster
    from helpers.localcluster.plan import Action
    from helpers.localcluster.task import Task


def plan(task: Task) -> Plan:
    """Plan what is missing: a cluster that is as it is defined is left alone.

    One that only a new one can mend is deleted first; that stands in `destroys`.
    """
    plan = Plan()
    network = _network(plan, task)
    before = {cluster.name: network for cluster in task.wanted}
    if task.state:
        gone = set()
        for cluster in filter(task.there, task.wanted):
            if wrong := differ.beyond_repair(cluster, task.state):
                sentence = f"{cluster.name} {' and '.join(wrong)}: it is deleted and made anew"
                plan.destroys.append(sentence)
                before[cluster.name] = delete.remove(plan, task, cluster)
                gone.add(cluster.name)
        task = replace(task, state=task.state.without(gone))
    made = {
        cluster.name: mend(plan, task, cluster)
        if task.state and task.there(cluster)
        else _make(plan, task, cluster, before[cluster.name])
        for cluster in task.wanted
    }
    lb.add(plan, task, task.wanted, made)
    route.add(plan, task, task.wanted, made)
    return plan


def _network(plan: Plan, task: Task) -> Action | None:
    """Add the network, where there is none; what it is without our help, fits nobody's plan."""
    if task.state and task.state.network:
        return None
    network = task.network
    options = []
    for subnet, nodes, gateway in zip(
        network.subnets, network.nodes, network.gateways, strict=True
    ):
        options += [f"--subnet={subnet}", f"--ip-range={nodes}", f"--gateway={gateway}"]
    if any(subnet.version == 6 for subnet in network.subnets):
        options.append("--ipv6")
    if not any(subnet.version == 4 for subnet in network.subnets):
        options.append("--ipv4=false")
    why = "the network of all clusters" + ("" if task.state else ", if there is none yet")
    return plan.add("", why, line("docker", "network", "create", *options, network.name))


def mend(plan: Plan, task: Task, cluster: Cluster) -> Action | None:
    """Add that a cluster that is there runs, and is in the kubeconfig with its address of today.

    Returns:
        What makes it usable; None if it is.
    """
    started = None
    if task.state is None or not all(node.running for node in task.state.of(cluster)):
        start = maker(cluster.provider).start(cluster)
        started = plan.add(cluster.name, "its nodes, if they are stopped", start)
    elif task.state.servers.get(cluster.name) == task.state.server(cluster):
        return None
    known = kubeconfig(plan, task, cluster, started, again=True)
    return ready.nodes(plan, cluster, known) if started else known


def _make(plan: Plan, task: Task, cluster: Cluster, after: Action | None) -> Action:
    file = cluster.folder / "kubeconfig"
    made = maker(cluster.provider).create(cluster, task.network, file)
    return kubeconfig(plan, task, cluster, plan.add(cluster.name, "the cluster", made, after))


def kubeconfig(
    plan: Plan, task: Task, cluster: Cluster, after: Action | None, *, again: bool = False
) -> Action:
    """Add what brings a cluster into the kubeconfig, as a context of its name.

    Until the last line that is a file of its own, so that clusters can be made side by side.

    Args:
        plan: Where it is added.
        task: What it is part of.
        cluster: The cluster.
        after: What makes it or starts it.
        again: Whether the cluster was there before.
    """
    file = cluster.folder / "kubeconfig"
    provider = maker(cluster.provider)
    exported = (provider.export_again if again else provider.export)(cluster, file)
    if exported:
        after = plan.add(cluster.name, "its kubeconfig, in a file of its own", exported, after)
    entry = provider.entry(cluster)
    change = ("kubectl", "--kubeconfig", str(file), "config")
    renamed = line(*change, "rename-context", entry, cluster.name)
    after = plan.add(cluster.name, "a context of its name", renamed, after)
    node, server = task.server(cluster)
    moved = line(*change, "set-cluster", entry, "--server", server, given=node)
    after = plan.add(cluster.name, "its API server where other clusters reach it too", moved, after)
    added = line(task.program, "kubeconfig", "add", str(file))
    return plan.add(cluster.name, "into your kubeconfig, which is locked meanwhile", added, after)
