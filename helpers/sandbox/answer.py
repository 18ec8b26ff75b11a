"""What is answered to a request for a resource, in the form that the client accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox import autoscaling, delete, read, reviews, status, subresources, write
from helpers.sandbox.resources import REVIEW
from helpers.sandbox.tables import table as tables

if TYPE_CHECKING:
    from helpers.sandbox.call import Call
    from helpers.sandbox.resources import Object

VERBS = {
    ("GET", True): "get",
    ("GET", False): "list",
    ("POST", True): "create",
    ("POST", False): "create",
    ("PUT", True): "update",
    ("PATCH", True): "patch",
    ("DELETE", True): "delete",
    ("DELETE", False): "deletecollection",
}
_POSTED = {"eviction": subresources.evict, "token": subresources.token}


def verb(call: Call, method: str) -> str:
    """Return a request's verb, as RBAC has it.

    Raises:
        ApiError: 405: the resource does not do that.
    """
    found = VERBS.get((method, bool(call.name)))
    if found == "list" and watched(call):
        found = "watch"
    posted = method == "POST" and bool(call.name)
    if found is None or (posted and call.subresource not in _POSTED):
        raise status.method_not_allowed()
    if not call.subresource and found not in call.resource.verbs:
        raise status.method_not_allowed()
    if call.subresource in _POSTED and method != "POST":
        raise status.method_not_allowed()
    if call.subresource and found == "delete":
        raise status.method_not_allowed()
    if method == "POST" and call.resource.namespaced and not call.namespace:
        raise status.method_not_allowed()
    return found


def watched(call: Call) -> bool:
    """Return whether a list is to be watched."""
    return call.query.get("watch") in ("1", "true")


def give(call: Call, method: str) -> tuple[int, Object]:
    """Do what is asked; return the status code and the object of the answer.

    Raises:
        ApiError: What an API server would answer instead.
    """
    if call.resource.verbs == REVIEW:
        return 201, reviews.answer(call)
    if call.subresource == "scale":
        return 200, subresources.scale(call, method)
    if call.subresource in _POSTED:
        return 201, _POSTED[call.subresource](call)
    if method == "GET":
        return 200, read.get(call) if call.name else read.page(call)
    if method == "DELETE":
        return 200, (delete.one if call.name else delete.collection)(call)
    there = call.held()
    used = autoscaling.as_new(call, method) if autoscaling.is_old(call.resource) else call
    done = {"POST": write.create, "PUT": write.replace, "PATCH": write.patch}[method](used)
    return (200 if there else 201), read.shown(call.resource, done)


def accepted(header: str) -> str:
    """Return the form that an Accept header asks for: "Table", "PartialObjectMetadata" or ""."""
    for one in header.split(","):
        fields = dict(
            part.strip().partition("=")[::2] for part in one.split(";")[1:] if "=" in part
        )
        kind = fields.get("as", "")
        if kind in ("Table", "PartialObjectMetadata", "PartialObjectMetadataList"):
            if fields.get("g") == "meta.k8s.io" and fields.get("v") == "v1":
                return kind.removesuffix("List")
        elif not kind and one.split(";")[0].strip() in ("application/json", "*/*"):
            return ""
    return ""


def formed(call: Call, obj: Object, form: str) -> Object:
    """Return an object or a list in the form that was asked for."""
    resource, kind, meta = call.resource, obj.get("kind"), obj["metadata"]
    if form == "" or kind in ("Status", "Scale") or resource.verbs == REVIEW:
        return obj
    listed = kind == resource.list
    if form == "Table":
        if not listed:
            meta = {"resourceVersion": meta.get("resourceVersion", "")}
        include = call.query.get("includeObject") or "Metadata"
        found = obj["items"] if listed else [obj]
        return tables.table(call.cluster, resource, found, meta, include)
    if not listed:
        return tables.partial(obj)
    items = [tables.partial(one) for one in obj["items"]]
    return {"kind": f"{form}List", "apiVersion": tables.META, "metadata": meta, "items": items}
