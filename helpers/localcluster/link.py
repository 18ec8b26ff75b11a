"""`link`: a cluster sees another one's exported services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.localcluster import linkerd, multicluster, route
from helpers.localcluster.plan import Plan, line
from helpers.localcluster.task import TaskError, routed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.localcluster.model import Cluster, Link
    from helpers.localcluster.plan import Action
    from helpers.localcluster.task import Task


def plan(task: Task) -> Plan:
    """Plan the link that is asked for, else those of the wanted clusters' definitions.

    Raises:
        TaskError: There is nothing to link, a cluster is not there, or no linkerd is.
    """
    wanted = [
        (source, link)
        for source in task.present()
        for link in ((task.link,) if task.link else source.links)
    ]
    if not wanted:
        raise TaskError(
            "no links: none of these definitions has `links`; name two clusters: "
            f"{task.program} link --src A --dst B {task.folders}"
        )
    plan = Plan(notes=multicluster.notes(task))
    add(plan, task, wanted)
    return plan


def add(plan: Plan, task: Task, wanted: Iterable[tuple[Cluster, Link]]) -> None:
    """Add links, with the multicluster extension on both sides, and the check of each source.

    Args:
        plan: Where they are added.
        task: What they are part of.
        wanted: Which cluster shall see which.

    Raises:
        TaskError: A cluster is not there, or no linkerd is.
    """
    linkerd.need(task)
    pairs = [(source, _there(task, link.to), link) for source, link in wanted]
    both = dict.fromkeys(cluster for source, to, _ in pairs for cluster in (source, to))
    installed = {
        cluster.name: multicluster.install(
            plan, task, cluster, [link for source, _, link in pairs if source is cluster]
        )
        for cluster in both
    }
    made: dict[str, list[Action | None]] = {}
    for source, to, link in pairs:
        after: list[Action | None] = [installed[source.name], installed[to.name]]
        if link.gateway:
            after.append(_address(plan, to, installed[to.name]))
        elif not routed(source, to):
            after.append(route.between(plan, task, source, to))
            after.append(route.between(plan, task, to, source))
        made.setdefault(source.name, []).append(between(plan, task, source, to, link, *after))
    for name, links in made.items():
        checked = line("linkerd", "--context", name, "multicluster", "check")
        plan.add(name, "until its links are well", checked, *links)


def between(
    plan: Plan, task: Task, source: Cluster, to: Cluster, link: Link, *after: Action | None
) -> Action:
    """Add one link: what the other cluster gives away, put into this one."""
    # Not what the kubeconfig says: that may be an address for the host alone (linkerd2#5373).
    node, server = task.server(to)
    linked = line(
        *("linkerd", "--context", to.name, "multicluster"),
        *("link-gen" if task.link_gen else "link", "--cluster-name", to.name),
        *(() if link.gateway else ("--gateway=false",)),
        *("--api-server-address", server),
        into=("kubectl", "--context", source.name, "apply", "-f", "-"),
        given=node,
    )
    how = "by its gateway" if link.gateway else "from pod to pod"
    return plan.add(source.name, f"linked to {to.name}, {how}", linked, *after)


def _there(task: Task, name: str) -> Cluster:
    (cluster,) = [each for each in task.every if each.name == name]
    if not task.there(cluster):
        raise TaskError(
            f"{name} is not there; make it first: {task.program} create {task.folders} {name}"
        )
    return cluster


def _address(plan: Plan, to: Cluster, after: Action) -> Action:
    """Add the wait for a gateway's address; `link` fails where there is none yet."""
    waited = line(
        *("kubectl", "--context", to.name, "-n", "linkerd-multicluster"),
        *("wait", "service/linkerd-gateway"),
        *("--for=jsonpath={.status.loadBalancer.ingress[0].ip}", "--timeout=5m"),
    )
    return plan.add(to.name, "until its gateway has an address", waited, after)
