"""Server-side apply: one manager's opinion merged into an object, and who owns what of it.

Follows Kubernetes' documentation of server-side apply and structured-merge-diff's behaviour. Not
done: fields that change owners because a kind's version is converted.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from helpers.sandbox.patch.fields import (
    Path,
    decode,
    encode,
    flatten,
    items_of,
    shown,
    well_formed,
)
from helpers.sandbox.schemas import child, is_atomic, is_set, key_of, list_keys, resolve
from helpers.sandbox.status import ApiError, Cause

if TYPE_CHECKING:
    from helpers.sandbox.resources import Object
    from helpers.sandbox.schemas import Schema


@dataclass(frozen=True, slots=True)
class FieldManager:
    """Who writes: its name, by apply or by update, which subresource, when."""

    name: str
    apply: bool
    api_version: str
    time: str
    subresource: str = ""

    def same(self, entry: Object) -> bool:
        """Return whether an entry of managedFields is this manager's."""
        operation = "Apply" if self.apply else "Update"
        found = (entry.get("manager"), entry.get("operation"), entry.get("subresource", ""))
        return found == (self.name, operation, self.subresource)

    def entry(self, owned: set[Path]) -> Object:
        """Return this manager's entry."""
        out = {
            "manager": self.name,
            "operation": "Apply" if self.apply else "Update",
            "apiVersion": self.api_version,
            "time": self.time,
            "fieldsType": "FieldsV1",
            "fieldsV1": encode(owned),
        }
        return out | ({"subresource": self.subresource} if self.subresource else {})


def entries(obj: Object) -> list[Object]:
    """Return an object's managedFields."""
    found = obj.get("metadata", {}).get("managedFields") or []
    return [entry for entry in found if isinstance(entry, dict)]


def apply(
    live: Object, given: Object, schema: Schema, manager: FieldManager, *, force: bool
) -> Object:
    """Return `live` with what `given` says, and managedFields that say so.

    Raises:
        ApiError: 409: others own fields to which `given` gives another value, without `force`.
    """
    wanted = flatten(given, schema)
    have = flatten(live, schema)
    others: list[tuple[Object, set[Path]]] = []
    before: set[Path] = set()
    for entry in entries(live):
        owned = decode(entry.get("fieldsV1", {}))
        if manager.same(entry):
            before = owned
        else:
            others.append((entry, owned))
    differing = {path for path, value in wanted.items() if path in have and have[path] != value}
    conflicts = [(entry, owned & differing) for entry, owned in others if owned & differing]
    if conflicts and not force:
        raise _conflict(conflicts)
    kept_by_others = {path for _, owned in others for path in owned | items_of(owned)}
    dropped = before - wanted.keys() - kept_by_others
    out = _merged(live, given, schema)
    # Whole items first: without the field that is its key, an item could not be found.
    for path in sorted(dropped, key=lambda one: (one[-1] != ".", -len(one))):
        _remove(out, path, schema)
    mine = manager.entry(set(wanted))
    for entry in entries(live):
        if manager.same(entry) and entry.get("fieldsV1") == mine["fieldsV1"]:
            mine = entry
    _write(out, [(entry, owned - differing) for entry, owned in others], mine)
    return out


def _conflict(conflicts: list[tuple[Object, set[Path]]]) -> ApiError:
    causes = [
        Cause(
            "FieldManagerConflict",
            f'conflict with "{entry.get("manager")}"'
            + (f' with subresource "{entry["subresource"]}"' if entry.get("subresource") else "")
            + ("" if entry.get("operation") == "Apply" else f" using {entry.get('apiVersion')}"),
            shown(path),
        )
        for entry, paths in conflicts
        for path in sorted(paths)
    ]
    one = f": {causes[0].field}" if len(causes) == 1 else ""
    grouped: dict[str, list[str]] = {}
    for cause in causes:
        grouped.setdefault(cause.message, []).append(cause.field)
    listed = "; ".join(
        f"{who}{one}" if one else f"{who}:\n" + "\n".join(f"- {field}" for field in fields)
        for who, fields in grouped.items()
    )
    count = f"{len(causes)} conflict{'s' if len(causes) > 1 else ''}"
    message = f"Apply failed with {count}: {listed}"
    return ApiError(409, "Conflict", message, causes=list(map(asdict, causes)))


