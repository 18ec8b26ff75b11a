"""Subresources that are no part of their object: scale, eviction, token."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from helpers.sandbox import commit, delete, jsonpath, parts, status, write
from helpers.sandbox.parts import at, clone
from helpers.sandbox.tables.columns import selector_of

if TYPE_CHECKING:
    from helpers.sandbox.call import Call
    from helpers.sandbox.resources import Object

_SCALE_KIND = "api.autoscaling.v1.Scale"
_SCALE = {
    "specReplicasPath": ".spec.replicas",
    "statusReplicasPath": ".status.replicas",
    "labelSelectorPath": "",
}


def scale(call: Call, method: str) -> Object:
    """Return an object's scale, after changing it where the method says so."""
    obj = call.need()
    definition = call.cluster.definition(call.resource)
    paths = (definition.scale or _SCALE) if definition else _SCALE
    shown = _scale(obj, paths)
    if method == "GET":
        return shown
    wanted = call.read_as(_SCALE_KIND, None if method == "PUT" else _patched(call, shown))
    replicas = at(wanted, "spec.replicas") or 0
    if replicas < 0:
        cause = status.negative("spec.replicas", replicas)
        raise status.invalid(call.resource, call.name, [cause])
    if at(wanted, "metadata.resourceVersion") not in (None, "", obj["metadata"]["resourceVersion"]):
        raise status.conflict(call.resource, call.name)
    after = clone(obj) | {"apiVersion": call.resource.api_version}
    *parents, last = [step[1] for step in jsonpath.parse(paths["specReplicasPath"]) or ()]
    node = after
    for parent in parents:
        node = node.setdefault(parent, {})
    node[last] = replicas
    # What is written is the object itself: as by any other write, its fields are counted.
    return _scale(commit.commit(replace(call, subresource=""), obj, after), paths)


def _patched(call: Call, shown: Object) -> Object:
    if call.media_type not in write.PATCHES:
        raise status.unsupported(write.PATCHES)
    operations = call.media_type == write.JSON_PATCH
    found = write.patched(call, shown, write.JSON_PATCH if operations else write.MERGE_PATCH)
    if not isinstance(found, dict):
        raise status.bad_request("Scale: what the patch makes is no object")
    return found


def _scale(obj: Object, paths: Object) -> Object:
    meta = obj["metadata"]
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    replicas = next(iter(jsonpath.find(obj, paths["specReplicasPath"])), 0)
    current = next(iter(jsonpath.find(obj, paths["statusReplicasPath"])), 0)
    state: Object = {"replicas": current}
    if path := paths.get("labelSelectorPath"):
        state["selector"] = next(iter(jsonpath.find(obj, path)), "")
    elif selector := (obj.get("spec") or {}).get("selector"):
        state["selector"] = selector_of(selector)
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {key: meta[key] for key in kept if key in meta},
        "spec": {"replicas": replicas},
        "status": state,
    }


def evict(call: Call) -> Object:
    """Delete a pod as a drain does; budgets are not counted."""
    options = call.read_as("api.policy.v1.Eviction").get("deleteOptions") or {}
    found = call.need()
    if not call.dry_run and not options.get("dryRun"):
        wanted = {"gracePeriodSeconds": options.get("gracePeriodSeconds")}
        delete.mark(call.cluster, call.resource, found, wanted)
    return status.created()


def token(call: Call) -> Object:
    """Return a TokenRequest with a token that says that it is simulated, and opens nothing."""
    spec = parts.spec(call.read_as("api.authentication.v1.TokenRequest"))
    call.need()
    seconds = min(max(0, spec.get("expirationSeconds") or 0) or 3600, 1 << 32)
    end = datetime.now(UTC) + timedelta(seconds=seconds)
    text = marked_token(call.namespace, call.name, int(end.timestamp()))
    return {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": {"name": call.name, "namespace": call.namespace, "creationTimestamp": None},
        "spec": {"audiences": ["simulated"], **spec, "expirationSeconds": seconds},
        "status": {"token": text, "expirationTimestamp": end.strftime("%Y-%m-%dT%H:%M:%SZ")},
    }


def marked_token(namespace: str, name: str, end: int | None = None) -> str:
    """Return a token of a ServiceAccount: shaped like one, signed by nobody, opening nothing."""

    def packed(part: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")

    claims: Object = {"iss": "simulated", "sub": f"system:serviceaccount:{namespace}:{name}"}
    if end is not None:
        claims["exp"] = end
    return f"{packed({'alg': 'none', 'kid': 'simulated'})}.{packed(claims)}.simulated"
