"""The parts of an object, where any of them may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.sandbox.resources import Json, Object


def at(value: Json, path: str) -> Json:
    """Return what stands at a path such as `spec.type`, None where nothing does."""
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def spec(obj: Object) -> Object:
    """Return an object's spec, empty where it has none."""
    return obj.get("spec") or {}


def state(obj: Object) -> Object:
    """Return an object's status, empty where it has none."""
    return obj.get("status") or {}


def labels(obj: Object) -> Object:
    """Return an object's labels."""
    return obj["metadata"].get("labels") or {}


def notes(obj: Object) -> Object:
    """Return an object's annotations."""
    return obj["metadata"].get("annotations") or {}


def containers(pod_spec: Object) -> list[Object]:
    """Return the containers of a pod's spec, those first that run first."""
    return [*(pod_spec.get("initContainers") or ()), *(pod_spec.get("containers") or ())]


def ingress(obj: Object) -> list[Object]:
    """Return the entries of the addresses that a load balancer has got, or an Ingress."""
    return at(obj, "status.loadBalancer.ingress") or []


def deleting(obj: Object) -> bool:
    """Return whether an object's deletion has begun."""
    return bool(obj["metadata"].get("deletionTimestamp"))


def clone(value: Json) -> Json:
    """Return a copy of a JSON value that shares nothing with it."""
    if isinstance(value, dict):
        return {key: clone(one) for key, one in value.items()}
    if isinstance(value, list):
        return [clone(one) for one in value]
    return value
