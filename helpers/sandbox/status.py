"""Errors as an API server words them: a `Status` with a reason that clients know.

The words are kube-apiserver 1.35's (apimachinery's api/errors and util/validation/field).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.sandbox.resources import Json, Object, Resource


@dataclass(frozen=True, slots=True)
class Cause:
    """What is wrong with one field."""

    reason: str
    message: str
    field: str


class ApiError(Exception):
    """An answer that is an error."""

    def __init__(self, code: int, reason: str, message: str, **details: Json) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.details: Object = details

    @property
    def status(self) -> Object:
        """The `Status` object that a client is sent."""
        more = {"details": self.details} if self.details else {}
        reason = {"reason": self.reason} if self.reason else {}
        return _status("Failure", message=str(self), **reason, code=self.code, **more)


class DecodingError(ApiError):
    """An object cannot be read as one of its kind; `why` says what is in the way."""

    def __init__(self, prefix: str, why: str) -> None:
        super().__init__(400, "BadRequest", prefix + why)
        self.why = why


def _details(resource: Resource, name: str) -> Object:
    out = {"name": name, "kind": resource.plural}
    if resource.group:
        out["group"] = resource.group
    return out


def not_found(resource: Resource, name: str) -> ApiError:
    """There is no such object."""
    message = f'{resource.name} "{name}" not found'
    return ApiError(404, "NotFound", message, **_details(resource, name))


def no_such_path() -> ApiError:
    """Nothing is served there."""
    return ApiError(404, "NotFound", "the server could not find the requested resource")


def already_exists(resource: Resource, name: str) -> ApiError:
    """There is one of that name."""
    message = f'{resource.name} "{name}" already exists'
    return ApiError(409, "AlreadyExists", message, **_details(resource, name))


def conflict(resource: Resource, name: str, why: str = "") -> ApiError:
    """What is written is not based on the newest version."""
    newer = "the object has been modified; please apply your changes to the latest version and try"
    why = why or f"{newer} again"
    message = f'Operation cannot be fulfilled on {resource.name} "{name}": {why}'
    return ApiError(409, "Conflict", message, **_details(resource, name))


def precondition(resource: Resource, name: str, field: str, wanted: str, found: str) -> ApiError:
    """It is not the object, or not the version of it, that is meant."""
    why = f"{field} in precondition: {wanted}, {field} in object meta: {found}"
    return conflict(resource, name, f"Precondition failed: {why}")


def forbidden(resource: Resource, name: str, why: str) -> ApiError:
    """It may not be done."""
    message = f'{resource.name} "{name}" is forbidden: {why}'
    return ApiError(403, "Forbidden", message, **_details(resource, name))


def bad_request(message: str) -> ApiError:
    """The request makes no sense."""
    return ApiError(400, "BadRequest", message)


def method_not_allowed() -> ApiError:
    """The resource is there and does not do this."""
    message = "the server does not allow this method on the requested resource"
    return ApiError(405, "MethodNotAllowed", message)


def not_simulated(what: str) -> ApiError:
    """A real server would; this one does not."""
    return ApiError(501, "NotImplemented", f"[simulated] the sandbox does not simulate {what}")


def unsupported(accepted: Sequence[str]) -> ApiError:
    """The body's media type is none that is read."""
    message = (
        "the body of the request was in an unknown format - accepted media types include: "
        + ", ".join(accepted)
    )
    return ApiError(415, "UnsupportedMediaType", message)


def expired(asked: int, oldest: int) -> ApiError:
    """A watch would begin before what is remembered."""
    return ApiError(410, "Expired", f"too old resource version: {asked} ({oldest})")


def invalid(resource: Resource, name: str, causes: Sequence[Cause]) -> ApiError:
    """The object's fields are not what they must be."""
    texts = [f"{cause.field}: {cause.message}" for cause in causes]
    text = texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]"
    details = _details(resource, name) | {
        "kind": resource.kind,
        "causes": list(map(asdict, causes)),
    }
    message = f'{resource.qualified_kind} "{name}" is invalid: {text}'
    return ApiError(422, "Invalid", message, **details)


def unpatchable() -> ApiError:
    """A patch is well-formed, and one of its operations cannot be done."""
    message = "the server rejected our request due to an error in our request"
    return ApiError(422, "Invalid", message)


def badly_patched(value: object, why: str) -> ApiError:
    """What a patch makes of an object cannot be read as one of its kind.

    Args:
        value: A text where it is the patched object, else the patch, which Go prints.
        why: What is in the way.
    """
    text = value if isinstance(value, str) else _as_go(value)
    cause = invalid_value("patch", text, why)
    message = f' "" is invalid: patch: {cause.message}'
    return ApiError(422, "Invalid", message, causes=[asdict(cause)])


def _as_go(value: object) -> str:
    """Return a JSON value as Go's `%+v` prints it."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{_as_go(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(_as_go, value))}]"
    return "<nil>" if value is None else value if isinstance(value, str) else json.dumps(value)


def shown(value: object) -> str:
    """Return a value as messages quote it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def required(field: str, hint: str = "") -> Cause:
    """A field is missing."""
    return Cause("FieldValueRequired", f"Required value{': ' + hint if hint else ''}", field)


def invalid_value(field: str, value: object, why: str) -> Cause:
    """A field's value is wrong."""
    return Cause("FieldValueInvalid", f"Invalid value: {shown(value)}: {why}", field)


def forbidden_field(field: str, why: str) -> Cause:
    """A field may not be so."""
    return Cause("FieldValueForbidden", f"Forbidden: {why}", field)


def too_long(field: str, most: int) -> Cause:
    """A text is too long."""
    return Cause("FieldValueTooLong", f"Too long: may not be more than {most} bytes", field)


def too_many(field: str, count: int, most: int) -> Cause:
    """A list or a map has too much in it."""
    message = f"Too many: {count}: must have at most {most} items"
    return Cause("FieldValueTooMany", message, field)


def duplicate(field: str, value: object) -> Cause:
    """A value stands there twice."""
    return Cause("FieldValueDuplicate", f"Duplicate value: {shown(value)}", field)


def negative(field: str, value: int) -> Cause:
    """A number is below 0."""
    return invalid_value(field, value, "must be greater than or equal to 0")


def unsupported_value(field: str, value: object, known: Sequence[object]) -> Cause:
    """A field's value is none of those that are known."""
    listed = ", ".join(shown(one) for one in known)
    message = f"Unsupported value: {shown(value)}: supported values: {listed}"
    return Cause("FieldValueNotSupported", message, field)


def deleted(resource: Resource, obj: Object) -> Object:
    """Return the `Status` of a deletion."""
    details = _details(resource, obj["metadata"]["name"]) | {"uid": obj["metadata"]["uid"]}
    return _status("Success", details=details)


def created() -> Object:
    """Return the `Status` of something that is done by being posted."""
    return _status("Success", code=201)


def _status(outcome: str, **more: Json) -> Object:
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": outcome, **more}
