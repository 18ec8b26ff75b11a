"""What makes an object of a built-in kind invalid, beyond what its schema says.

Only what people run into: names, selectors, images, ports, and fields that may not change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox import names, selectors, strict
from helpers.sandbox.status import Cause, invalid_value, required, shown, unsupported_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.sandbox.resources import Object, Resource
    from helpers.sandbox.schemas import Schema

IMMUTABLE = {
    "deployments.apps": ("spec.selector",),
    "replicasets.apps": ("spec.selector",),
    "daemonsets.apps": ("spec.selector",),
    "jobs.batch": ("spec.completions", "spec.selector", "spec.template"),
    "secrets": ("type",),
    "storageclasses.storage.k8s.io": ("provisioner", "parameters", "reclaimPolicy"),
    "persistentvolumeclaims": ("spec.accessModes", "spec.storageClassName"),
    "customresourcedefinitions.apiextensions.k8s.io": (
        "spec.group",
        "spec.scope",
        "spec.names.kind",
        "spec.names.plural",
    ),
}
_SET = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
    "'minReadySeconds' are forbidden"
)
_SET_MAY = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)
_POD = (
    "pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
    "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set "
    "to 1 if it was previously negative)"
)
_WORKLOADS = ("deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps")
SERVICE_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")


def check(resource: Resource, obj: Object, schema: Schema) -> list[Cause]:
    """Return what is wrong with an object, its metadata aside."""
    found = [required(path) for path in strict.missing(obj, schema)]
    if found:
        return found
    spec = obj.get("spec") or {}
    if resource.name in _WORKLOADS:
        found += _workload(resource, spec)
    elif resource.name == "jobs.batch":
        found += _job(spec)
    elif resource.name == "pods":
        found += _pod(spec, "spec")
    elif resource.name == "services":
        found += _service(spec)
    elif resource.name == "customresourcedefinitions.apiextensions.k8s.io":
        found += _definition(obj, spec)
    return found


def check_change(resource: Resource, before: Object, after: Object) -> Iterator[Cause]:
    """Yield which changes of an object are not allowed."""
    for path in IMMUTABLE.get(resource.name, ()):
        if _at(before, path) != _at(after, path):
            yield invalid_value(path, _at(after, path), "field is immutable")
    if before.get("immutable") and any(
        before.get(name) != after.get(name) for name in ("data", "binaryData", "immutable")
    ):
        yield Cause(
            "FieldValueForbidden", "Forbidden: field is immutable when `immutable` is set", "data"
        )
    if resource.group == "rbac.authorization.k8s.io" and before.get("roleRef") != after.get(
        "roleRef"
    ):
        yield invalid_value("roleRef", after.get("roleRef"), "cannot change roleRef")
    if resource.name == "statefulsets.apps" and _without(before, _SET_MAY) != _without(
        after, _SET_MAY
    ):
        yield Cause("FieldValueForbidden", f"Forbidden: {_SET}", "spec")
    if resource.name == "pods" and _images_out(before) != _images_out(after):
        yield Cause("FieldValueForbidden", f"Forbidden: {_POD}", "spec")
    old, new = _at(before, "spec.clusterIP"), _at(after, "spec.clusterIP")
    if (
        resource.name == "services"
        and old
        and old != new
        and _at(after, "spec.type")
        in (
            "ClusterIP",
            "LoadBalancer",
            "NodePort",
        )
    ):
        why = "may not change once set"
        yield invalid_value("spec.clusterIPs[0]", [new], why)


def _at(obj: Object, path: str) -> object:
    value: object = obj
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _without(obj: Object, fields: tuple[str, ...]) -> Object:
    return {key: value for key, value in (obj.get("spec") or {}).items() if key not in fields}


def _images_out(pod: Object) -> Object:
    spec = _without(pod, ("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"))
    spec.pop("ephemeralContainers", None)
    spec.pop("nodeName", None)
    for name in ("containers", "initContainers"):
        if isinstance(spec.get(name), list):
            spec[name] = [{**one, "image": ""} for one in spec[name] if isinstance(one, dict)]
    return spec


def _pod(spec: Object, path: str) -> Iterator[Cause]:
    containers = spec.get("containers")
    if containers == []:
        yield required(f"{path}.containers")
    for name in ("initContainers", "containers"):
        seen = set()
        for index, container in enumerate(spec.get(name) or ()):
            here = f"{path}.{name}[{index}]"
            if not container.get("image"):
                yield required(f"{here}.image")
            if container.get("name") in seen:
                message = f"Duplicate value: {shown(container['name'])}"
                yield Cause("FieldValueDuplicate", message, f"{here}.name")
            seen.add(container.get("name"))
            for place, port in enumerate(container.get("ports") or ()):
                yield from _port(port.get("containerPort"), f"{here}.ports[{place}].containerPort")


def _port(number: object, path: str) -> Iterator[Cause]:
    if isinstance(number, int) and not 0 < number < 65536:
        yield invalid_value(path, number, "must be between 1 and 65535, inclusive")


def _workload(resource: Resource, spec: Object) -> Iterator[Cause]:
    template = spec.get("template") or {}
    found = (template.get("metadata") or {}).get("labels") or {}
    selector = spec.get("selector")
    if selector is not None and not selectors.matches(selector, found):
        why = "`selector` does not match template `labels`"
        yield invalid_value("spec.template.metadata.labels", found, why)
    elif selector == {}:
        yield invalid_value(
            "spec.selector", {}, f"empty selector is invalid for {resource.kind.lower()}"
        )
    replicas = spec.get("replicas")
    if isinstance(replicas, int) and replicas < 0:
        why = "must be greater than or equal to 0"
        yield invalid_value("spec.replicas", replicas, why)
    yield from names.labels(found, "spec.template.metadata.labels")
    pod = template.get("spec") or {}
    if pod.get("restartPolicy") not in (None, "Always"):
        yield unsupported_value(
            "spec.template.spec.restartPolicy", pod["restartPolicy"], ["Always"]
        )
    yield from _pod(pod, "spec.template.spec")


def _job(spec: Object) -> Iterator[Cause]:
    pod = (spec.get("template") or {}).get("spec") or {}
    if pod.get("restartPolicy") not in ("OnFailure", "Never"):
        hint = 'valid values: "OnFailure", "Never"'
        yield required("spec.template.spec.restartPolicy", hint)
    yield from _pod(pod, "spec.template.spec")


def _service(spec: Object) -> Iterator[Cause]:
    kind = spec.get("type")
    if kind not in SERVICE_TYPES:
        yield unsupported_value("spec.type", kind, SERVICE_TYPES)
    ports = spec.get("ports") or []
    if not ports and kind != "ExternalName" and spec.get("clusterIP") != "None":
        yield required("spec.ports")
    for index, port in enumerate(ports):
        if not port.get("name") and len(ports) > 1:
            yield required(f"spec.ports[{index}].name")
        yield from _port(port.get("port"), f"spec.ports[{index}].port")
    if kind == "ExternalName" and not spec.get("externalName"):
        yield required("spec.externalName")


def _definition(obj: Object, spec: Object) -> Iterator[Cause]:
    plural = (spec.get("names") or {}).get("plural", "")
    wanted = f"{plural}.{spec.get('group', '')}"
    name = obj["metadata"]["name"]
    if name != wanted:
        why = 'must be spec.names.plural+"."+spec.group'
        yield invalid_value("metadata.name", name, why)
    versions = spec.get("versions") or []
    if sum(bool(version.get("storage")) for version in versions) != 1:
        why = "must have exactly one version marked as storage version"
        yield invalid_value("spec.versions", versions, why)
    for index, version in enumerate(versions):
        if not (version.get("schema") or {}).get("openAPIV3Schema"):
            path = f"spec.versions[{index}].schema.openAPIV3Schema"
            yield required(path, "schemas are required")
    if spec.get("scope") not in ("Cluster", "Namespaced"):
        yield unsupported_value("spec.scope", spec.get("scope"), ["Cluster", "Namespaced"])
