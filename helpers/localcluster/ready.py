"""Waiting for a cluster that has just been made or started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.localcluster.plan import Plan, line

if TYPE_CHECKING:
    from helpers.localcluster.model import Cluster
    from helpers.localcluster.plan import Action


def nodes(plan: Plan, cluster: Cluster, after: Action | None) -> Action:
    """Add the wait for all nodes of a cluster, and return it.

    Args:
        plan: Where it is added.
        cluster: The cluster.
        after: What makes it or starts it; None if it is there.
    """
    # A node that has not registered yet is no resource to wait for.
    waited = line(
        *("kubectl", "--context", cluster.name, "wait", "nodes", "--all"),
        *("--for=condition=Ready", "--timeout=60s"),
        tries=5,
    )
    return plan.add(cluster.name, "all nodes ready", waited, after)
