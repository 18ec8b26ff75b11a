"""Folders and names -> clusters in their order, or what is wrong."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import pytest

from helpers.localcluster import network
from helpers.localcluster.definitions import load
from helpers.localcluster.model import DefinitionError


def names(clusters) -> list[str]:
    return [cluster.name for cluster in clusters]


# defect 32: the order was that of the file system, and a set's.
def test_the_order_is_the_users(folder):
    for name, subnet in (("faces", "A1/A"), ("cdn", "91/9"), ("smiley", "B1/B")):
        folder.define(name, subnet)
    folder.define("../more/color", "C1/C")
    Path("more/color/sma.yaml").write_text(
        Path("clusters/../more/color/sma.yaml").read_text().replace("../more/color", "color")
    )
    clusters, more = Path("clusters"), Path("more")
    assert names(load([clusters, more]).wanted) == ["cdn", "faces", "smiley", "color"]
    assert names(load([more, clusters]).wanted) == ["color", "cdn", "faces", "smiley"]
    loaded = load([clusters, more], ["smiley", "color", "cdn", "smiley"])
    assert names(loaded.wanted) == ["smiley", "color", "cdn"]
    assert names(loaded.clusters) == ["cdn", "faces", "smiley", "color"]


# defect 32: an unknown name was taken for none, with success.
def test_unknown_names_are_told_with_the_known_ones(folder):
    folder.define("faces", "A1/A")
    folder.define("color", "C1/C")
    assert folder.problems("face", "color", "cdn") == [
        "localcluster: unknown cluster `face`; did you mean `faces`? the clusters are color, faces",
        "localcluster: unknown cluster `cdn`; the clusters are color, faces",
    ]


def test_a_name_of_a_definition_that_is_wrong_is_not_unknown(folder):
    folder.define("color", "C1/C", provider="docker")
    assert len(folder.problems("color")) == 1


def test_folders_that_hold_nothing(folder):
    Path("notes.txt").write_text("")
    folder.define("color", "C1/C")
    Path("empty/.hidden/color").mkdir(parents=True)
    Path("empty/.hidden/color/sma.yaml").write_text("soup")
    assert folder.problems(folders=["clusters", "clustrs", "notes.txt", "empty"]) == [
        "clustrs: error: there is no such folder",
        "empty: error: there is no sma.yaml in this folder or below it",
        "notes.txt: error: is not a folder",
    ]


def test_a_definition_that_is_reached_twice_is_one(folder):
    folder.define("color", "C1/C")
    loaded = load([Path("clusters"), Path("clusters/color"), Path().absolute() / "clusters"])
    assert names(loaded.clusters) == ["color"]


def test_a_clusters_own_folder_has_the_network_beside_it(folder):
    folder.network("name: mine\nsubnets: [10.9.8.0/24]\n")
    folder.define("color", "C1/C")
    loaded = load([Path("clusters/color")])
    assert loaded.network.name == "mine"
    assert str(loaded.clusters[0].pools[0]) == "10.9.8.192/28"


def test_all_clusters_share_one_network(folder):
    folder.network("name: mine\nsubnets: [10.9.8.0/24]\n")
    folder.define("color", "C1/C")
    Path("more").mkdir()
    more = Path("more/network.yaml")
    more.write_text("name: mine\nsubnets: [10.9.8.0/24]\nnodes: [10.9.8.0/26]\n")
    Path("more/faces").mkdir()
    Path("more/faces/sma.yaml").write_text(
        "metadata: {name: faces}\nspec: {subnet: A1/A, provider: kind, v4Enabled: true}\n"
    )
    assert load([Path("clusters"), Path("more")]).network.name == "mine"
    more.write_text("name: theirs\nsubnets: [10.9.8.0/24]\n")
    assert folder.problems(folders=["clusters", "more"]) == [
        "more/network.yaml: error: defines another network than clusters/network.yaml; all clusters"
        " share one"
    ]


# defect 11 and 13: what kind makes by itself, a /16 and an IPv6 network that is listed first.
KINDS_OWN = network.found(
    "kind",
    [
        {"Subnet": "fc00:f853:ccd:e793::/64"},
        {"Subnet": "172.18.0.0/16", "Gateway": "172.18.0.1"},
    ],
)


def test_the_same_clusters_on_the_network_that_there_is(folder):
    folder.define("color", "C1/C", "v4Enabled: true", "v6Enabled: true")
    folder.define("faces", "A1/A")
    moved = folder.load("faces", "color").on(KINDS_OWN)
    assert names(moved.wanted) == ["faces", "color"]
    assert moved.network == KINDS_OWN
    color = moved.clusters[0]
    assert [str(pool) for pool in color.pools] == [
        "172.18.255.192/28",
        "fc00:f853:ccd:e793:c1::/96",
    ]
    assert [str(pods) for pods in color.pods] == ["10.12.1.0/24", "fd00:c1:1::/64"]


# defect 16: Docker gives nodes any address of a network that was made without a range for them.
def test_an_address_in_use_is_in_nobodys_pool(folder):
    folder.define("color", "C1/C")
    one, other = ip_address("10.9.8.9"), ip_address("10.9.8.201")
    there = network.found("kind", [{"Subnet": "10.9.8.0/24"}])
    with pytest.raises(DefinitionError) as caught:
        folder.load().on(there, {one: "registry", other: "mirror"})
    assert str(caught.value) == (
        "clusters/color/sma.yaml:4:11: error: the load balancers' addresses 10.9.8.192/28 hold"
        " 10.9.8.201, which is that of mirror"
    )


def test_a_network_that_has_no_room(folder):
    folder.define("color", "C1/C", "v4Enabled: true", "v6Enabled: true")
    there = network.found("kind", [{"Subnet": "10.9.8.0/25", "Gateway": "10.9.8.1"}])
    with pytest.raises(DefinitionError) as caught:
        folder.load().on(there)
    assert str(caught.value).splitlines() == [
        "clusters/color/sma.yaml:4:11: error: the IPv4 id C cannot be used in the network `kind`:"
        " its pool would be outside of 10.9.8.0/25; ids that can: 1-6",
        "clusters/color/sma.yaml:7:14: error: the network `kind` has no IPv6 subnet",
    ]


def test_k3d_needs_a_network_with_a_gateway(folder):
    folder.define("color", "C1/C", provider="k3d")
    folder.define("faces", "A1/A")
    there = network.found("kind", [{"Subnet": "10.9.8.0/24"}])
    with pytest.raises(DefinitionError) as caught:
        folder.load().on(there)
    assert str(caught.value) == (
        "clusters/color/sma.yaml:5:13: error: the network `kind` was made without `--gateway`, and"
        " k3d needs one; remove it (docker network rm kind), and it is made anew"
    )
