"""Subresources that are no part of their object: scale, eviction, token, binding."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from helpers.sandbox import call as calls
from helpers.sandbox import commit, delete, jsonpath, status, write
from helpers.sandbox.parts import clone
from helpers.sandbox.patch.json import PatchError
from helpers.sandbox.patch.merge import merge
from helpers.sandbox.tables.columns import labels_of, selector_of

if TYPE_CHECKING:
    from helpers.sandbox.call import Call
    from helpers.sandbox.resources import Object

_SCALE = {
    "specReplicasPath": ".spec.replicas",
    "statusReplicasPath": ".status.replicas",
    "labelSelectorPath": "",
}


def scale(call: Call, method: str) -> Object:
    """Return an object's scale, after changing it where the method says so."""
    obj = call.cluster.need(call.resource, call.namespace, call.name)
    definition = call.cluster.definition(call.resource)
    paths = (definition.scale or _SCALE) if definition else _SCALE
    shown = _scale(obj, paths)
    if method == "GET":
        return shown
    put = method == "PUT"
    wanted = calls.read(call.body, call.content_type) if put else _patched(call, shown)
    spec = wanted.get("spec")
    replicas = spec.get("replicas", 0) if isinstance(spec, dict) else None
    if not isinstance(replicas, int) or isinstance(replicas, bool):
        raise status.bad_request("Scale: spec.replicas is no number")
    if replicas < 0:
        why = "must be greater than or equal to 0"
        raise status.invalid(
            call.resource, call.name, [status.invalid_value("spec.replicas", replicas, why)]
        )
    meta = wanted.get("metadata")
    version = meta.get("resourceVersion") if isinstance(meta, dict) else None
    if version not in (None, "", obj["metadata"]["resourceVersion"]):
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
    body = calls.parse(call.body)
    kind = call.content_type.partition(";")[0].strip().lower()
    try:
        if kind == write.JSON_PATCH:
            found = write.json_patched(shown, body)
        elif kind in (write.MERGE_PATCH, write.STRATEGIC_PATCH, write.APPLY_PATCH):
            found = merge(shown, body)
        else:
            raise status.unsupported(write.PATCHES)
    except PatchError as error:
        raise status.bad_request(f"error applying the patch: {error}") from None
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
        plain = obj["kind"] == "ReplicationController"
        state["selector"] = labels_of(selector) if plain else selector_of(selector)
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {key: meta[key] for key in kept if key in meta},
        "spec": {"replicas": replicas},
        "status": state,
    }


def evict(call: Call) -> Object:
    """Delete a pod as a drain does; budgets are not counted."""
    body = calls.read(call.body, call.content_type)
    found = call.cluster.need(call.resource, call.namespace, call.name)
    options = body.get("deleteOptions")
    options = options if isinstance(options, dict) else {}
    grace = options.get("gracePeriodSeconds")
    if not call.dry_run and not options.get("dryRun"):
        wanted = {"gracePeriodSeconds": grace} if isinstance(grace, int) else {}
        delete.mark(call.cluster, call.resource, found, wanted)
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def token(call: Call) -> Object:
    """Return a TokenRequest with a token that says that it is simulated, and opens nothing."""
    body = calls.read(call.body, call.content_type)
    call.cluster.need(call.resource, call.namespace, call.name)
    given = body.get("spec")
    spec = given if isinstance(given, dict) else {}
    seconds = spec.get("expirationSeconds")
    seconds = min(seconds, 1 << 32) if isinstance(seconds, int) and seconds > 0 else 3600
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


def bind(call: Call) -> Object:
    """Put a pod on the node that a Binding names."""
    body = calls.read(call.body, call.content_type)
    target = body.get("target")
    node = target.get("name") if isinstance(target, dict) else None
    if not isinstance(node, str) or not node:
        raise status.bad_request("Binding: target.name: Required value")
    found = call.cluster.need(call.resource, call.namespace, call.name)
    if found["spec"].get("nodeName"):
        raise status.conflict(call.resource, call.name, "pod is already assigned to a node")
    if not call.dry_run:
        spec = {**found["spec"], "nodeName": node}
        call.cluster.store.put(call.resource.name, {**found, "spec": spec})
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}
