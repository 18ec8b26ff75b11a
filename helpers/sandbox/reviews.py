"""Questions that are posted: who am I, may I, may they."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox import parts, rbac
from helpers.sandbox.commit import decoded
from helpers.sandbox.tls import MASTERS

if TYPE_CHECKING:
    from helpers.sandbox.call import Call
    from helpers.sandbox.resources import Object


def answer(call: Call) -> Object:
    """Return the review in the body with its status."""
    review = decoded(call, call.read())
    spec = parts.spec(review)
    kind = call.resource.kind
    if kind == "SelfSubjectReview":
        status: Object = {"userInfo": {"username": call.user, "groups": list(call.groups)}}
    elif kind == "TokenReview":
        status = {"authenticated": False, "user": {}, "error": "[simulated] no token is known"}
    elif kind == "SelfSubjectRulesReview":
        status = _rules(call, spec)
    else:
        status = {"allowed": _allowed(call, spec)}
    return {
        "kind": kind,
        "apiVersion": call.resource.api_version,
        "metadata": {**review["metadata"], "creationTimestamp": None},
        "spec": spec,
        "status": status,
    }


def _allowed(call: Call, spec: Object) -> bool:
    user, groups = call.user, call.groups
    if not call.resource.kind.startswith("Self"):
        user, groups = spec.get("user", ""), tuple(spec.get("groups") or ())
    wanted = spec.get("resourceAttributes")
    if wanted is None:
        return MASTERS in groups
    verb, space, group, resource, below, name = (
        wanted.get(key, "")
        for key in ("verb", "namespace", "group", "resource", "subresource", "name")
    )
    resource = f"{resource}/{below}".removesuffix("/")
    return rbac.allowed(call.cluster, rbac.Action(user, groups, verb, space, group, resource, name))


def _rules(call: Call, spec: Object) -> Object:
    action = rbac.Action(call.user, call.groups, "", spec.get("namespace", ""), "", "")
    found = list(rbac.rules(call.cluster, action))
    return {
        "resourceRules": [
            {key: one[key] for key in ("verbs", "apiGroups", "resources") if key in one}
            for one in found
            if one.get("resources")
        ],
        "nonResourceRules": [
            {"verbs": one["verbs"], "nonResourceURLs": one["nonResourceURLs"]}
            for one in found
            if one.get("nonResourceURLs")
        ],
        "incomplete": False,
    }
