"""The clusters that come with cuebook."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from helpers.localcluster import network
from helpers.localcluster.definitions import load
from helpers.localcluster.model import Link, Provider

CLUSTERS = Path(__file__).parents[2] / "clusters"
LOADED = load([CLUSTERS])


def manifest(path: str) -> dict:
    return yaml.safe_load((CLUSTERS / path).read_text())


def test_who_they_are():
    assert {each.name: (each.provider, each.group) for each in LOADED.clusters} == {
        "cdn": (Provider.K3D, None),
        "faces": (Provider.KIND, "face"),
        "smiley": (Provider.KIND, "face"),
        "color": (Provider.KIND, "face"),
        "color-b": (Provider.KIND, "face"),
        "faces-dr": (Provider.K3D, "dr"),
        "smiley-dr": (Provider.K3D, "dr"),
    }


def test_each_is_in_a_folder_of_its_name():
    assert [each.folder.name for each in LOADED.clusters] == [each.name for each in LOADED.clusters]


def test_only_the_cdn_links_outside_of_its_group_and_does_so_by_gateway():
    assert {each.name: each.links for each in LOADED.clusters if each.links} == {
        "cdn": (Link("faces", gateway=True), Link("faces-dr", gateway=True))
    }


def test_the_network_is_the_default_one():
    assert LOADED.network == network.DEFAULT


@pytest.mark.parametrize("cluster", LOADED.clusters, ids=lambda cluster: cluster.name)
def test_the_comment_tells_the_addresses(cluster):
    text = cluster.place.file.read_text()
    comment = [line for line in text.splitlines() if line.startswith("#")]
    for range_ in (*cluster.pods, *cluster.services, *cluster.pools):
        assert any(str(range_) in line for line in comment)


@pytest.mark.parametrize(
    ("path", "name", "parent", "backends"),
    [
        ("smiley/route-to-smiley.yaml", "smiley-route", "smiley", {"smiley-smiley": 1}),
        ("smiley-dr/route-to-smiley-dr.yaml", "smiley-route", "smiley", {"smiley-smiley-dr": 1}),
        ("color/route-to-color-10.yaml", "color-route", "color", {"color": 90, "color-color": 10}),
        (
            "color-b/route-to-color-b-10.yaml",
            "color-route",
            "color",
            {"color-color": 90, "color-color-b": 10},
        ),
    ],
)
def test_routes(path, name, parent, backends):
    route = manifest(path)
    assert (route["apiVersion"], route["kind"]) == ("gateway.networking.k8s.io/v1", "HTTPRoute")
    assert route["metadata"] == {"name": name, "namespace": "faces"}
    assert route["spec"]["parentRefs"] == [
        {"group": "core", "kind": "Service", "name": parent, "port": 80}
    ]
    (rule,) = route["spec"]["rules"]
    assert {ref["name"]: ref.get("weight", 1) for ref in rule["backendRefs"]} == backends
    assert {ref["port"] for ref in rule["backendRefs"]} == {80}


@pytest.mark.parametrize(
    ("path", "name", "service"),
    [
        ("cdn/tcpmapping.yaml", "faces-mapping", "faces-gui-faces"),
        ("faces-dr/tcpmapping.yaml", "faces-dr-mapping", "faces-gui-faces-dr"),
    ],
)
def test_mappings(path, name, service):
    mapping = manifest(path)
    assert (mapping["apiVersion"], mapping["kind"]) == ("getambassador.io/v3alpha1", "TCPMapping")
    assert mapping["metadata"] == {"name": name, "namespace": "faces"}
    assert mapping["spec"]["service"] == f"{service}.faces:80"


@pytest.mark.parametrize(
    "file", sorted(CLUSTERS.rglob("*.yaml")), ids=lambda file: str(file.relative_to(CLUSTERS))
)
def test_every_file_has_its_licence(file):
    assert file.read_text().startswith("# SPDX-License-Identifier: Apache-2.0\n")
