"""Strategic merge patch: a merge patch that knows what tells a list's items apart.

As Kubernetes documents it (community/contributors/devel/sig-api-machinery/strategic-merge-patch):
`$patch`, `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.patch.json import PatchError
from helpers.sandbox.schemas import child, resolve

if TYPE_CHECKING:
    from helpers.sandbox.resources import Json, Object
    from helpers.sandbox.schemas import Schema

ORDER = "$setElementOrder/"
DELETE = "$deleteFromPrimitiveList/"


def strategic(target: Object, patch: Object, schema: Schema) -> Object:
    """Return a copy of `target` with `patch` merged in.

    Raises:
        PatchError: A directive is not known, or the patch is not shaped as the object is.
    """
    schema = resolve(schema)
    directive = patch.get("$patch", "merge")
    if directive == "replace":
        return {**_plain(patch)}
    if directive == "delete":
        return {}
    if directive != "merge":
        raise PatchError(f"Unknown patch type: {directive}")
    out = dict(target)
    if isinstance(retained := patch.get("$retainKeys"), list):
        out = {key: value for key, value in out.items() if key in retained}
    for key, value in patch.items():
        if key.startswith("$"):
            continue
        if value is None:
            out.pop(key, None)
        else:
            out[key] = _value(out.get(key), value, resolve(child(schema, key) or {}))
    for key, value in patch.items():
        _directive(out, key, value, schema)
    return out


def _plain(value: Json) -> Json:
    """Return what a patch adds where nothing was: itself, without directives and nulls."""
    if isinstance(value, dict):
        return {
            key: _plain(one)
            for key, one in value.items()
            if one is not None and not key.startswith("$")
        }
    if isinstance(value, list):
        return [
            _plain(one)
            for one in value
            if not (isinstance(one, dict) and one.get("$patch") in ("delete", "replace"))
        ]
    return value


def _value(target: object, patch: object, schema: Schema) -> object:
    if isinstance(patch, dict):
        return strategic(target if isinstance(target, dict) else {}, patch, schema)
    if isinstance(patch, list):
        return _list(target if isinstance(target, list) else [], patch, schema)
    return patch


def _list(target: list[Json], patch: list[Json], schema: Schema) -> list[Json]:
    key = schema.get("x-kubernetes-patch-merge-key")
    if "merge" not in schema.get("x-patch", ""):
        return _plain(patch)  # type: ignore[no-any-return]
    if not key:
        return target + [value for value in patch if value not in target]
    if any(isinstance(item, dict) and item.get("$patch") == "replace" for item in patch):
        return _plain(patch)  # type: ignore[no-any-return]
    out = list(target)
    for item in patch:
        if not isinstance(item, dict) or key not in item:
            raise PatchError(f"map: {item} does not contain declared merge key: {key}")
        place = next((i for i, one in enumerate(out) if one.get(key) == item[key]), None)
        if item.get("$patch") == "delete":
            out = [one for one in out if one.get(key) != item[key]]
        elif place is None:
            out.append(_plain(item))
        else:
            out[place] = strategic(out[place], item, schema.get("items", {}))
    return out


def _directive(out: Object, key: str, value: object, schema: Schema) -> None:
    if key.startswith(DELETE) and isinstance(value, list):
        name = key.removeprefix(DELETE)
        if isinstance(out.get(name), list):
            out[name] = [one for one in out[name] if one not in value]
    elif key.startswith(ORDER) and isinstance(value, list):
        name = key.removeprefix(ORDER)
        items = out.get(name)
        if not isinstance(items, list):
            return
        field = resolve(child(schema, name) or {}).get("x-kubernetes-patch-merge-key")
        if field:
            order = [one.get(field) for one in value if isinstance(one, dict)]
            known = [one.get(field) for one in items]
        else:
            order, known = value, items
        out[name] = ordered(items, known, order)


def ordered(items: list[Json], known: list[Json], order: list[Json]) -> list[Json]:
    """Return items in the order that is asked for; others stay behind the one before them."""
    out: list[tuple[int, int, Json]] = []
    last = -1
    for index, (item, name) in enumerate(zip(items, known, strict=True)):
        if name in order:
            last = order.index(name)
            out.append((last, -1, item))
        else:
            out.append((last, index, item))
    return [item for _, _, item in sorted(out, key=lambda entry: entry[:2])]
