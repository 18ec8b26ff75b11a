"""What a cluster has from its start: namespaces, nodes, the API's own Service, DNS, a few roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.addresses import node_range
from helpers.sandbox.cluster import now
from helpers.sandbox.controllers import api
from helpers.sandbox.controllers.objects import make
from helpers.sandbox.tls import MASTERS

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster, Node
    from helpers.sandbox.resources import Object

_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_RBAC = "rbac.authorization.k8s.io"
_GROUPS = ["", "apps", "batch", "networking.k8s.io", "policy", "discovery.k8s.io"]


def _rule(groups: list[str], resources: list[str], verbs: list[str]) -> Object:
    return {"apiGroups": groups, "resources": resources, "verbs": verbs}


_ROLES = {
    "admin": [_rule(_GROUPS, ["*"], ["*"])],
    "cluster-admin": [
        _rule(["*"], ["*"], ["*"]),
        {"nonResourceURLs": ["*"], "verbs": ["*"]},
    ],
    "edit": [_rule(_GROUPS, ["*"], ["*"])],
    "system:basic-user": [
        _rule(
            ["authorization.k8s.io"],
            ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
            ["create"],
        ),
        _rule(["authentication.k8s.io"], ["selfsubjectreviews"], ["create"]),
    ],
    "view": [_rule(_GROUPS, ["*"], ["get", "list", "watch"])],
}


def fill(cluster: Cluster) -> None:
    """Put into an empty cluster what every cluster has."""
    for name in ("default", "kube-node-lease", "kube-public", "kube-system"):
        make(cluster, "namespaces", {"metadata": {"name": name}})
    for index, node in enumerate(cluster.settings.nodes):
        _node(cluster, node, index)
    _storage(cluster)
    for name, rules in _ROLES.items():
        meta = {"name": name, "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"}}
        make(cluster, f"clusterroles.{_RBAC}", {"metadata": meta, "rules": rules})
    for name, group in (("cluster-admin", MASTERS), ("system:basic-user", "system:authenticated")):
        subject = {"kind": "Group", "apiGroup": _RBAC, "name": group}
        reference = {"apiGroup": _RBAC, "kind": "ClusterRole", "name": name}
        binding = {"metadata": {"name": name}, "subjects": [subject], "roleRef": reference}
        make(cluster, f"clusterrolebindings.{_RBAC}", binding)
    _authentication(cluster)
    api.reconcile(cluster)
    _dns(cluster)


def _node(cluster: Cluster, node: Node, index: int) -> None:
    ranges = [node_range(one, index) for one in cluster.settings.pods]
    labels = {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": node.name,
        "kubernetes.io/os": "linux",
        "cuebook.dev/simulated": "true",
    }
    if node.control_plane:
        labels[_CONTROL_PLANE] = ""
    own = {"key": _CONTROL_PLANE, "effect": "NoSchedule"}
    taints: Object = {"taints": [own]} if node.tainted else {}
    moment = now()
    conditions = [
        {
            "type": kind,
            "status": "True" if kind == "Ready" else "False",
            "reason": reason,
            "message": message,
            "lastHeartbeatTime": moment,
            "lastTransitionTime": moment,
        }
        for kind, reason, message in (
            ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory"),
            ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            ("Ready", "KubeletReady", "simulated: there is no kubelet"),
        )
    ]
    addresses = [{"type": "InternalIP", "address": one} for one in node.addresses]
    room = {"cpu": "8", "memory": "16Gi", "pods": "110", "ephemeral-storage": "100Gi"}
    made = make(
        cluster,
        "nodes",
        {
            "metadata": {"name": node.name, "labels": labels | dict(node.labels)},
            "spec": {
                "podCIDR": ranges[0],
                "podCIDRs": ranges,
                "providerID": f"simulated://{cluster.name}/{node.name}",
                **taints,
            },
            "status": {
                "capacity": room,
                "allocatable": room,
                "conditions": conditions,
                "addresses": [*addresses, {"type": "Hostname", "address": node.name}],
                "nodeInfo": {
                    **dict.fromkeys(("machineID", "systemUUID", "bootID"), "simulated"),
                    "kernelVersion": "simulated",
                    "osImage": "Simulated (no OS)",
                    "containerRuntimeVersion": "simulated://0.0.0",
                    "kubeletVersion": cluster.git_version,
                    "kubeProxyVersion": "",
                    "operatingSystem": "linux",
                    "architecture": "amd64",
                },
                "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            },
        },
    )
    owner = {key: made[key] for key in ("apiVersion", "kind")}
    owner |= {key: made["metadata"][key] for key in ("name", "uid")}
    meta = {"name": node.name, "namespace": "kube-node-lease", "ownerReferences": [owner]}
    # There is no kubelet that would renew it.
    spec = {
        "holderIdentity": node.name,
        "leaseDurationSeconds": 40,
        "renewTime": moment.replace("Z", ".000000Z"),
    }
    make(cluster, "leases.coordination.k8s.io", {"metadata": meta, "spec": spec})


def _storage(cluster: Cluster) -> None:
    note = {"storageclass.kubernetes.io/is-default-class": "true"}
    make(
        cluster,
        "storageclasses.storage.k8s.io",
        {
            "metadata": {"name": "standard", "annotations": note},
            "provisioner": "cuebook.dev/simulated",
            "reclaimPolicy": "Delete",
            "volumeBindingMode": "Immediate",
        },
    )


def _authentication(cluster: Cluster) -> None:
    # What extension API servers trust clients by; Linkerd's check asks whether it can be read.
    meta = {"name": "extension-apiserver-authentication", "namespace": "kube-system"}
    data = {"client-ca-file": cluster.authority, "requestheader-client-ca-file": cluster.authority}
    make(cluster, "configmaps", {"metadata": meta, "data": data})


def _dns(cluster: Cluster) -> None:
    labels = {"k8s-app": "kube-dns"}
    ports: list[Object] = [
        {"name": "dns", "port": 53, "protocol": "UDP"},
        {"name": "dns-tcp", "port": 53, "protocol": "TCP"},
        {"name": "metrics", "port": 9153, "protocol": "TCP"},
    ]
    named = labels | {"kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"}
    meta = {"name": "kube-dns", "namespace": "kube-system", "labels": named}
    spec = api.fixed(cluster, 10) | {"ports": ports, "selector": labels}
    make(cluster, "services", {"metadata": meta, "spec": spec})
    container = {
        "name": "coredns",
        "image": "registry.k8s.io/coredns/coredns:v1.13.1",
        "ports": [{"name": "dns", "containerPort": 53, "protocol": "UDP"}],
    }
    tolerations: list[Object] = [
        {"key": "CriticalAddonsOnly", "operator": "Exists"},
        {"key": _CONTROL_PLANE, "effect": "NoSchedule"},
    ]
    pod = {"containers": [container], "tolerations": tolerations}
    make(
        cluster,
        "deployments.apps",
        {
            "metadata": {"name": "coredns", "namespace": "kube-system", "labels": labels},
            "spec": {
                "replicas": 2,
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": pod},
            },
        },
    )
