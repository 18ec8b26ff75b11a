"""`info`: clusters as they are defined, and whether they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.localcluster.task import routed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.localcluster.model import Cluster
    from helpers.localcluster.task import Task

_COLUMNS = ("name", "provider", "state", "nodes", "pods", "services", "pools", "group", "zone")


def facts(task: Task) -> list[dict[str, object]]:
    """Return what there is to know of each wanted cluster, as JSON values.

    `state` is running, stopped or absent, and null in a dry run, which asks nobody.
    """
    return [_facts(task, cluster) for cluster in task.wanted]


def _facts(task: Task, cluster: Cluster) -> dict[str, object]:
    nodes = task.state.of(cluster) if task.state else ()
    state = None
    if task.state:
        running = all(node.running for node in nodes)
        state = "absent" if not nodes else "running" if running else "stopped"
    return {
        "name": cluster.name,
        "provider": str(cluster.provider),
        "state": state,
        "server": (task.state.server(cluster) or None) if task.state else None,
        "nodes": {node.name: [str(address) for address in node.addresses] for node in nodes},
        "pods": [str(range_) for range_ in cluster.pods],
        "services": [str(range_) for range_ in cluster.services],
        "pools": [str(range_) for range_ in cluster.pools],
        "group": cluster.group,
        "zone": cluster.zone,
        "links": [{"to": link.to, "gateway": link.gateway} for link in cluster.links],
        "routes": [o.name for o in task.every if o is not cluster and routed(cluster, o)],
        "folder": str(cluster.folder),
    }


def table(facts: Iterable[dict[str, object]]) -> list[str]:
    """Return the facts as a table's lines."""
    rows = [[name.upper() for name in _COLUMNS]]
    rows += [[_cell(each[name]) for name in _COLUMNS] for each in facts]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _cell(value: object) -> str:
    if isinstance(value, dict):
        value = [address for addresses in value.values() for address in addresses]
    if isinstance(value, list):
        value = ",".join(value)
    return str(value or "-")
