"""`info`: clusters as they are defined, and whether they are there."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from helpers.localcluster.task import routed
from helpers.localcluster.values import items

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
    """Return the facts as a table's lines.

    It is to fit a stage, so it leaves out zones where no cluster has one, and nodes' addresses of
    families that their cluster does not have.
    """
    facts = [{**each, "nodes": _used(each)} for each in facts]
    columns = [name for name in _COLUMNS if name != "zone" or any(each[name] for each in facts)]
    rows = [[name.upper() for name in columns]]
    rows += [[_cell(each[name]) for name in columns] for each in facts]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _used(fact: dict[str, object]) -> list[str]:
    """Return the addresses of a cluster's nodes in the families of its pods."""
    versions = {ip_network(str(range_)).version for range_ in items(fact, "pods")}
    nodes = fact["nodes"]
    listed = nodes.values() if isinstance(nodes, dict) else ()
    every = [str(address) for addresses in listed for address in addresses]
    return [address for address in every if ip_address(address).version in versions]


def _cell(value: object) -> str:
    if isinstance(value, list):
        value = ",".join(value)
    return str(value or "-")
