"""`linkerd`: Linkerd's control plane, by the CLI that is installed, under our certificates."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from helpers.localcluster import issue
from helpers.localcluster.model import Family
from helpers.localcluster.plan import Plan, line
from helpers.localcluster.task import TaskError

if TYPE_CHECKING:
    from helpers.localcluster.model import Cluster
    from helpers.localcluster.plan import Action
    from helpers.localcluster.task import Task

# The version that fits Linkerd 2.18 to 2.20 (https://linkerd.io/2/reference/gateway-api/).
_GATEWAY_API = "v1.2.1"
_GATEWAY_API_FILE = (
    "https://github.com/kubernetes-sigs/gateway-api/releases/download/"
    f"{_GATEWAY_API}/standard-install.yaml"
)
_ANSWER = 60  # seconds
NEWEST = "It is assumed that linkerd has `multicluster link-gen`, as 2.18 and newer ones do."


def has_link_gen() -> bool | None:
    """Return whether the linkerd on PATH has `multicluster link-gen`; None for no linkerd.

    It came with 2.18, as did the need for Gateway API resources that linkerd does not install.

    Raises:
        TaskError: It does not work. What it offers would be a guess.
    """
    argv = ["linkerd", "multicluster", "--help"]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=_ANSWER)
    except FileNotFoundError:
        return None
    except subprocess.TimeoutExpired:
        raise TaskError(f"`{' '.join(argv)}` does not end within {_ANSWER} s") from None
    except OSError as error:
        raise TaskError(f"linkerd cannot be run: {error.strerror}") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        why = said[-1] if said else f"exit status {done.returncode}"
        raise TaskError(f"`{' '.join(argv)}` fails, so what linkerd offers is not known: {why}")
    return "link-gen" in done.stdout


def need(task: Task) -> None:
    """Raise where there is no linkerd to do anything with.

    Raises:
        TaskError: It is not on PATH.
    """
    if task.link_gen is None:
        raise TaskError("linkerd is not on PATH: https://linkerd.io/2/getting-started/ has it")


def plan(task: Task) -> Plan:
    """Plan certificates, Gateway API resources, the control plane and its check.

    Raises:
        CertificateError: The trust anchor would be replaced under other clusters' issuers.
        TaskError: None of the clusters is there, or no linkerd is.
    """
    need(task)
    plan = Plan(notes=[] if task.state else [NEWEST])
    clusters = task.present()
    issued = issue.add(plan, task, clusters)
    for cluster in clusters:
        _cluster(plan, task, cluster, issued)
    return plan


def _cluster(plan: Plan, task: Task, cluster: Cluster, after: Action | None) -> None:
    kubectl = ("kubectl", "--context", cluster.name, "apply")
    linkerd = ("linkerd", "--context", cluster.name)
    apply = (*kubectl, "-f", "-")
    inside = task.state.inside.get(cluster.name) if task.state else None
    verb = "upgrade" if inside and inside.linkerd else "install"
    if task.link_gen:
        resources = line(*kubectl, "--server-side", "-f", _GATEWAY_API_FILE)
        after = plan.add(cluster.name, f"Gateway API {_GATEWAY_API}", resources, after)
    crds = line(*linkerd, verb, "--crds", into=apply)
    after = plan.add(cluster.name, "Linkerd's resource definitions", crds, after)
    control = line(
        *(*linkerd, verb),
        *("--identity-trust-anchors-file", str(task.trust / "root.crt")),
        *("--identity-issuer-certificate-file", str(cluster.folder / "issuer.crt")),
        *("--identity-issuer-key-file", str(cluster.folder / "issuer.key")),
        # Its default is true, since 2.16.
        *(("--set", "disableIPv6=false") if Family.V6 in cluster.families else ()),
        into=apply,
    )
    after = plan.add(cluster.name, "Linkerd's control plane", control, after)
    plan.add(cluster.name, "until Linkerd is well", line(*linkerd, "check"), after)
