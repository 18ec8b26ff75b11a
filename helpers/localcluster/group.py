"""`group`: the clusters of a group see each other's exported services, from pod to pod."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from helpers.localcluster import link, multicluster
from helpers.localcluster.model import Link
from helpers.localcluster.plan import Plan
from helpers.localcluster.task import TaskError

if TYPE_CHECKING:
    from helpers.localcluster.task import Task


def plan(task: Task) -> Plan:
    """Plan the links between the wanted clusters and the others of their groups, both ways.

    A cluster that names no group is in none.

    Raises:
        TaskError: No two of them are there, or no linkerd is.
    """
    wanted = task.present()
    pairs = [
        (source, Link(to.name, gateway=False))
        for source, to in permutations(filter(task.there, task.every), 2)
        if source.group is not None
        and source.group == to.group
        and (source in wanted or to in wanted)
    ]
    if not pairs:
        names = ", ".join(cluster.name for cluster in wanted)
        raise TaskError(f"nothing to link: no cluster of a group with {names} is there")
    plan = Plan(notes=multicluster.notes(task))
    link.add(plan, task, pairs)
    return plan
