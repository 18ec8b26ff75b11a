"""JSON patch, RFC 6902, on pointers of RFC 6901."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.parts import clone

if TYPE_CHECKING:
    from helpers.sandbox.resources import Json, Object


class PatchError(Exception):
    """A patch that is none, or that does not fit; the message says which."""


class OperationError(PatchError):
    """One of its operations cannot be done."""


def json_patch(target: Object, patch: object) -> Json:
    """Return a copy of `target` with the operations of `patch` done, one after the other.

    Raises:
        PatchError: It is no list of operations.
        OperationError: An operation is malformed, leads nowhere, or is a test that does not hold.
    """
    if not isinstance(patch, list) or not all(isinstance(one, dict) for one in patch):
        raise PatchError("a JSON patch is a list of operations, which are objects")
    document: Json = clone(target)
    for operation in patch:
        document = _operate(document, operation)
    return document


def _operate(document: Json, operation: Object) -> Json:
    name = operation.get("op")
    path = _pointer(operation.get("path"))
    if name in ("add", "replace", "test") and "value" not in operation:
        raise OperationError(f"{name} operation must have a value")
    if name == "add":
        return _put(document, path, clone(operation["value"]), insert=True)
    if name == "replace":
        _find(document, path, "replace")
        return _put(document, path, clone(operation["value"]), insert=False)
    if name == "remove":
        return _remove(document, path)
    if name in ("move", "copy"):
        source = _pointer(operation.get("from"))
        value = clone(_find(document, source, str(name)))
        if name == "move":
            document = _remove(document, source)
        return _put(document, path, value, insert=True)
    if name == "test":
        if _find(document, path, "test", missing=None) != operation["value"]:
            raise OperationError(f"testing value {operation['path']} failed: test failed")
        return document
    raise OperationError(f"Unexpected kind: {name}")


def _pointer(text: object) -> list[str]:
    if not isinstance(text, str) or (text and not text.startswith("/")):
        raise OperationError(f"`{text}` is not a JSON pointer")
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def _index(container: list[Json], part: str, limit: int) -> int:
    if not part.isascii() or not part.isdigit() or len(part) > 9 or int(part) > limit:
        raise OperationError(f"Unable to access invalid index: {part}: invalid index referenced")
    return int(part)


def _find(document: Json, path: list[str], name: str, **default: object) -> Json:
    value = document
    for part in path:
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and value:
            value = value[_index(value, part, len(value) - 1)]
        elif "missing" in default:
            return default["missing"]
        else:
            where = "/" + "/".join(path)
            raise OperationError(f"{name} operation does not apply: doc is missing path: {where}")
    return value


def _put(document: Json, path: list[str], value: Json, *, insert: bool) -> Json:
    if not path:
        return value
    parent = _find(document, path[:-1], "add")
    if isinstance(parent, dict):
        parent[path[-1]] = value
    elif isinstance(parent, list) and insert:
        last = len(parent) if path[-1] == "-" else _index(parent, path[-1], len(parent))
        parent.insert(last, value)
    elif isinstance(parent, list):
        parent[_index(parent, path[-1], len(parent) - 1)] = value
    else:
        raise OperationError(
            f"add operation does not apply: doc is missing path: /{'/'.join(path)}"
        )
    return document


def _remove(document: Json, path: list[str]) -> Json:
    if not path:
        raise OperationError("remove operation does not apply: the whole object")
    _find(document, path, "remove")
    parent = _find(document, path[:-1], "remove")
    if isinstance(parent, dict):
        del parent[path[-1]]
    else:
        del parent[int(path[-1])]
    return document
