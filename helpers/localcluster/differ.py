"""How a cluster that is there differs from its definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.localcluster.providers import maker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.localcluster.model import Cluster, Range
    from helpers.localcluster.state import State


def beyond_repair(cluster: Cluster, state: State) -> list[str]:
    """Return what only a new cluster can mend, as the ends of a sentence on the cluster."""
    nodes = state.of(cluster)
    makers = {node.provider for node in nodes}
    if makers != {cluster.provider}:
        others = " and ".join(sorted(makers))
        return [f"is a cluster of {others}, and defined as one of {cluster.provider}"]
    wrong = []
    if len(nodes) != cluster.nodes:
        wrong.append(f"has {_count(len(nodes))}, and is defined with {cluster.nodes}")
    image = cluster.image or maker(cluster.provider).IMAGE
    if images := sorted({node.image for node in nodes} - {image, _tagged(image)}):
        wrong.append(f"is made of {', '.join(images)}, and defined with {image}")
    if any(node.running and not node.addresses for node in nodes):
        wrong.append("is on another network")
    if cluster.name in state.inside:
        wrong += _inside(cluster, state)
    return wrong


def _inside(cluster: Cluster, state: State) -> list[str]:
    """Compare with what the running cluster says."""
    inside = state.inside[cluster.name]
    if inside is None:
        return ["does not answer"]
    wrong = []
    if not _within(inside.pods, cluster.pods):
        wrong.append(f"has pods in {_text(inside.pods)}, and is defined with {_text(cluster.pods)}")
    if inside.service and inside.service not in cluster.services[0]:
        wrong.append(
            f"has services around {inside.service}, and is defined with {_text(cluster.services)}"
        )
    if inside.zones != {cluster.zone or ""}:
        zones = ", ".join(sorted(filter(None, inside.zones))) or "none"
        wrong.append(f"has the zone {zones}, and is defined with {cluster.zone or 'none'}")
    return wrong


def _within(parts: Iterable[Range], wholes: Iterable[Range]) -> bool:
    """Whether parts are in the wholes, and of the same families."""
    parts, wholes = tuple(parts), tuple(wholes)
    if {part.version for part in parts} != {whole.version for whole in wholes}:
        return False
    return all(
        part[0] in whole for part in parts for whole in wholes if part.version == whole.version
    )


def _tagged(image: str) -> str:
    """Return an image without its registry, as Docker may write it."""
    return image.removeprefix("docker.io/").removeprefix("library/")


def _text(ranges: Iterable[Range]) -> str:
    return ", ".join(map(str, ranges)) or "none"


def _count(number: int) -> str:
    return "1 node" if number == 1 else f"{number} nodes"
