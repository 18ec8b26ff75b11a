"""Reading objects: get, and lists in pages."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from helpers.sandbox import autoscaling, selectors
from helpers.sandbox.status import bad_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.sandbox.call import Call
    from helpers.sandbox.resources import Object, Resource


def shown(resource: Resource, obj: Object) -> Object:
    """Return an object in the version that is asked for; of custom ones, others may be stored."""
    if autoscaling.is_old(resource):
        return autoscaling.shown(obj)
    if resource.custom and obj.get("apiVersion") != resource.api_version:
        return obj | {"apiVersion": resource.api_version}
    return obj


def wanted(call: Call) -> Callable[[Object], bool]:
    """Return the test of objects that a call's namespace, name and selectors are.

    Raises:
        ApiError: 400: a selector is none.
    """
    labels = selectors.labels(call.query.get("labelSelector") or "")
    fields = selectors.fields(call.query.get("fieldSelector") or "", call.resource.kind)
    namespace, name = call.namespace, call.name

    def test(obj: Object) -> bool:
        meta = obj["metadata"]
        if namespace and meta.get("namespace") != namespace:
            return False
        if name and meta["name"] != name:
            return False
        return labels(meta.get("labels") or {}) and fields(obj)

    return test


def get(call: Call) -> Object:
    """Return one object."""
    found = call.need()
    return shown(call.resource, found)


def items(call: Call) -> list[Object]:
    """Return the objects that are asked for, all of them."""
    found = call.cluster.store.all(call.resource.name, call.namespace)
    return [shown(call.resource, obj) for obj in filter(wanted(call), found)]


def page(call: Call) -> Object:
    """Return the list that is asked for: all of it, or the part that `limit` and `continue` say.

    Raises:
        ApiError: 400: `limit`, `continue` or a selector is malformed.
    """
    found = items(call)
    limit = number(call, "limit") or 0
    meta: Object = {"resourceVersion": str(call.cluster.store.version)}
    if token := call.query.get("continue"):
        after, version = _continued(token)
        found = [obj for obj in found if _key(obj) > after]
        meta["resourceVersion"] = str(version)
    if limit and len(found) > limit:
        rest = len(found) - limit
        found = found[:limit]
        place = {"v": meta["resourceVersion"], "after": _key(found[-1])}
        meta["continue"] = base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
        if not call.query.get("labelSelector") and not call.query.get("fieldSelector"):
            meta["remainingItemCount"] = rest
    resource = call.resource
    return {
        "kind": resource.list,
        "apiVersion": resource.api_version,
        "metadata": meta,
        "items": found,
    }


def number(call: Call, name: str) -> int | None:
    """Return a parameter that is a number, None where it is not given.

    Raises:
        ApiError: 400: it is none.
    """
    text = call.query.get(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return int(text)


def _key(obj: Object) -> list[str]:
    return [obj["metadata"].get("namespace", ""), obj["metadata"]["name"]]


def _continued(token: str) -> tuple[list[str], int]:
    try:
        found = json.loads(base64.urlsafe_b64decode(token.encode()))
        after, version = found["after"], int(found["v"])
        if len(after) == 2 and all(isinstance(part, str) for part in after):
            return after, version
    except (ValueError, KeyError, TypeError):
        pass
    raise bad_request("continue key is not valid: it is none of this server's")
