"""What an API server fills in of a built-in kind where nothing is said.

The values are those of Kubernetes' API reference (1.35), cut to what `kubectl get -o yaml` shows.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from helpers.sandbox import qos
from helpers.sandbox.parts import containers

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.sandbox.resources import Object


def fill(resource: str, obj: Object) -> None:
    """Fill in an object, which is changed in place."""
    if found := _BY_RESOURCE.get(resource):
        found(obj)


def _set(obj: Object, **values: object) -> None:
    for name, value in values.items():
        if obj.get(name) is None:
            obj[name] = value


def _into(obj: Object, name: str) -> Object:
    found = obj.setdefault(name, {})
    return found if isinstance(found, dict) else {}


def _pod_spec(spec: Object) -> None:
    _set(
        spec,
        restartPolicy="Always",
        dnsPolicy="ClusterFirst",
        schedulerName="default-scheduler",
        terminationGracePeriodSeconds=30,
        securityContext={},
    )
    if spec.get("serviceAccountName"):
        spec["serviceAccount"] = spec["serviceAccountName"]
    for container in containers(spec):
        _container(container)
    for volume in spec.get("volumes", ()):
        for name in ("configMap", "secret", "projected"):
            if name in volume:
                _set(volume[name], defaultMode=420)


def _container(container: Object) -> None:
    image = container.get("image", "")
    latest = ":" not in image.rpartition("/")[2] or image.endswith(":latest")
    _set(
        container,
        resources={},
        terminationMessagePath="/dev/termination-log",
        terminationMessagePolicy="File",
        imagePullPolicy="Always" if latest and "@" not in image else "IfNotPresent",
    )
    for port in container.get("ports", ()):
        _set(port, protocol="TCP")
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        if name in container:
            probe = container[name]
            _set(probe, timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3)
            if "httpGet" in probe:
                _set(probe["httpGet"], path="/", scheme="HTTP")
    for env in container.get("env", ()):
        reference = env.get("valueFrom", {}).get("fieldRef")
        if reference is not None:
            _set(reference, apiVersion="v1")


def _pod(obj: Object) -> None:
    spec = _into(obj, "spec")
    _pod_spec(spec)
    _set(spec, enableServiceLinks=True, serviceAccountName="default", serviceAccount="default")
    _set(spec, preemptionPolicy="PreemptLowerPriority", priority=0)
    if spec.get("hostNetwork"):
        for container in containers(spec):
            for port in container.get("ports", ()):
                _set(port, hostPort=port.get("containerPort"))
    for container in containers(spec):
        resources = container.get("resources") or {}
        if resources.get("limits"):
            requests = {**resources["limits"], **(resources.get("requests") or {})}
            container["resources"] = {**resources, "requests": requests}
    if obj.get("status") is None:
        obj["status"] = {"phase": "Pending", "qosClass": qos.of(spec)}


def _template(obj: Object) -> None:
    template = _into(obj, "template")
    _into(template, "metadata")
    _pod_spec(_into(template, "spec"))


def _rolling(strategy: Object, **values: object) -> None:
    _set(strategy, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        _set(_into(strategy, "rollingUpdate"), **values)


def _deployment(obj: Object) -> None:
    spec = _into(obj, "spec")
    _rolling(_into(spec, "strategy"), maxUnavailable="25%", maxSurge="25%")
    _set(spec, replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600)
    _template(spec)
    _set(obj, status={})


def _replicas(obj: Object) -> None:
    spec = _into(obj, "spec")
    _set(spec, replicas=1)
    _template(spec)
    _set(obj, status={"replicas": 0})


def _stateful_set(obj: Object) -> None:
    spec = _into(obj, "spec")
    _set(spec, replicas=1, podManagementPolicy="OrderedReady", revisionHistoryLimit=10)
    _rolling(_into(spec, "updateStrategy"), partition=0)
    _set(spec, serviceName="")
    keep = {"whenDeleted": "Retain", "whenScaled": "Retain"}
    _set(spec, persistentVolumeClaimRetentionPolicy=keep)
    for claim in spec.get("volumeClaimTemplates", ()):
        _set(claim, apiVersion="v1", kind="PersistentVolumeClaim")
        _claim(claim)
    _template(spec)
    _set(obj, status={"replicas": 0, "availableReplicas": 0})


def _daemon_set(obj: Object) -> None:
    spec = _into(obj, "spec")
    _rolling(_into(spec, "updateStrategy"), maxUnavailable=1, maxSurge=0)
    _set(spec, revisionHistoryLimit=10)
    _template(spec)
    counts = ("currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled")
    _set(obj, status=dict.fromkeys((*counts, "numberReady"), 0))


def _job_spec(spec: Object) -> None:
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec["completions"] = 1
    _set(
        spec,
        parallelism=1,
        backoffLimit=6,
        completionMode="NonIndexed",
        suspend=False,
        podReplacementPolicy="TerminatingOrFailed",
    )
    _template(spec)


def _job(obj: Object) -> None:
    spec = _into(obj, "spec")
    _job_spec(spec)
    uid = obj["metadata"].get("uid")
    if not spec.get("manualSelector") and uid:
        names = {
            "batch.kubernetes.io/controller-uid": uid,
            "batch.kubernetes.io/job-name": obj["metadata"]["name"],
            "controller-uid": uid,
            "job-name": obj["metadata"]["name"],
        }
        meta = _into(spec["template"], "metadata")
        meta["labels"] = names | (meta.get("labels") or {})
        _set(spec, selector={"matchLabels": {"batch.kubernetes.io/controller-uid": uid}})
    _set(obj, status={})


def _cron_job(obj: Object) -> None:
    spec = _into(obj, "spec")
    _set(
        spec,
        concurrencyPolicy="Allow",
        suspend=False,
        successfulJobsHistoryLimit=3,
        failedJobsHistoryLimit=1,
    )
    _job_spec(_into(_into(spec, "jobTemplate"), "spec"))
    _set(obj, status={})


def _service(obj: Object) -> None:
    spec = _into(obj, "spec")
    _set(spec, type="ClusterIP", sessionAffinity="None")
    for port in spec.get("ports") or ():
        _set(port, protocol="TCP", targetPort=port.get("port"))
    if spec["type"] != "ExternalName":
        _set(spec, internalTrafficPolicy="Cluster")
    if spec["type"] in ("NodePort", "LoadBalancer"):
        _set(spec, externalTrafficPolicy="Cluster")
    if spec["type"] == "LoadBalancer":
        _set(spec, allocateLoadBalancerNodePorts=True)
    _set(obj, status={"loadBalancer": {}})


def _slice(obj: Object) -> None:
    # kubectl describe takes it that each port has a name.
    for port in obj.get("ports") or ():
        _set(port, name="", protocol="TCP")


def _secret(obj: Object) -> None:
    _set(obj, type="Opaque")
    for key, value in (obj.pop("stringData", None) or {}).items():
        _into(obj, "data")[key] = base64.b64encode(str(value).encode()).decode()


def _namespace(obj: Object) -> None:
    meta = obj["metadata"]
    meta["labels"] = {"kubernetes.io/metadata.name": meta["name"]} | (meta.get("labels") or {})
    _set(_into(obj, "spec"), finalizers=["kubernetes"])
    _set(_into(obj, "status"), phase="Active")


def _claim(obj: Object) -> None:
    _set(_into(obj, "spec"), volumeMode="Filesystem")
    _set(obj, status={"phase": "Pending"})


def _volume(obj: Object) -> None:
    _set(_into(obj, "spec"), volumeMode="Filesystem", persistentVolumeReclaimPolicy="Retain")
    _set(obj, status={"phase": "Available"})


def _binding(obj: Object) -> None:
    _set(_into(obj, "roleRef"), apiGroup="rbac.authorization.k8s.io")
    for subject in obj.get("subjects") or ():
        if subject.get("kind") in ("User", "Group"):
            _set(subject, apiGroup="rbac.authorization.k8s.io")


def _network_policy(obj: Object) -> None:
    spec = _into(obj, "spec")
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress"] + (["Egress"] if spec.get("egress") else [])


def _storage_class(obj: Object) -> None:
    _set(obj, reclaimPolicy="Delete", volumeBindingMode="Immediate")


def _custom_resource_definition(obj: Object) -> None:
    spec = _into(obj, "spec")
    names = _into(spec, "names")
    kind = str(names.get("kind", ""))
    _set(names, singular=kind.lower(), listKind=f"{kind}List")
    _set(spec, conversion={"strategy": "None"})


def _status(obj: Object) -> None:
    _set(obj, status={})


def _ingress(obj: Object) -> None:
    _set(obj, status={"loadBalancer": {}})


def _autoscaler(obj: Object) -> None:
    spec = _into(obj, "spec")
    target = {"type": "Utilization", "averageUtilization": 80}
    metric = {"type": "Resource", "resource": {"name": "cpu", "target": target}}
    _set(spec, minReplicas=1, metrics=[metric])
    _set(obj, status={"desiredReplicas": 0, "currentMetrics": None})


_BY_RESOURCE: dict[str, Callable[[Object], None]] = {
    "pods": _pod,
    "deployments.apps": _deployment,
    "replicasets.apps": _replicas,
    "statefulsets.apps": _stateful_set,
    "daemonsets.apps": _daemon_set,
    "jobs.batch": _job,
    "cronjobs.batch": _cron_job,
    "services": _service,
    "endpointslices.discovery.k8s.io": _slice,
    "secrets": _secret,
    "namespaces": _namespace,
    "persistentvolumeclaims": _claim,
    "persistentvolumes": _volume,
    "rolebindings.rbac.authorization.k8s.io": _binding,
    "clusterrolebindings.rbac.authorization.k8s.io": _binding,
    "networkpolicies.networking.k8s.io": _network_policy,
    "storageclasses.storage.k8s.io": _storage_class,
    "customresourcedefinitions.apiextensions.k8s.io": _custom_resource_definition,
    "ingresses.networking.k8s.io": _ingress,
    "horizontalpodautoscalers.autoscaling": _autoscaler,
    "poddisruptionbudgets.policy": _status,
    "resourcequotas": _status,
    "nodes": _status,
    "apiservices.apiregistration.k8s.io": _status,
}
