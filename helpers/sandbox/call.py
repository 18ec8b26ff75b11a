"""One request for a resource, and the reading of its body."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.sandbox import protobuf, strict
from helpers.sandbox.status import ApiError, bad_request, not_found, unsupported

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.patch.apply import FieldManager
    from helpers.sandbox.resources import Json, Object, Resource
    from helpers.sandbox.schemas import Schema

JSON = "application/json"
YAML = "application/yaml"
APPLY = "application/apply-patch+yaml"
PROTOBUF = "application/vnd.kubernetes.protobuf"
LARGEST = 3 * 1024 * 1024
"""Bytes that a body may have: kube-apiserver's own limit."""


@dataclass(slots=True)
class Call:
    """What is asked of one cluster."""

    cluster: Cluster
    resource: Resource
    namespace: str
    name: str
    subresource: str
    query: Mapping[str, str]
    body: bytes = b""
    content_type: str = JSON
    agent: str = ""
    user: str = "simulated-admin"
    groups: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)
    """What the answer's `Warning` headers will say."""

    @property
    def media_type(self) -> str:
        """The body's, without parameters; JSON where none is told."""
        return self.content_type.partition(";")[0].strip().lower() or JSON

    def held(self) -> Object | None:
        """Return the object that is asked for, None where there is none."""
        return self.cluster.store.get(self.resource.name, self.namespace, self.name)

    def need(self) -> Object:
        """Return the object that is asked for.

        Raises:
            ApiError: 404: there is none.
        """
        if (found := self.held()) is None:
            raise not_found(self.resource, self.name)
        return found

    def read(self) -> Object:
        """Return the object that the body is.

        Raises:
            ApiError: 400: it is malformed; 415: it is of a type that is not read.
        """
        kind = self.media_type
        if kind == PROTOBUF:
            try:
                return protobuf.decode(self.body)
            except protobuf.ProtobufError as error:
                raise bad_request(f"unable to decode the body: {error}") from None
        if kind not in (JSON, YAML, APPLY):
            raise unsupported((JSON, YAML, PROTOBUF))
        found = parse(self.body, yaml=kind != JSON)
        if not isinstance(found, dict):
            raise bad_request(
                "couldn't get version/kind; json parse error: json: cannot unmarshal into Go value "
                "of type struct { APIVersion string; Kind string }"
            )
        return found

    def read_as(self, name: str, given: Json = None) -> Object:
        """Return the body, or what is given, as a message of a name that is no resource.

        Raises:
            ApiError: 400: it is malformed, or a value is of a wrong type.
        """
        found = strict.decode(self.read() if given is None else given, {"$ref": f"io.k8s.{name}"})
        if found.wrong:
            raise bad_request(found.wrong)
        return found.value

    @property
    def schema(self) -> Schema:
        """The schema of the resource's objects."""
        return self.cluster.schema(self.resource)

    @property
    def dry_run(self) -> bool:
        """Whether nothing may be stored.

        Raises:
            ApiError: 422: the parameter has a value that is not known.
        """
        asked = self.query.get("dryRun")
        if asked not in (None, "", "All"):
            message = (
                f'Invalid value: "{asked}": dryRun: Unsupported value: "{asked}": '
                'supported values: "All"'
            )
            raise ApiError(422, "Invalid", message)
        return asked == "All"

    @property
    def strictness(self) -> str:
        """What happens to fields that are not known: "Strict", "Warn" or "Ignore"."""
        return self.query.get("fieldValidation") or "Warn"

    def manager(self, time: str, *, apply: bool = False) -> FieldManager:
        """Return who writes."""
        from helpers.sandbox.patch.apply import FieldManager

        name = self.query.get("fieldManager") or self.agent.split("/")[0] or "unknown"
        return FieldManager(name[:128], apply, self.resource.api_version, time, self.subresource)


def parse(body: bytes, *, yaml: bool = False) -> Json:
    """Return the JSON (or YAML) value that a body is.

    Raises:
        ApiError: 400: it is malformed.
    """
    try:
        text = body.decode()
        if yaml and not text.lstrip().startswith("{"):
            return _yaml(text)
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise bad_request(f"error parsing the body: {error}") from None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _yaml(text: str) -> Json:
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """YAML as JSON has it: a time stays text."""

    Loader.yaml_implicit_resolvers = {
        key: [one for one in found if one[0] != "tag:yaml.org,2002:timestamp"]
        for key, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    try:
        if any(isinstance(one, yaml.AliasEvent) for one in yaml.parse(text, Loader=Loader)):
            raise bad_request("the sandbox reads no YAML aliases: a little text could be endless")
        found = yaml.load(text, Loader=Loader)  # noqa: S506  # a safe loader's subclass
        return json.loads(json.dumps(found, allow_nan=False))
    except (yaml.YAMLError, TypeError, RecursionError) as error:
        raise bad_request(f"error converting YAML to JSON: {error}") from None
