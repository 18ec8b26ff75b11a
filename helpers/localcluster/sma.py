"""One cluster's definition: sma.yaml to a `Cluster`, by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.localcluster import addresses
from helpers.localcluster.document import read
from helpers.localcluster.model import Cluster, Definition, Family, Link, Problem, Provider
from helpers.localcluster.section import Section

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers.localcluster.model import Place, Range

FILE = "sma.yaml"
KEYS = ("metadata", "spec")
METADATA_KEYS = ("name",)
SPEC_KEYS = (
    "subnet",
    "provider",
    "v4Enabled",
    "v6Enabled",
    "group",
    "zone",
    "image",
    "nodes",
    "podCIDR",
    "serviceCIDR",
    "links",
)
LINK_KEYS = ("to", "gateway")
FAMILY_KEYS = {Family.V4: "v4Enabled", Family.V6: "v6Enabled"}

MOST_NODES = 100

# k3d takes a host name of at most 32 characters (its DefaultClusterNameMaxLength), kind takes more;
# Linkerd puts the name behind a service's, where it must be part of a DNS label.
NAME = r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?"
_NAME = "at most 32 lower-case letters, digits and `-`, with no `-` at either end"
# A Kubernetes label's value.
LABEL = r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
_LABEL = "at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends"
SUBNET = r"[0-9A-Fa-f]{1,4}/[0-9A-Fa-f]{1,2}"
_SUBNET = "two ids in hexadecimal, of IPv6 (0 to FFFF) and of IPv4 (0 to FF), such as C1/C"
IMAGE = r"[A-Za-z0-9][A-Za-z0-9._/:@-]*"


def load(file: Path, problems: list[Problem]) -> Definition | None:
    """Return the cluster that a file defines.

    Args:
        file: A sma.yaml; docs/localcluster.md has the format.
        problems: Where what is wrong with it is added.

    Returns:
        It, with the keys that are wrong; None where the file holds no keys and values.
    """
    root = read(file, problems)
    if root is None:
        return None
    top = Section(file, root, within="", keys=KEYS, problems=problems)
    metadata = top.section("metadata", METADATA_KEYS, "name: smiley")
    spec = top.section("spec", SPEC_KEYS, "subnet: C1/C")
    name = metadata.text("name", NAME, _NAME, example="smiley") or expected(file)
    cluster, places = _spec(spec, name, top.place, problems)
    wrong = frozenset(metadata.wrong | spec.wrong)
    return Definition(cluster, places | metadata.places, wrong)


def expected(file: Path) -> str:
    """Return the name that a definition is expected to give: that of its folder."""
    return file.absolute().parent.name


def _spec(
    spec: Section, name: str, place: Place, problems: list[Problem]
) -> tuple[Cluster, dict[str, Place]]:
    """Return a cluster of what `spec` says; where something is wrong, a default stands for it."""
    subnet = spec.text("subnet", SUBNET, _SUBNET, example="C1/C") or "0/0"
    v6_id, v4_id = (int(number, 16) for number in subnet.split("/"))
    provider = spec.text("provider", "kind|k3d", "kind or k3d", example="kind")
    wanted = {family: spec.yes(key) for family, key in FAMILY_KEYS.items()}
    families = [family for family in Family if wanted[family]]
    if all(value is False for value in wanted.values()):
        text = "no address family is enabled; write `v4Enabled: true`, `v6Enabled: true` or both"
        problems.append(Problem(spec.place, text))
        spec.wrong |= set(FAMILY_KEYS.values())
    ids = [v4_id if family is Family.V4 else v6_id for family in families]
    pods = _ranges(spec, "podCIDR", families, problems)
    services = _ranges(spec, "serviceCIDR", families, problems)
    links: list[tuple[Link, Place]] = []
    for link in spec.sections("links", LINK_KEYS):
        to, gateway = link.text("to", NAME, _NAME, example="faces"), link.yes("gateway")
        if to:
            links.append((Link(to, bool(gateway)), link.places["to"]))
    cluster = Cluster(
        name=name,
        provider=Provider(provider or "kind"),
        ids=tuple(ids),
        pods=pods or _default(addresses.pods, ids, families),
        services=services or _default(addresses.services, ids, families),
        pools=(),
        group=spec.text("group", LABEL, _LABEL),
        zone=spec.text("zone", LABEL, _LABEL),
        image=spec.text("image", IMAGE, "an image, such as kindest/node:v1.35.0"),
        nodes=spec.count("nodes", 1, MOST_NODES),
        links=tuple(link for link, _ in links),
        place=place,
    )
    return cluster, spec.places | {f"links.{row}": at for row, (_, at) in enumerate(links)}


def _default(
    make: Callable[[int, Family], Range], ids: list[int], families: list[Family]
) -> tuple[Range, ...]:
    return tuple(make(number, family) for number, family in zip(ids, families, strict=True))


def _ranges(
    spec: Section, key: str, families: list[Family], problems: list[Problem]
) -> tuple[Range, ...] | None:
    """Return the CIDRs of `key`, one for each family, IPv4 first; None where they are not given."""
    text = spec.text(key, r"\S.*", "a CIDR, or two with a comma between them")
    if text is None:
        return None
    ranges: list[Range] = []
    refused: list[str] = []
    for part in text.split(","):
        try:
            ranges.append(addresses.parse(part.strip()))
        except ValueError as error:
            refused.append(str(error))
    if spec.wrong & set(FAMILY_KEYS.values()):
        # Whether a family of those that are not enabled is wanted, nobody knows.
        ranges = [range_ for range_ in ranges if addresses.family_of(range_) in families]
    ranges.sort(key=lambda range_: range_.version)
    if not refused and [addresses.family_of(range_) for range_ in ranges] != families:
        enabled = " and one of ".join(map(addresses.name, families))
        refused.append(f"expected one range of {enabled}, as these are enabled")
    problems += (Problem(spec.places[key], f"`{key}`: {text}") for text in refused)
    if refused:
        spec.wrong.add(key)
    return None if refused else tuple(ranges)