def update(before: Object | None, after: Object, schema: Schema, manager: FieldManager) -> None:
    """Give what `after` says otherwise than `before` to a manager that wrote it (not by apply)."""
    old = flatten(before, schema) if before else {}
    new = flatten(after, schema)
    changed = {path for path, value in new.items() if path not in old or old[path] != value}
    gone = old.keys() - new.keys()
    source = _source(before, after, manager) if before else []
    if not changed and not gone:
        _put(after, source)
        return
    others = []
    mine = set(changed)
    for entry in source:
        owned = decode(entry.get("fieldsV1", {})) - gone
        if manager.same(entry):
            mine |= owned
        else:
            others.append((entry, owned - changed))
    _write(after, others, manager.entry(mine) if mine else None)


def _source(before: Object, after: Object, manager: FieldManager) -> list[Object]:
    """Return the entries that an update begins with: its own, where it brings any that are whole.

    So kubectl makes the fields of a client-side apply those of a server-side one. One empty entry
    takes all away; who sends none, as clients do that know nothing of them, leaves them.
    """
    given = (after.get("metadata") or {}).get("managedFields")
    if manager.subresource or not given or given == entries(before):
        return entries(before)
    if given == [{}]:
        return []
    return given if all(map(_whole, given)) else entries(before)


def _whole(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and entry.get("operation") in ("Apply", "Update")
        and entry.get("fieldsType") == "FieldsV1"
        and well_formed(entry.get("fieldsV1"))
    )


def _write(obj: Object, others: list[tuple[Object, set[Path]]], mine: Object | None) -> None:
    found = [
        entry if decode(entry["fieldsV1"]) == owned else entry | {"fieldsV1": encode(owned)}
        for entry, owned in others
        if owned
    ]
    _put(obj, found + ([mine] if mine else []))


def _put(obj: Object, found: list[Object]) -> None:
    # The metadata may be the stored object's own.
    meta = {**(obj.get("metadata") or {})}
    meta.pop("managedFields", None)
    obj["metadata"] = meta | ({"managedFields": found} if found else {})


def _merged(live: Object, given: Object, schema: Schema) -> Object:
    found = _merge(live, given, schema)
    return found if isinstance(found, dict) else given


def _merge(live: object, given: object, schema: Schema) -> object:
    schema = resolve(schema)
    if isinstance(live, dict) and isinstance(given, dict) and not is_atomic(schema):
        out = dict(live)
        for key, value in given.items():
            below = child(schema, key) or {}
            out[key] = _merge(live[key], value, below) if key in live else value
        return out
    if isinstance(live, list) and isinstance(given, list):
        if keys := list_keys(schema):
            return _merge_items(live, given, keys, schema.get("items", {}))
        if is_set(schema):
            return live + [value for value in given if value not in live]
    return given


def _merge_items(
    live: list[Object], given: list[Object], keys: tuple[str, ...], schema: Schema
) -> list[object]:
    new = {key_of(item, keys): item for item in given}
    out: list[object] = []
    for item in live:
        key = key_of(item, keys)
        out.append(_merge(item, new.pop(key), schema) if key in new else item)
    return out + list(new.values())


def _remove(obj: object, path: Path, schema: Schema) -> bool:
    """Take a field out of an object; return whether that left it empty. Copies what it changes."""
    schema = resolve(schema)
    first, rest = path[0], path[1:]
    kind, _, name = first.partition(":")
    if kind == "f" and isinstance(obj, dict) and name in obj:
        below = obj[name]
        if isinstance(below, dict):
            obj[name] = below = dict(below)
        elif isinstance(below, list):
            obj[name] = below = list(below)
        if not rest or _remove(below, rest, child(schema, name) or {}):
            del obj[name]
            return not obj
    elif kind == "k" and isinstance(obj, list):
        keys = list_keys(schema)
        for index, item in enumerate(obj):
            if key_of(item, keys) != first:
                continue
            if rest == (".",):
                del obj[index]
            else:
                obj[index] = copied = dict(item)
                _remove(copied, rest, schema.get("items", {}))
            return not obj
    elif kind == "v" and isinstance(obj, list):
        value = json.loads(name)
        if value in obj:
            obj.remove(value)
            return not obj
    return False
