"""Pods: put on a node, and running at once, as far as their state tells: nothing runs.

A pod that may end (restartPolicy Never or OnFailure) has ended at once, unless its command sleeps.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from helpers.sandbox.addresses import family, free
from helpers.sandbox.cluster import now
from helpers.sandbox.controllers import objects
from helpers.sandbox.parts import containers, deleting, labels, state

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

wants = objects.of("pods", "nodes")


def reconcile(cluster: Cluster) -> None:
    """Take each pod one step on: scheduled, running, ended, gone."""
    for pod in cluster.store.all("pods"):
        if deleting(pod):
            if pod["metadata"].get("deletionGracePeriodSeconds"):
                names = ", ".join(str(one["name"]) for one in pod["spec"]["containers"])
                objects.tell(cluster, pod, "Killing", f"Stopping container {names}", "kubelet")
                objects.write_meta(cluster, "pods", pod, deletionGracePeriodSeconds=0)
        elif not pod["spec"].get("nodeName"):
            _schedule(cluster, pod)
        elif pod["status"].get("phase", "Pending") == "Pending":
            _start(cluster, pod)
        elif pod["status"]["phase"] == "Running" and _ends(pod):
            _end(cluster, pod)
        elif pod["status"]["phase"] == "Running":
            _join(cluster, pod)


def _schedule(cluster: Cluster, pod: Object) -> None:
    nodes = cluster.store.all("nodes")
    fitting = [node for node in nodes if fits(pod, node)]
    held = pod["status"].get("conditions") or ()
    if not fitting:
        text = (
            f"0/{len(nodes)} nodes are available: the simulated scheduler found none that is "
            "schedulable, tolerated and selected."
        )
        known = any(one.get("reason") == "Unschedulable" for one in held)
        found = [objects.condition(held, "PodScheduled", "False", "Unschedulable", text)]
        objects.write(cluster, "pods", pod, status={**pod["status"], "conditions": found})
        if not known:
            objects.tell(cluster, pod, "FailedScheduling", text, "default-scheduler")
        return
    load = {node["metadata"]["name"]: 0 for node in fitting}
    for other in cluster.store.all("pods"):
        if (name := other["spec"].get("nodeName")) in load:
            load[name] += 1
    name = min(load, key=lambda one: load[one])
    meta = pod["metadata"]
    pod = objects.write(cluster, "pods", pod, spec={**pod["spec"], "nodeName": name})
    text = f"Successfully assigned {meta['namespace']}/{meta['name']} to {name}"
    objects.tell(cluster, pod, "Scheduled", text, "default-scheduler")


def fits(pod: Object, node: Object) -> bool:
    """Return whether a pod may be put on a node: its selector, the node's taints."""
    wanted = pod["spec"].get("nodeSelector") or {}
    if not wanted.items() <= labels(node).items():
        return False
    taints = list(node["spec"].get("taints") or ())
    if node["spec"].get("unschedulable"):
        taints.append({"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"})
    tolerations = pod["spec"].get("tolerations") or ()
    return all(
        taint.get("effect") == "PreferNoSchedule"
        or any(_tolerates(one, taint) for one in tolerations)
        for taint in taints
    )


def _tolerates(toleration: Object, taint: Object) -> bool:
    if toleration.get("effect") not in (None, "", taint.get("effect")):
        return False
    if toleration.get("operator") == "Exists":
        return toleration.get("key") in (None, "", taint.get("key"))
    same = toleration.get("key") == taint.get("key")
    return same and toleration.get("value", "") == taint.get("value", "")


def _addresses(cluster: Cluster, pod: Object) -> tuple[str, list[str]]:
    """Return the address of a pod's node, and new ones for the pod, one for each family."""
    node = cluster.store.get("nodes", "", pod["spec"]["nodeName"]) or {"spec": {}}
    inner = state(node).get("addresses") or ()
    host = [str(one["address"]) for one in inner if one.get("type") == "InternalIP"]
    if pod["spec"].get("hostNetwork"):
        return (host or [""])[0], host
    used = {
        one["ip"]
        for other in cluster.store.all("pods")
        if not objects.done(other)
        for one in state(other).get("podIPs") or ()
    }
    ranges = [ip_network(text) for text in node["spec"].get("podCIDRs") or ()]
    found = [free(one, used, 2) for one in sorted(ranges, key=family)]
    return (host or [""])[0], [address for address in found if address]


