"""What a new pod is given on its way in: its account's token, and patience with a failing node.

That is what two admission plugins do that every API server has on unless told otherwise:
ServiceAccount and DefaultTolerationSeconds (kubernetes.io/docs, "Admission Controllers").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox import status
from helpers.sandbox.names import random_suffix
from helpers.sandbox.parts import containers

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object, Resource

_MOUNTED_AT = "/var/run/secrets/kubernetes.io/serviceaccount"
_FAILURES = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
_PATIENCE = 300  # seconds


def admit(cluster: Cluster, pod: Object) -> None:
    """Add to a new pod, in place, what admission adds."""
    spec = pod["spec"]
    name, namespace = spec["serviceAccountName"], pod["metadata"]["namespace"]
    account = cluster.store.get("serviceaccounts", namespace, name) or {}
    if not spec.get("imagePullSecrets") and account.get("imagePullSecrets"):
        spec["imagePullSecrets"] = list(account["imagePullSecrets"])
    automatic = spec.get("automountServiceAccountToken")
    if automatic is None:
        automatic = account.get("automountServiceAccountToken")
    if automatic is not False:
        _mount_token(spec, f"kube-api-access-{random_suffix()}")
    tolerations = spec.get("tolerations") or []
    for key in _FAILURES:
        if not any(_stays(one, key) for one in tolerations):
            more = {
                "key": key,
                "operator": "Exists",
                "effect": "NoExecute",
                "tolerationSeconds": _PATIENCE,
            }
            tolerations = [*tolerations, more]
    spec["tolerations"] = tolerations


def need_account(cluster: Cluster, resource: Resource, pod: Object) -> None:
    """Refuse a pod whose service account is not there.

    `default` is not looked for: a namespace may have none yet for a moment.

    Raises:
        ApiError: 403.
    """
    name, meta = pod["spec"]["serviceAccountName"], pod["metadata"]
    namespace = meta["namespace"]
    if name == "default" or cluster.store.get("serviceaccounts", namespace, name):
        return
    why = f'error looking up service account {namespace}/{name}: serviceaccount "{name}" not found'
    raise status.forbidden(resource, meta["name"], why)


def _stays(toleration: Object, key: str) -> bool:
    same_key = toleration.get("key") in (None, "", key)
    return same_key and toleration.get("effect") in (None, "", "NoExecute")


def _mount_token(spec: Object, name: str) -> None:
    mounted = False
    for container in containers(spec):
        mounts = container.get("volumeMounts") or []
        if all(one.get("mountPath") != _MOUNTED_AT for one in mounts):
            more = {"name": name, "readOnly": True, "mountPath": _MOUNTED_AT}
            container["volumeMounts"] = [*mounts, more]
            mounted = True
    if not mounted:
        return
    here = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
    sources = [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": here}]}},
    ]
    volume = {"name": name, "projected": {"defaultMode": 420, "sources": sources}}
    spec["volumes"] = [*(spec.get("volumes") or ()), volume]
