"""HorizontalPodAutoscalers of autoscaling/v1, which kubectl before 1.31 makes: kept as v2's."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.sandbox import call as calls
from helpers.sandbox.status import not_simulated

if TYPE_CHECKING:
    from helpers.sandbox.call import Call
    from helpers.sandbox.resources import Object, Resource

V1 = "autoscaling/v1"
V2 = "autoscaling/v2"
_PERCENTAGE = "targetCPUUtilizationPercentage"


def is_old(resource: Resource) -> bool:
    """Return whether a resource is the autoscalers of v1."""
    return resource.api_version == V1


def as_new(call: Call, method: str) -> Call:
    """Return a call for v1 as one for v2.

    Raises:
        ApiError: 501: it is a patch, which would have to be converted too.
    """
    resource = call.cluster.resources["autoscaling", "v2", "horizontalpodautoscalers"]
    if method == "PATCH":
        raise not_simulated("patches of autoscaling/v1: patch autoscaling/v2")
    if method not in ("POST", "PUT"):
        return replace(call, resource=resource)
    obj = call.read()
    spec = obj.get("spec")
    if isinstance(spec, dict):
        percentage = spec.pop(_PERCENTAGE, None)
        if percentage is not None:
            target = {"type": "Utilization", "averageUtilization": percentage}
            resource_metric = {"name": "cpu", "target": target}
            spec["metrics"] = [{"type": "Resource", "resource": resource_metric}]
    if obj.get("apiVersion") == V1:
        obj["apiVersion"] = V2
    body = json.dumps(obj).encode()
    return replace(call, resource=resource, body=body, content_type=calls.JSON)


def shown(obj: Object) -> Object:
    """Return a v2 object as v1 has it: of its metrics, only the CPU's."""
    spec = dict(obj.get("spec") or {})
    for metric in spec.pop("metrics", None) or ():
        found = metric.get("resource") or {}
        percentage = (found.get("target") or {}).get("averageUtilization")
        if found.get("name") == "cpu" and percentage:
            spec[_PERCENTAGE] = percentage
    spec.pop("behavior", None)
    state = obj.get("status") or {}
    numbers = {key: state.get(key, 0) for key in ("currentReplicas", "desiredReplicas")}
    return {**obj, "apiVersion": V1, "spec": spec, "status": numbers}
