"""CustomResourceDefinitions: the resources that they make, with schema, columns and scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.sandbox.resources import Resource
from helpers.sandbox.schemas import OBJECT_META

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.sandbox.resources import Object
    from helpers.sandbox.schemas import Schema

NAME = "customresourcedefinitions.apiextensions.k8s.io"


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of one CRD."""

    resource: Resource
    schema: Schema
    """The schema of its objects, as the CRD has it."""
    columns: tuple[Object, ...] = ()
    scale: Object | None = None
    """Where replicas and selector are, where it has the scale subresource."""
    deprecated: str = ""
    """The warning that its use deserves."""

    @property
    def full_schema(self) -> Schema:
        """The schema with what every object has."""
        properties = {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"$ref": OBJECT_META},
        }
        found = self.schema.get("properties") or {}
        return {**self.schema, "type": "object", "properties": {**found, **properties}}


def definitions(crd: Object) -> Iterator[Definition]:
    """Yield what a CRD makes: a definition for each version that is served."""
    spec = crd["spec"]
    names = spec["names"]
    storage = next((one["name"] for one in spec["versions"] if one.get("storage")), "")
    for version in spec["versions"]:
        if not version.get("served"):
            continue
        below = version.get("subresources") or {}
        resource = Resource(
            group=spec["group"],
            version=version["name"],
            plural=names["plural"],
            kind=names["kind"],
            namespaced=spec.get("scope") == "Namespaced",
            short=tuple(names.get("shortNames") or ()),
            categories=tuple(names.get("categories") or ()),
            subresources=tuple(name for name in ("scale", "status") if name in below),
            singular=names.get("singular") or names["kind"].lower(),
            list=names.get("listKind") or f"{names['kind']}List",
            custom=True,
            storage=storage,
        )
        warning = ""
        if version.get("deprecated"):
            warning = version.get("deprecationWarning") or (
                f"{resource.api_version} {resource.kind} is deprecated"
            )
        yield Definition(
            resource,
            (version.get("schema") or {}).get("openAPIV3Schema") or {},
            tuple(version.get("additionalPrinterColumns") or ()),
            below.get("scale"),
            warning,
        )


def established(crd: Object, now: str) -> Object:
    """Return the status that a CRD has once its resources are served."""
    spec = crd["spec"]
    accepted = dict(spec["names"])
    stored = (crd.get("status") or {}).get("storedVersions") or []
    storage = [one["name"] for one in spec["versions"] if one.get("storage")]
    conditions = [
        {
            "type": "NamesAccepted",
            "status": "True",
            "reason": "NoConflicts",
            "message": "no conflicts found",
            "lastTransitionTime": now,
        },
        {
            "type": "Established",
            "status": "True",
            "reason": "InitialNamesAccepted",
            "message": "the initial names have been accepted",
            "lastTransitionTime": now,
        },
    ]
    return {
        "conditions": conditions,
        "acceptedNames": accepted,
        "storedVersions": stored + [name for name in storage if name not in stored],
    }
