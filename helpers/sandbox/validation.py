"""What makes an object of a built-in kind invalid, beyond what its schema says.

Only what people run into: names, selectors, images, ports, and fields that may not change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox import names, selectors, strict
from helpers.sandbox.parts import at, spec
from helpers.sandbox.status import (
    Cause,
    duplicate,
    forbidden_field,
    invalid_value,
    negative,
    required,
    unsupported_value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
_SET_MAY = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)
_SET = (
    "updates to statefulset spec for fields other than "
    f"{', '.join(map(repr, _SET_MAY[:-1]))} and {_SET_MAY[-1]!r} are forbidden"
)
_POD = (
    "pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
    "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set "
    "to 1 if it was previously negative)"
)
_POD_MAY = (
    "activeDeadlineSeconds",
    "tolerations",
    "terminationGracePeriodSeconds",
    "ephemeralContainers",
    "nodeName",
)
SERVICE_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")


def check(resource: Resource, obj: Object, schema: Schema) -> list[Cause]:
    """Return what is wrong with an object, its metadata aside."""
    found = [required(path) for path in strict.missing(obj, schema)]
    if found:
        return found
    more = _CHECKS.get(resource.name)
    return list(more(resource, obj)) if more else []


def check_change(resource: Resource, before: Object, after: Object) -> Iterator[Cause]:
    """Yield which changes of an object are not allowed."""

    def differs(path: str) -> bool:
        return bool(at(before, path) != at(after, path))

    for path in IMMUTABLE.get(resource.name, ()):
        if differs(path):
            yield invalid_value(path, at(after, path), "field is immutable")
    if before.get("immutable") and any(map(differs, ("data", "binaryData", "immutable"))):
        yield forbidden_field("data", "field is immutable when `immutable` is set")
    if resource.group == "rbac.authorization.k8s.io" and differs("roleRef"):
        yield invalid_value("roleRef", after.get("roleRef"), "cannot change roleRef")
    if resource.name == "statefulsets.apps":
        if _without(before, _SET_MAY) != _without(after, _SET_MAY):
            yield forbidden_field("spec", _SET)
    elif resource.name == "pods":
        if _images_out(before) != _images_out(after):
            yield forbidden_field("spec", _POD)
    elif resource.name == "services" and at(before, "spec.clusterIP"):
        new, external = at(after, "spec.clusterIP"), at(after, "spec.type") == "ExternalName"
        if differs("spec.clusterIP") and not external:
            yield invalid_value("spec.clusterIPs[0]", [new], "may not change once set")


def _without(obj: Object, fields: tuple[str, ...]) -> Object:
    return {key: value for key, value in spec(obj).items() if key not in fields}


def _images_out(pod: Object) -> Object:
    rest = _without(pod, _POD_MAY)
    for name in ("containers", "initContainers"):
        if isinstance(rest.get(name), list):
            rest[name] = [{**one, "image": ""} for one in rest[name] if isinstance(one, dict)]
    return rest


def _pod(resource: Resource, obj: Object) -> Iterator[Cause]:
    yield from _pod_spec(spec(obj), "spec")


def _pod_spec(spec: Object, path: str) -> Iterator[Cause]:
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
                yield duplicate(f"{here}.name", container["name"])
            seen.add(container.get("name"))
            for place, port in enumerate(container.get("ports") or ()):
                yield from _port(port.get("containerPort"), f"{here}.ports[{place}].containerPort")


def _port(number: object, path: str) -> Iterator[Cause]:
    if isinstance(number, int) and not 0 < number < 65536:
        yield invalid_value(path, number, "must be between 1 and 65535, inclusive")


def _workload(resource: Resource, obj: Object) -> Iterator[Cause]:
    found = at(obj, "spec.template.metadata.labels") or {}
    selector = at(obj, "spec.selector")
    if selector is not None and not selectors.matches(selector, found):
        why = "`selector` does not match template `labels`"
        yield invalid_value("spec.template.metadata.labels", found, why)
    elif selector == {}:
        yield invalid_value(
            "spec.selector", {}, f"empty selector is invalid for {resource.kind.lower()}"
        )
    replicas = at(obj, "spec.replicas")
    if isinstance(replicas, int) and replicas < 0:
        yield negative("spec.replicas", replicas)
    yield from names.labels(found, "spec.template.metadata.labels")
    pod = at(obj, "spec.template.spec") or {}
    if pod.get("restartPolicy") not in (None, "Always"):
        yield unsupported_value(
            "spec.template.spec.restartPolicy", pod["restartPolicy"], ["Always"]
        )
    yield from _pod_spec(pod, "spec.template.spec")


def _job(resource: Resource, obj: Object) -> Iterator[Cause]:
    pod = at(obj, "spec.template.spec") or {}
    if pod.get("restartPolicy") not in ("OnFailure", "Never"):
        hint = 'valid values: "OnFailure", "Never"'
        yield required("spec.template.spec.restartPolicy", hint)
    yield from _pod_spec(pod, "spec.template.spec")


def _service(resource: Resource, obj: Object) -> Iterator[Cause]:
    spec = obj["spec"]
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


def _definition(resource: Resource, obj: Object) -> Iterator[Cause]:
    spec, name = obj["spec"], obj["metadata"]["name"]
    if name != f"{at(spec, 'names.plural')}.{spec.get('group')}":
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


_CHECKS: dict[str, Callable[[Resource, Object], Iterator[Cause]]] = {
    "deployments.apps": _workload,
    "replicasets.apps": _workload,
    "statefulsets.apps": _workload,
    "daemonsets.apps": _workload,
    "jobs.batch": _job,
    "pods": _pod,
    "services": _service,
    "customresourcedefinitions.apiextensions.k8s.io": _definition,
}
