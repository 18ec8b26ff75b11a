"""Lists and objects as Tables, which is what `kubectl get` shows."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from helpers.sandbox import jsonpath
from helpers.sandbox.tables import core, others, pods, workloads
from helpers.sandbox.tables.columns import AGE, NAME, Column, age_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object, Resource
    from helpers.sandbox.tables.columns import Cell

log = logging.getLogger(__name__)

BUILT_IN = {**core.COLUMNS, **pods.COLUMNS, **workloads.COLUMNS, **others.COLUMNS}
META = "meta.k8s.io/v1"


def columns(cluster: Cluster, resource: Resource) -> tuple[Column, ...]:
    """Return the columns of a resource: NAME and AGE where nothing else is known."""
    definition = cluster.definition(resource)
    if definition is None:
        return BUILT_IN.get(resource.name, (NAME, AGE))
    return (NAME, *map(_custom, definition.columns)) if definition.columns else (NAME, AGE)


def _custom(given: Object) -> Column:
    path, kind = str(given.get("jsonPath", "")), str(given.get("type", "string"))

    def cell(obj: Object) -> Cell:
        found = jsonpath.find(obj, path)
        if not found:
            return None
        if kind == "date":
            return age_of(found[0])
        if kind in ("integer", "number", "boolean") and len(found) == 1:
            one = found[0]
            return one if isinstance(one, int | float) else None
        texts = [one if isinstance(one, str) else json.dumps(one) for one in found]
        return ",".join(texts)

    return Column(str(given.get("name", "")), cell, wide=bool(given.get("priority")), kind=kind)


def table(
    cluster: Cluster, resource: Resource, found: Iterable[Object], meta: Object, include: str
) -> Object:
    """Return a Table of objects, which come along as `include` says: Object, Metadata or None."""
    shown = columns(cluster, resource)
    return {
        "kind": "Table",
        "apiVersion": META,
        "metadata": meta,
        "columnDefinitions": [
            {
                "name": column.name,
                "type": column.kind,
                "format": "name" if column.name == "Name" and not column.wide else "",
                "description": "",
                "priority": int(column.wide),
            }
            for column in shown
        ],
        "rows": [_row(shown, obj, include) for obj in found],
    }


def _row(shown: tuple[Column, ...], obj: Object, include: str) -> Object:
    row: Object = {"cells": [_cell(column, obj) for column in shown]}
    if include == "Object":
        row["object"] = obj
    elif include != "None":
        row["object"] = partial(obj)
    return row


def _cell(column: Column, obj: Object) -> Cell:
    try:
        return column.cell(obj)
    except (AttributeError, KeyError, TypeError, IndexError):
        # A field of a shape that no such object should have; other objects are still to be shown.
        log.exception("no %s can be told of %s", column.name, obj["metadata"]["name"])
        return "<unknown>"


def partial(obj: Object) -> Object:
    """Return an object's metadata alone."""
    return {"kind": "PartialObjectMetadata", "apiVersion": META, "metadata": obj["metadata"]}
