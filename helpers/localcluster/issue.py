"""`certs`: the trust anchor that all clusters share, and an issuer each; see `certs.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.localcluster.plan import Plan, line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.localcluster.model import Cluster
    from helpers.localcluster.plan import Action
    from helpers.localcluster.task import Task


def plan(task: Task) -> Plan:
    """Plan what is missing, foreign or near its end; with `force`, all of it anew.

    Raises:
        CertificateError: The trust anchor would be replaced under other clusters' issuers.
    """
    plan = Plan()
    add(plan, task, task.wanted, renew=task.force)
    return plan


def add(
    plan: Plan, task: Task, clusters: Iterable[Cluster], *, renew: bool = False
) -> Action | None:
    """Add that clusters have good issuers; None where they have them.

    It is one line for all of them, since they may have to share a new trust anchor.
    """
    clusters = tuple(clusters)
    what = "a trust anchor and an issuer a cluster, where they are missing or near their end"
    if task.state:
        from helpers.localcluster import certs

        orders = certs.decide(task.trust, clusters, task.every, renew=renew)
        if not orders:
            return None
        what = "; ".join(f"{order.cluster or 'trust anchor'}: {order.reason}" for order in orders)
    issued = line(
        *(task.program, "issue", *(("--renew",) if renew else ())),
        *("--trust-dir", str(task.trust), task.folders),
        *(cluster.name for cluster in clusters),
    )
    return plan.add("", what, issued)
