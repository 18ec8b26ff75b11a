"""Which resources an API server has: the built-in ones, and what is known of each.

data/resources.txt is what `kubectl api-resources` of Kubernetes 1.35 lists, cut to what workshops
use.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""A value as JSON has it: an object, a list, text, a number, a boolean or None."""

Object: TypeAlias = dict[str, Json]
"""A Kubernetes object as JSON has it."""

VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
REVIEW = ("create",)
"""The verbs of what is only asked, not kept."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of one version: what discovery tells of it, and its schema's name."""

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool = True
    short: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    verbs: tuple[str, ...] = VERBS
    singular: str = ""
    list: str = ""
    """The kind of a list of them."""
    custom: bool = False
    """Whether a CustomResourceDefinition made it."""
    storage: str = ""
    """The version that objects are stored in, where it is another than this one."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is found by."""
        return self.group, self.version, self.plural

    @property
    def name(self) -> str:
        """The name without a version, as messages and RBAC have it: "deployments.apps"."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def api_version(self) -> str:
        """What an object says in `apiVersion`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified_kind(self) -> str:
        """The kind with its group, as messages have it: "Deployment.apps"."""
        return f"{self.kind}.{self.group}" if self.group else self.kind

    @property
    def path(self) -> str:
        """Where it is served: "/apis/apps/v1"."""
        return f"/apis/{self.api_version}" if self.group else f"/api/{self.version}"


def _read(line: str) -> Resource:
    group, version, plural, kind, scope, *lists = line.split()
    short, categories, subresources, verbs = (
        () if one == "-" else tuple(one.split(",")) for one in lists
    )
    return Resource(
        "" if group == "-" else group,
        version,
        plural,
        kind,
        namespaced=scope == "namespaced",
        short=short,
        categories=categories,
        subresources=subresources,
        verbs=verbs or VERBS,
        singular="endpoints" if plural == "endpoints" else kind.lower(),
        list=f"{kind}List",
    )


_DATA = Path(__file__).parent / "data"
BUILT_IN = tuple(map(_read, (_DATA / "resources.txt").read_text().splitlines()[1:]))