def _start(cluster: Cluster, pod: Object) -> None:
    moment = now()
    host, addresses = _addresses(cluster, pod)
    conditions = [
        {"type": kind, "status": "True", "lastProbeTime": None, "lastTransitionTime": moment}
        for kind in (
            "PodReadyToStartContainers",
            "Initialized",
            "Ready",
            "ContainersReady",
            "PodScheduled",
        )
    ]
    spec, running, ended = pod["spec"], {"running": {"startedAt": moment}}, _ended(moment, moment)
    initial = [
        _container(one, running if one.get("restartPolicy") == "Always" else ended, pod)
        for one in spec.get("initContainers") or ()
    ]
    status: Object = {
        "phase": "Running",
        "conditions": conditions,
        "hostIP": host,
        "hostIPs": [{"ip": host}],
        "podIP": addresses[0] if addresses else "",
        "podIPs": [{"ip": one} for one in addresses],
        "startTime": moment,
        "containerStatuses": [_container(one, running, pod) for one in spec["containers"]],
        "qosClass": pod["status"].get("qosClass", "BestEffort"),
    }
    if initial:
        status["initContainerStatuses"] = initial
    pod = objects.write(cluster, "pods", pod, status=status)
    for one in containers(spec):
        text = f'Container image "{one["image"]}" already present on machine (simulated)'
        objects.tell(cluster, pod, "Pulled", text, "kubelet")
        objects.tell(cluster, pod, "Created", f"Container created: {one['name']}", "kubelet")
        objects.tell(cluster, pod, "Started", f"Container started: {one['name']}", "kubelet")


def _join(cluster: Cluster, pod: Object) -> None:
    """Start what `kubectl debug` has put into a running pod."""
    status, running = pod["status"], {"running": {"startedAt": now()}}
    held = status.get("ephemeralContainerStatuses") or []
    names = [one["name"] for one in held]
    new = [
        _container(one, running, pod) | {"ready": False}
        for one in pod["spec"].get("ephemeralContainers") or ()
        if one["name"] not in names
    ]
    if new:
        status = {**status, "ephemeralContainerStatuses": [*held, *new]}
        objects.write(cluster, "pods", pod, status=status)


def _container(one: Object, state: Object, pod: Object) -> Object:
    return {
        "name": one["name"],
        "image": one["image"],
        "imageID": f"simulated://{one['image']}",
        "containerID": f"simulated://{pod['metadata']['uid']}/{one['name']}",
        "ready": True,
        "started": "running" in state,
        "restartCount": 0,
        "state": state,
        "lastState": {},
    }


def _ended(start: str, end: str) -> Object:
    """Return the state of a container that has ended well."""
    times = {"startedAt": start, "finishedAt": end}
    return {"terminated": {"exitCode": 0, "reason": "Completed", **times}}


def _ends(pod: Object) -> bool:
    if pod["spec"].get("restartPolicy", "Always") == "Always":
        return False
    words = [
        word
        for one in pod["spec"]["containers"]
        for word in (*(one.get("command") or ()), *(one.get("args") or ()))
    ]
    return not any("sleep" in str(word) for word in words)


def _end(cluster: Cluster, pod: Object) -> None:
    moment, status = now(), {**pod["status"], "phase": "Succeeded"}
    status["conditions"] = [
        {**one, "status": "False", "reason": "PodCompleted", "lastTransitionTime": moment}
        if one["type"] in ("Ready", "ContainersReady")
        else one
        for one in status["conditions"]
    ]
    ended = {"ready": False, "started": False, "state": _ended(status["startTime"], moment)}
    status["containerStatuses"] = [{**one, **ended} for one in status["containerStatuses"]]
    objects.write(cluster, "pods", pod, status=status)
