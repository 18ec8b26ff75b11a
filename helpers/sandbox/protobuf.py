r"""Protobuf request bodies to objects, as kubectl sends them from 1.32 on for typed calls.

Only requests: answers are JSON, which every client accepts. The envelope is the one that
Kubernetes documents ("k8s\0" and a runtime.Unknown); field numbers are generated data.
"""

from __future__ import annotations

import base64
import json
import struct
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from helpers.sandbox.schemas import load, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.sandbox.resources import Json, Object

MAGIC = b"k8s\x00"
DEPTH = 64
"""How deep messages may stand in each other; Kubernetes' own are at most 12."""

_META = "io.k8s.apimachinery.pkg.apis.meta.v1."
_RUNTIME = "io.k8s.apimachinery.pkg.runtime."
_LISTS = ("ExtraValue", "Verbs")
"""Messages that are plain lists in JSON."""
_META_KINDS = ("DeleteOptions", "CreateOptions", "UpdateOptions", "PatchOptions")


class ProtobufError(Exception):
    """A body that is not what it says it is."""


def decode(body: bytes) -> Object:
    """Return the object in a request's body.

    Raises:
        ProtobufError: It is no such envelope, is cut off, or its kind is not known.
    """
    if not body.startswith(MAGIC):
        raise ProtobufError("provided data does not appear to be a protobuf message")
    envelope = _message(memoryview(body)[len(MAGIC) :], f"{_RUNTIME}Unknown", 0)
    kind = envelope.get("typeMeta", {})
    raw = base64.b64decode(envelope.get("raw", ""))
    version, name = kind.get("apiVersion", ""), kind.get("kind", "")
    if "json" in envelope.get("contentType", ""):
        try:
            found = json.loads(raw)
        except ValueError as error:
            raise ProtobufError(f"the JSON in the message: {error}") from None
        if not isinstance(found, dict):
            raise ProtobufError("the JSON in the message is no object")
        return found
    group, _, number = version.rpartition("/")
    message = name_of(group, number, name)
    if name in _META_KINDS:
        message = f"{_META}{name}"
    if message is None or message not in _messages():
        raise ProtobufError(f'no kind "{name}" is registered for version "{version}"')
    return {"apiVersion": version, "kind": name, **_message(memoryview(raw), message, 0)}


@cache
def _messages() -> dict[str, dict[int, tuple[str, str, bool]]]:
    return {
        name: {int(number): (field[0], field[1], bool(field[2])) for number, field in all_.items()}
        for name, all_ in load("protobuf").items()
    }


def _fields(data: memoryview) -> Iterator[tuple[int, int | bytes | memoryview]]:
    """Yield a message's fields by number: numbers for varints, else the bytes."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if wire == 2:
            size, at = _varint(data, at)
        elif wire in (1, 5):
            size = 8 if wire == 1 else 4
        else:
            raise ProtobufError(f"proto: illegal wireType {wire}")
        if at + size > len(data):
            raise ProtobufError("unexpected EOF")
        yield number, data[at : at + size]
        at += size


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data):
            raise ProtobufError("unexpected EOF")
        if shift > 63:
            raise ProtobufError("proto: integer overflow")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _message(data: memoryview, name: str, depth: int) -> Object:
    if depth > DEPTH:
        raise ProtobufError("proto: messages are nested too deeply")
    out: Object = {}
    known = _messages().get(name, {})
    for number, value in _fields(data):
        if number not in known:
            continue
        field, kind, repeated = known[number]
        if kind.startswith("map:"):
            key, one = _entry(value, kind.removeprefix("map:"), depth)
            out.setdefault(field, {})[key] = one
        elif repeated:
            out.setdefault(field, []).append(_scalar(value, kind, depth))
        elif field:
            found = _scalar(value, kind, depth)
            if found is not None:
                out[field] = found
        elif isinstance(found := _scalar(value, kind, depth), dict):
            out |= found
    return {key: value for key, value in out.items() if not _omitted(key, value)}


_PLAIN = frozenset(
    [
        "nodePort",
        "hostPort",
        "hostNetwork",
        "hostPID",
        "hostIPC",
        "publishNotReadyAddresses",
        "readOnly",
        "stdin",
        "stdinOnce",
        "tty",
        "generation",
        "observedGeneration",
        "minReadySeconds",
        "paused",
        "initialDelaySeconds",
        "timeoutSeconds",
        "periodSeconds",
        "successThreshold",
        "failureThreshold",
        "globalDefault",
    ]
)
"""Numbers and booleans that are no pointers in Go: sent as zero, and left out of JSON then."""


def _omitted(key: str, value: object) -> bool:
    if isinstance(value, str):
        return not value and key != "value"
    return key in _PLAIN and not value


def _entry(value: int | bytes | memoryview, kind: str, depth: int) -> tuple[str, Json]:
    key, one = "", b"" if kind in ("bytes", "string") else None
    for number, part in _fields(_bytes(value)):
        if number == 1:
            key = _text(part)
        elif number == 2:
            one = part  # type: ignore[assignment]
    if one is None:
        return key, {}
    return key, _scalar(one, kind, depth)


def _bytes(value: int | bytes | memoryview) -> memoryview:
    if isinstance(value, int):
        raise ProtobufError("proto: wrong wireType = 0")
    return memoryview(value)


def _text(value: int | bytes | memoryview) -> str:
    try:
        return bytes(_bytes(value)).decode()
    except UnicodeDecodeError:
        raise ProtobufError("proto: a string is not UTF-8") from None


def _scalar(value: int | bytes | memoryview, kind: str, depth: int) -> Json:
    if kind == "string":
        return _text(value)
    if kind == "bytes":
        return base64.b64encode(bytes(_bytes(value))).decode()
    if kind in ("bool", "int32", "int64"):
        if not isinstance(value, int):
            raise ProtobufError("proto: wrong wireType = 2")
        if kind == "bool":
            return bool(value)
        return value - (1 << 64) if value >= 1 << 63 else value
    if kind in ("double", "float"):
        raw = _bytes(value)
        if len(raw) not in (4, 8):
            raise ProtobufError("proto: a number has a wrong length")
        return struct.unpack("<d" if len(raw) == 8 else "<f", raw)[0]
    return _special(_message(_bytes(value), kind, depth + 1), kind.rpartition(".")[2])


def _special(found: Object, kind: str) -> Json:
    """Return what a message is in JSON where that is not an object of its fields."""
    if kind in ("Time", "MicroTime"):
        return _time(found.get("seconds", 0))
    if kind == "Quantity":
        return found.get("string", "0")
    if kind == "IntOrString":
        return found.get("strVal", "") if found.get("type") else found.get("intVal", 0)
    if kind in _LISTS:
        return found.get("items", [])
    return _raw(found) if kind in ("RawExtension", "FieldsV1") else found


def _time(seconds: int) -> str | None:
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise ProtobufError("proto: a time is out of range") from None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if seconds else None


def _raw(found: Object) -> Json:
    raw = found.get("raw", found.get("Raw", ""))
    try:
        return json.loads(base64.b64decode(raw)) if raw else None
    except (ValueError, RecursionError):
        raise ProtobufError("proto: raw JSON is malformed") from None
