"""Every command, in the order in which a speaker needs them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command of localcluster.

    Attributes:
        module: The module in helpers/localcluster that plans it, by `plan(task)`.
        does: What it does, a sentence.
        example: A call of it.
        options: The options that are only for some commands, and for this one.
        inside: Whether it asks running clusters what is in them.
        linkerd: Whether it depends on what the installed linkerd offers.
    """

    module: str
    does: str
    example: str
    options: frozenset[str] = frozenset()
    inside: bool = False
    linkerd: bool = False


COMMANDS = {
    "create": Command(
        "create",
        "Make clusters, with load balancers and routes; leave those that are as defined.",
        "localcluster create clusters smiley",
        inside=True,
    ),
    "lb": Command(
        "lb",
        "Give clusters MetalLB, with the pools of their definitions.",
        "localcluster lb clusters smiley",
        inside=True,
    ),
    "route": Command(
        "route",
        "Teach nodes the way to the pods of the clusters that theirs works with.",
        "localcluster route clusters smiley",
    ),
    "delete": Command(
        "delete",
        "Delete clusters, their contexts, and the routes to them.",
        "localcluster delete clusters faces smiley",
    ),
}
"""By name; the first word of a sentence says what is changed."""
ALIASES = {"link-groups": "group"}
