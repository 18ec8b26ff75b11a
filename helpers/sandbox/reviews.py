"""Questions that are posted: who am I, may I, may they."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox import rbac

if TYPE_CHECKING:
    from helpers.sandbox.call import Call
    from helpers.sandbox.resources import Object


def answer(call: Call) -> Object:
    """Return the review in the body with its status."""
    review = call.read()
    spec = _object(review, "spec")
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
        "metadata": {**_object(review, "metadata"), "creationTimestamp": None},
        "spec": spec,
        "status": status,
    }


def _object(obj: Object, name: str) -> Object:
    found = obj.get(name)
    return found if isinstance(found, dict) else {}


def _text(spec: Object, name: str) -> str:
    found = spec.get(name)
    return found if isinstance(found, str) else ""


def _allowed(call: Call, spec: Object) -> bool:
    user, groups = call.user, call.groups
    if not call.resource.kind.startswith("Self"):
        user = _text(spec, "user")
        given = spec.get("groups")
        groups = tuple(str(one) for one in given) if isinstance(given, list) else ()
    wanted = spec.get("resourceAttributes")
    if not isinstance(wanted, dict):
        return "system:masters" in groups
    resource, below = _text(wanted, "resource"), _text(wanted, "subresource")
    action = rbac.Action(
        user,
        groups,
        _text(wanted, "verb"),
        _text(wanted, "namespace"),
        _text(wanted, "group"),
        f"{resource}/{below}" if below else resource,
        _text(wanted, "name"),
    )
    return rbac.allowed(call.cluster, action)


def _rules(call: Call, spec: Object) -> Object:
    action = rbac.Action(call.user, call.groups, "", _text(spec, "namespace"), "", "")
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
