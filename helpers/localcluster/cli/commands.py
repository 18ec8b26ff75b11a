"""Every command, in the order in which a speaker needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Command:
    """A command of localcluster.

    Attributes:
        does: What it does, a sentence.
        example: A call of it, after `localcluster`.
        module: The module in helpers/localcluster that plans it, by `plan(task)`; "" for a report.
        options: The options that are only for some commands, and for this one.
        inside: Of which clusters it must know what is inside: the wanted ones, or all.
        linkerd: Whether it depends on what the installed linkerd offers.
        docker: Whether it depends on what Docker has.
    """

    does: str
    example: str
    module: str = ""
    options: frozenset[str] = frozenset()
    inside: Literal["", "wanted", "every"] = ""
    linkerd: bool = False
    docker: bool = True


COMMANDS = {
    "create": Command(
        "Make clusters, with load balancers and routes; leave those that are as defined.",
        "create clusters smiley",
        module="create",
        inside="wanted",
    ),
    "lb": Command(
        "Give clusters MetalLB, with the pools of their definitions.",
        "lb clusters smiley",
        module="lb",
        inside="wanted",
    ),
    "route": Command(
        "Tell nodes the way to the pods of clusters in their group.",
        "route clusters smiley",
        module="route",
    ),
    "certs": Command(
        "Make the trust anchor and issuers that are missing; with --force, all anew.",
        "certs clusters smiley",
        module="issue",
        docker=False,
    ),
    "linkerd": Command(
        "Install Linkerd under these certificates, and check it.",
        "linkerd clusters smiley",
        module="linkerd",
        inside="wanted",
        linkerd=True,
    ),
    "multicluster": Command(
        "Install Linkerd's multicluster extension.",
        "multicluster clusters smiley",
        module="multicluster",
        inside="every",
        linkerd=True,
    ),
    "group": Command(
        "Link clusters with those of their groups, from pod to pod, both ways.",
        "group clusters smiley",
        module="group",
        inside="every",
        linkerd=True,
    ),
    "link": Command(
        "Link one cluster to another, or as the definitions say.",
        "link --src cdn --dst faces --gateway clusters",
        module="link",
        options=frozenset({"--src", "--dst", "--gateway"}),
        inside="every",
        linkerd=True,
    ),
    "info": Command(
        "Show clusters: their addresses, and whether they are there.",
        "info clusters faces",
        options=frozenset({"--format"}),
    ),
    "repair": Command(
        "Mend contexts, routes and links after Docker has restarted.",
        "repair clusters",
        module="repair",
        inside="every",
        linkerd=True,
    ),
    "doctor": Command(
        "Look at this machine: what would fail, and what helps.",
        "doctor clusters",
        options=frozenset({"--format"}),
    ),
    "delete": Command(
        "Delete clusters, their contexts, and the routes to them.",
        "delete clusters faces smiley",
        module="delete",
    ),
}
"""By name."""
ALIASES = {"link-groups": "group"}
