"""What `linkerd check` and `linkerd multicluster check` look at, and how they tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.sandbox import mesh as state
from helpers.sandbox.programs.call import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.sandbox.cluster import Cluster

CONTROL = ("linkerd-identity", "linkerd-destination", "linkerd-proxy-injector")
"""The Deployments of the control plane."""
_DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of what is checked."""

    what: str
    why: str = ""
    """Why it is not so, "" where it is."""
    about: tuple[str, ...] = ()
    """Names, a line each."""


Sections = dict[str, list[Check]]

_CLUSTER: Sections = {
    "kubernetes-api": [Check("can initialize the client"), Check("can query the Kubernetes API")],
    "kubernetes-version": [Check("is running the minimum Kubernetes API version")],
}
"""What is well in every cluster of a sandbox."""


def before(cluster: Cluster) -> Sections:
    """Return what `check --pre` looks at, before Linkerd is installed."""
    there = cluster.store.get("namespaces", "", state.NAMESPACE)
    why = f'The "{state.NAMESPACE}" namespace already exists' if there else ""
    return {
        **_CLUSTER,
        "pre-kubernetes-setup": [
            Check("control plane namespace does not already exist", why),
            Check("can create non-namespaced resources"),
        ],
    }


def mesh(cluster: Cluster) -> Sections:
    """Return what `check` looks at: the control plane."""
    config = cluster.store.get("configmaps", state.NAMESPACE, "linkerd-config")
    namespace = cluster.store.get("namespaces", "", state.NAMESPACE)
    crds = cluster.store.get(_DEFINITIONS, "", "servers.policy.linkerd.io")
    waiting = [name for name in CONTROL if not state.available(cluster, state.NAMESPACE, name)]
    missing = f'The "{state.NAMESPACE}" namespace does not exist'
    return {
        **_CLUSTER,
        "linkerd-existence": [
            Check(
                "'linkerd-config' config map exists",
                "" if config else 'configmaps "linkerd-config" not found',
            ),
            Check("control plane pods are ready", _list("not ready", waiting)),
        ],
        "linkerd-config": [
            Check("control plane Namespace exists", "" if namespace else missing),
            Check(
                "control plane CustomResourceDefinitions exist",
                "" if crds else "missing servers.policy.linkerd.io",
            ),
        ],
    }


def links(clusters: Mapping[str, Cluster], cluster: Cluster) -> Sections:
    """Return what `multicluster check` looks at: links to other clusters."""
    names = tuple(one["spec"]["targetClusterName"] for one in cluster.store.all(state.LINKS))
    gone = [name for name in names if name not in clusters]
    waiting = [
        name
        for name in names
        if not state.available(cluster, state.EXTENSION, f"controller-{name}")
    ]
    crd = cluster.store.get(_DEFINITIONS, "", state.LINKS)
    return {
        "linkerd-multicluster": [
            Check("Link CRD exists", "" if crd else "multicluster.linkerd.io/Link CRD is missing"),
            Check("Link resources are valid", "", names),
            Check(
                "remote cluster access credentials are valid", _list("no answer from", gone), names
            ),
            Check("service mirror controllers are running", _list("not running", waiting), names),
        ]
    }


def _list(what: str, names: list[str]) -> str:
    return f"{what}: {', '.join(names)}" if names else ""


def told(sections: Sections) -> Answer:
    """Return what is printed: as far as the first check that is not well."""
    lines: list[str] = []
    for title, checks in sections.items():
        lines += [title, "-" * len(title)]
        for one in checks:
            lines.append(f"{'×' if one.why else '√'} {one.what}")
            if one.why:
                lines += [f"    {one.why}", "", "Status check results are × (simulated)"]
                return Answer("".join(f"{line}\n" for line in lines), status=1)
            lines += [f"\t* {name}" for name in one.about]
        lines.append("")
    lines.append("Status check results are √ (simulated)")
    return Answer("".join(f"{line}\n" for line in lines))
