"""`lb`: addresses for services of type LoadBalancer, by MetalLB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.localcluster import ready
from helpers.localcluster.plan import line
from helpers.localcluster.task import alone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from helpers.localcluster.model import Cluster
    from helpers.localcluster.plan import Action, Plan
    from helpers.localcluster.task import Task

VERSION = "0.16.1"
_REPOSITORY = "https://metallb.github.io/metallb"
_NAMESPACE = "metallb"

# MetalLB's speakers need more than Pod Security's default (https://metallb.io/installation/).
_NAMESPACED = f"""\
apiVersion: v1
kind: Namespace
metadata:
  name: {_NAMESPACE}
  labels:
    pod-security.kubernetes.io/enforce: privileged
    pod-security.kubernetes.io/audit: privileged
    pod-security.kubernetes.io/warn: privileged
"""


def plan(task: Task) -> Plan:
    """Plan MetalLB for the wanted clusters.

    Raises:
        TaskError: None of them is there.
    """
    return alone(task, add)


def add(
    plan: Plan, task: Task, clusters: Iterable[Cluster], made: Mapping[str, Action | None]
) -> None:
    """Add MetalLB and its pools to clusters that do not have them yet.

    Args:
        plan: Where they are added.
        task: What they are part of.
        clusters: The clusters.
        made: What makes a cluster usable, by its name.
    """
    for cluster in clusters:
        if not (task.state and made.get(cluster.name) is None and right(cluster, task)):
            _cluster(plan, cluster, made.get(cluster.name))


def right(cluster: Cluster, task: Task) -> bool:
    """Whether a running cluster has this MetalLB, ready, with these pools."""
    inside = task.state.inside.get(cluster.name) if task.state else None
    return (
        inside is not None
        and inside.chart == f"metallb-{VERSION}"
        and set(inside.pools) == set(cluster.pools)
    )


def _cluster(plan: Plan, cluster: Cluster, after: Action | None) -> None:
    kubectl = ("kubectl", "--context", cluster.name)
    after = ready.nodes(plan, cluster, after)
    namespace = line(*kubectl, "apply", "-f", "-", stdin=_NAMESPACED)
    after = plan.add(
        cluster.name, "a namespace in which MetalLB may use the nodes' network", namespace, after
    )
    chart = line(
        *("helm", "upgrade", "--install", "metallb", "metallb"),
        *("--repo", _REPOSITORY, "--version", VERSION),
        *("--kube-context", cluster.name, "--namespace", _NAMESPACE),
        # Addresses are announced by layer 2 alone; its default, FRR-K8s, is for BGP.
        *("--set", "frrk8s.enabled=false,speaker.frr.enabled=false"),
    )
    after = plan.add(cluster.name, "MetalLB", chart, after)
    for what in ("deployment/metallb-controller", "daemonset/metallb-speaker"):
        rolled = line(*kubectl, "-n", _NAMESPACE, "rollout", "status", what, "--timeout=5m")
        after = plan.add(cluster.name, f"{what.split('-')[-1]} ready", rolled, after)
    # Its webhook answers some time after its controller is ready (metallb/metallb#1597).
    pools = line(*kubectl, "apply", "-f", "-", stdin=_pools(cluster), tries=24)
    plan.add(cluster.name, "its pools, as soon as MetalLB's webhook answers", pools, after)


def _pools(cluster: Cluster) -> str:
    """Return the pools, and the advertisement without which nobody hears of them."""
    addresses = "".join(f"  - {pool}\n" for pool in cluster.pools)
    return f"""\
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: {{name: {cluster.name}, namespace: {_NAMESPACE}}}
spec:
  addresses:
{addresses}---
apiVersion: metallb.io/v1beta1
kind: L2Advertisement
metadata: {{name: {cluster.name}, namespace: {_NAMESPACE}}}
spec: {{ipAddressPools: [{cluster.name}]}}
"""
