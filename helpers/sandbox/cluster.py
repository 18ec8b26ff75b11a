"""One simulated cluster: what it is configured with, what it holds, what it serves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from helpers.sandbox import crd, schemas
from helpers.sandbox.resources import BUILT_IN
from helpers.sandbox.status import ApiError
from helpers.sandbox.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from helpers.sandbox.addresses import Network
    from helpers.sandbox.resources import Resource
    from helpers.sandbox.schemas import Schema
    from helpers.sandbox.store import Change
    from helpers.sandbox.tls import Credentials

VERSION = "1.35.0"
"""The Kubernetes whose schemas are served."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node that a cluster begins with."""

    name: str
    addresses: tuple[str, ...] = ()
    """Its InternalIPs."""
    labels: Mapping[str, str] = field(default_factory=dict)
    control_plane: bool = True
    tainted: bool = False
    """Whether it is for the control plane alone, as kubeadm has it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a cluster is made with."""

    name: str
    version: str
    pods: tuple[Network, ...]
    services: tuple[Network, ...]
    pools: tuple[Network, ...]
    nodes: tuple[Node, ...]


class Cluster:
    """One cluster: its settings, its objects, and the resources that it serves."""

    def __init__(self, settings: Settings, told: Path | None = None) -> None:
        """Begin with nothing in it; `bootstrap.fill` puts in what every cluster has.

        Args:
            settings: What it is made with.
            told: The file that `tell` writes to.
        """
        self.settings = settings
        self._told = told
        self.store = Store()
        self.resources = {one.key: one for one in BUILT_IN}
        self.definitions: dict[tuple[str, str, str], crd.Definition] = {}
        self.server = ""
        """The URL of its API server, once it listens."""
        self.kubeconfig = ""
        """A kubeconfig with this cluster, its administrator's certificate, and one context."""
        self.credentials: Credentials | None = None
        """What a client needs, for other kubeconfigs."""
        self.store.listen(self._define)

    @property
    def name(self) -> str:
        """What it is called."""
        return self.settings.name

    @property
    def authority(self) -> str:
        """The certificate of its authority, as PEM."""
        return self.credentials.authority if self.credentials else ""

    @property
    def git_version(self) -> str:
        """What its API server and its nodes say they are: "v1.35.0+simulated"."""
        return f"v{self.settings.version}+simulated"

    def tell(self, sentence: str) -> None:
        """Tell whoever counts what is simulated of an answer that only what runs could give."""
        if self._told:
            with self._told.open("a", encoding="utf-8") as file:
                file.write(f"{sentence}\n")

    def named(self, name: str) -> Resource | None:
        """Return the resource that a name such as "deployments.apps" means, in its best version."""
        plural, _, group = name.partition(".")
        for one in self.resources.values():
            if (one.group, one.plural) == (group, plural) and one.storage in ("", one.version):
                return one
        return None

    def of_kind(self, api_version: str, kind: str) -> Resource | None:
        """Return the resource that an object's `apiVersion` and `kind` mean."""
        for one in self.resources.values():
            if (one.api_version, one.kind) == (api_version, kind):
                return one
        return None

    def schema(self, resource: Resource) -> Schema:
        """Return the schema of a resource's objects."""
        definition = self.definition(resource)
        return definition.full_schema if definition else schemas.built_in(resource)

    def definition(self, resource: Resource) -> crd.Definition | None:
        """Return the CRD's definition of a resource, None for a built-in one."""
        return self.definitions.get(resource.key)

    def _define(self, change: Change) -> None:
        if change.resource != crd.NAME:
            return
        if change.before:
            for definition in crd.definitions(change.before):
                self.resources.pop(definition.resource.key, None)
                self.definitions.pop(definition.resource.key, None)
        if change.after:
            for definition in crd.definitions(change.after):
                one = definition.resource
                if one.key in self.resources and one.key not in self.definitions:
                    raise ApiError(409, "Conflict", f"{one.name} is built in")
                self.resources[one.key] = one
                self.definitions[one.key] = definition


def now() -> str:
    """Return the time as objects have it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
