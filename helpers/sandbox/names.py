"""Names and labels: what they may be, in the words of apimachinery's util/validation."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from helpers.sandbox.status import invalid_value, required, too_long

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.sandbox.resources import Object, Resource
    from helpers.sandbox.status import Cause

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_DNS_1035 = r"[a-z]([-a-z0-9]*[a-z0-9])?"
_VALUE = r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?"
_QUALIFIED = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"

_SUBDOMAIN_WORDS = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    f"for validation is '{_SUBDOMAIN}')"
)
_LABEL_WORDS = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    f"for validation is '{_LABEL}')"
)
_DNS_1035_WORDS = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
    f"regex used for validation is '{_DNS_1035}')"
)
_VALUE_WORDS = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  "
    f"or '12345', regex used for validation is '{_VALUE}')"
)
_QUALIFIED_WORDS = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    f"validation is '{_QUALIFIED}')"
)
MOST_ANNOTATIONS = 256 * 1024
"""Bytes that an object's annotations may have together."""

_NAMES = {
    "services": (_DNS_1035, _DNS_1035_WORDS, 63, "characters"),
    "namespaces": (_LABEL, _LABEL_WORDS, 63, "bytes"),
    "": (_SUBDOMAIN, _SUBDOMAIN_WORDS, 253, "bytes"),
}
"""What names must be, in which words, and how long they may be; "" for all other resources."""


LETTERS = "bcdfghjklmnpqrstvwxz2456789"
"""What generated names end in: no vowels (apimachinery's util/rand)."""


def random_suffix() -> str:
    """Return the end of a generated name."""
    return "".join(secrets.choice(LETTERS) for _ in range(5))


def check(resource: Resource, meta: Object) -> Iterator[Cause]:
    """Yield what is wrong with an object's name, labels and annotations."""
    name = meta.get("name", "")
    field = "metadata.name"
    if not name:
        yield required(field, "name or generateName is required")
    elif resource.group == "rbac.authorization.k8s.io":
        if name in (".", "..") or "/" in name or "%" in name:
            yield invalid_value(field, name, "may not contain '/' or '%'")
    else:
        pattern, words, most, unit = _NAMES.get(resource.name, _NAMES[""])
        if not re.fullmatch(pattern, name):
            yield invalid_value(field, name, words)
        if len(name) > most:
            yield invalid_value(field, name, f"must be no more than {most} {unit}")
    yield from labels(meta.get("labels") or {}, "metadata.labels")
    yield from _annotations(meta.get("annotations") or {})


def labels(found: Object, field: str) -> Iterator[Cause]:
    """Yield what is wrong with labels."""
    for key, value in found.items():
        yield from _key(key, field)
        if len(value) > 63:
            yield invalid_value(field, value, "must be no more than 63 bytes")
        if not re.fullmatch(_VALUE, value):
            yield invalid_value(field, value, _VALUE_WORDS)


def _annotations(found: Object) -> Iterator[Cause]:
    field = "metadata.annotations"
    size = 0
    for key, value in found.items():
        yield from _key(key.lower(), field)
        size += len(key.encode()) + len(value.encode())
    if size > MOST_ANNOTATIONS:
        yield too_long(field, MOST_ANNOTATIONS)


def _key(key: str, field: str) -> Iterator[Cause]:
    prefix, slash, name = key.rpartition("/")
    if slash and not re.fullmatch(_SUBDOMAIN, prefix):
        yield invalid_value(field, key, f"prefix part {_SUBDOMAIN_WORDS}")
    if not re.fullmatch(_QUALIFIED, name):
        yield invalid_value(field, key, _QUALIFIED_WORDS)
    if len(name) > 63:
        yield invalid_value(field, key, "name part must be no more than 63 bytes")
