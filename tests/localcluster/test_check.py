"""Definitions that are each well -> what is wrong with them together, with line and column."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from helpers.localcluster import addresses, check, network
from helpers.localcluster.definitions import load
from helpers.localcluster.model import Cluster, Definition, Family, Place, Provider

NETWORK = "name: kind\nsubnets: [10.9.8.0/24]\n"
DUAL = ("v4Enabled: true", "v6Enabled: true")


def test_a_name_twice(folder):
    folder.define("color", "C1/C")
    text = (folder.path / "color/sma.yaml").read_text()
    folder.write("color-b", text.replace("C1/C", "D1/D"))
    assert folder.problem() == (
        "clusters/color-b/sma.yaml:2:9: error: the cluster `color` is already defined in"
        " clusters/color/sma.yaml"
    )


def test_a_name_that_is_not_its_folders(folder):
    folder.define("color", "C1/C")
    text = (folder.path / "color/sma.yaml").read_text()
    folder.write("colour", text)
    (folder.path / "color/sma.yaml").unlink()
    assert folder.problem() == (
        "clusters/colour/sma.yaml:2:9: error: expected the name of its folder, `colour`, found"
        " `color`; change one of them"
    )


def test_a_copy_that_kept_its_name_is_told_whatever_it_is_called(folder):
    folder.define("color", "C1/C")
    text = (folder.path / "color/sma.yaml").read_text()
    folder.write("a", text.replace("C1/C", "D1/D"))
    folder.define("smiley", "B1/B", "links: [{to: a}]")
    assert folder.problem() == (
        "clusters/a/sma.yaml:2:9: error: the cluster `color` is already defined in"
        " clusters/color/sma.yaml"
    )


def test_a_definition_in_the_working_directory_has_its_name(folder, monkeypatch):
    folder.define("color", "C1/C")
    monkeypatch.chdir("clusters/color")
    assert [cluster.name for cluster in load([Path()]).clusters] == ["color"]


# defect 15: an id could be used twice.
def test_an_id_twice(folder):
    folder.define("color", "C1/C", *DUAL)
    folder.define("color-b", "c1/0c", *DUAL)
    folder.define("cdn", "C1/E")
    folder.define("faces", "E1/C", "v6Enabled: true")
    whose = "is already used by `color` (clusters/color/sma.yaml)"
    assert folder.problems() == [
        f"clusters/color-b/sma.yaml:4:11: error: the IPv4 id C {whose}",
        f"clusters/color-b/sma.yaml:4:11: error: the IPv6 id C1 {whose}",
    ]


# defect 14: id 0 was taken for none.
def test_the_id_0_is_an_id(folder):
    folder.network("name: kind\nsubnets: [10.200.0.0/16]\n")
    folder.define("color", "0/0")
    (cluster,) = folder.load().clusters
    assert [str(*ranges) for ranges in (cluster.pods, cluster.services, cluster.pools)] == [
        "10.0.1.0/24",
        "10.0.2.0/24",
        "10.200.255.0/28",
    ]


# defect 14 and 16: the pool of id 0 was skipped; those of 1 and F had addresses of others.
def test_pools_that_have_addresses_of_others(folder):
    folder.network(NETWORK)
    for number in ("0", "1", "F", "10"):
        folder.define(f"c{number.lower()}", f"1{number}/{number}")
    can = "ids that can: 4-E"
    assert folder.problems() == [
        "clusters/c0/sma.yaml:4:11: error: the IPv4 id 0 cannot be used in the network `kind`: its"
        f" pool 10.9.8.0/28 holds the network's own address, 10.9.8.0; {can}",
        "clusters/c1/sma.yaml:4:11: error: the IPv4 id 1 cannot be used in the network `kind`: its"
        f" pool 10.9.8.16/28 meets 10.9.8.0/26, which is for nodes; {can}",
        "clusters/c10/sma.yaml:4:11: error: the IPv4 id 10 cannot be used in the network `kind`:"
        f" its pool would be outside of 10.9.8.0/24; {can}",
        "clusters/cf/sma.yaml:4:11: error: the IPv4 id F cannot be used in the network `kind`: its"
        f" pool 10.9.8.240/28 holds the broadcast address, 10.9.8.255; {can}",
    ]


def test_a_family_that_the_network_lacks(folder):
    folder.network(NETWORK)
    folder.define("color", "C1/C", *DUAL)
    assert folder.problem() == (
        "clusters/color/sma.yaml:7:14: error: the network `kind` has no IPv6 subnet"
    )


def test_k3d_needs_ipv4_in_the_network(folder):
    folder.network("name: kind\nsubnets: ['fd00:1:2:3::/64']\n")
    folder.define("color", "C1/C", "v6Enabled: true", provider="k3d")
    assert folder.problem() == (
        "clusters/color/sma.yaml:5:13: error: the network `kind` has no IPv4 subnet, which k3d"
        " needs"
    )


# defect 17: the pods' range had room for one node, so that a second one never came up.
def test_more_nodes_than_the_pods_range_has_room_for(folder):
    folder.define("color", "C1/C", "nodes: 2", *DUAL)
    pods, services = "10.12.0.0/17,fd00:c1:1::/56", "10.12.128.0/17,fd00:c1:2::/112"
    write = f"write `podCIDR: {pods}` and `serviceCIDR: {services}`"
    assert folder.problems() == [
        "clusters/color/sma.yaml:6:10: error: the pods' range is too narrow for 2 nodes, each of"
        f" which has a /24 of 10.12.1.0/24 and a /64 of fd00:c1:1::/64; {write}",
    ]


# defect 17: what the error says to write is right.
def test_more_nodes_in_the_range_that_is_advised(folder):
    lines = ("nodes: 100", 'podCIDR: "10.12.0.0/17,fd00:c1:1::/56"')
    folder.define("color", "C1/C", *lines, 'serviceCIDR: "10.12.128.0/17,fd00:c1:2::/112"', *DUAL)
    assert folder.load().clusters[0].nodes == 100


def test_a_range_that_kubernetes_does_not_take(folder):
    lines = ("podCIDR: fd00:c0::/47", "serviceCIDR: fd00:c2::/107", "v6Enabled: true")
    folder.define("color", "C1/C", *lines)
    folder.define("faces", "A1/A", "podCIDR: 10.10.1.0/25", "serviceCIDR: 10.10.2.0/29")
    assert folder.problems() == [
        "clusters/color/sma.yaml:6:12: error: the pods' range fd00:c0::/47 is wider than Kubernetes"
        " takes; /48 is the widest",
        "clusters/color/sma.yaml:7:16: error: the services' range fd00:c2::/107 is not between /108"
        " and /124",
        "clusters/faces/sma.yaml:6:12: error: the pods' range is too narrow for a node, each"
        " of which has a /24 of 10.10.1.0/25; write `podCIDR: 10.10.0.0/17` and `serviceCIDR:"
        " 10.10.128.0/17`",
        "clusters/faces/sma.yaml:7:16: error: the services' range 10.10.2.0/29 is not between /12"
        " and /28",
    ]


def test_ranges_that_meet(folder):
    folder.network("name: kind\nsubnets: [10.9.0.0/16]\n")
    folder.define("cdn", "91/9")
    folder.define("color", "C1/C", "podCIDR: 10.0.0.0/13")
    folder.define("faces", "A1/A", "podCIDR: 10.10.0.0/17")
    folder.define("smiley", "51/5")
    network = "10.9.0.0/16, the network `kind`"
    assert folder.problems() == [
        f"clusters/cdn/sma.yaml:4:11: error: the pods' range 10.9.1.0/24 meets {network}",
        f"clusters/cdn/sma.yaml:4:11: error: the services' range 10.9.2.0/24 meets {network}",
        "clusters/color/sma.yaml:6:12: error: the pods' range 10.0.0.0/13 meets"
        " 10.5.1.0/24, the pods' range of `smiley` (clusters/smiley/sma.yaml);"
        " 10.5.2.0/24, the services' range of `smiley` (clusters/smiley/sma.yaml)",
        "clusters/faces/sma.yaml:6:12: error: the pods' range 10.10.0.0/17 meets"
        " 10.10.2.0/24, the services' range of `faces` (clusters/faces/sma.yaml)",
    ]


def test_a_range_that_holds_the_network(folder):
    folder.define("color", "C1/C", "podCIDR: 172.16.0.0/12")
    assert folder.problem() == (
        "clusters/color/sma.yaml:6:12: error: the pods' range 172.16.0.0/12 meets"
        " 172.16.100.0/24, the network `kind`"
    )


def test_links_that_lead_nowhere(folder):
    links = "links: [{to: fac}, {to: color}, {to: faces}, {to: faces, gateway: true}]"
    folder.define("color", "C1/C", links)
    folder.define("faces", "A1/A")
    at = "clusters/color/sma.yaml:6:"
    assert folder.problems() == [
        f"{at}16: error: unknown cluster `fac`; did you mean `faces`? the clusters are color,"
        " faces",
        f"{at}27: error: `color` links to itself",
        f"{at}53: error: `color` links to `faces` twice",
    ]


def test_a_link_to_a_cluster_that_is_wrong_otherwise_is_no_problem(folder):
    folder.define("color", "C1/C", "links: [{to: faces}]")
    folder.define("faces", "A1/A", provider="docker")
    assert folder.problem().startswith("clusters/faces/sma.yaml:5:13: error: `provider`")


def test_clusters_that_cannot_reach_each_other(folder):
    folder.define("cdn", "91/9", "v6Enabled: true", "links: [{to: faces}, {to: smiley}]")
    folder.define("color", "C1/C", "v6Enabled: true", "group: face")
    folder.define("faces", "A1/A", "v4Enabled: true", "group: face")
    folder.define("smiley", "B1/B", *DUAL, "group: face")
    folder.define("solo", "81/8", "v4Enabled: true", "group: other")
    nothing = "has no address family in common with"
    mend = "; enable one in both, or keep them out of one group and unlinked"
    assert [problem.removesuffix(mend) for problem in folder.problems()] == [
        f"clusters/cdn/sma.yaml:7:16: error: `cdn` {nothing} `faces` (clusters/faces/sma.yaml)",
        f"clusters/faces/sma.yaml:7:10: error: `faces` {nothing} `color` (clusters/color/sma.yaml)",
    ]


@st.composite
def some_definitions(draw):
    """Clusters with ranges of their ids or of their own, many of which meet."""
    definitions = []
    for row in range(draw(st.integers(1, 6))):
        families = draw(st.sampled_from([(Family.V4,), (Family.V6,), tuple(Family)]))
        ids = tuple(draw(st.integers(0, 20)) for _ in families)
        pairs = list(zip(ids, families, strict=True))
        wide = draw(st.booleans())
        ranges = [
            addresses.wide(number, family)
            if wide
            else (addresses.pods(number, family), addresses.services(number, family))
            for number, family in pairs
        ]
        pods, services = zip(*ranges, strict=True)
        name, provider = f"c{row}", draw(st.sampled_from(Provider))
        place = Place(Path(name, "sma.yaml"), 1, 1)
        cluster = Cluster(name, provider, ids, pods, services, (), None, None, None, 1, (), place)
        definitions.append(Definition(cluster, {}))
    return definitions


@given(some_definitions(), st.sampled_from(["10.4.0.0/16", "10.0.0.0/8", "192.168.1.0/24"]))
def test_definitions_without_a_problem_share_no_address(definitions, subnet):
    shared = network.found(
        "kind", [{"Subnet": "fd00:a:2::/64"}, {"Subnet": subnet, "Gateway": "192.168.1.1"}]
    )
    problems = [
        *check.together(definitions, [each.cluster.name for each in definitions]),
        *check.on(definitions, shared, {}),
    ]
    clusters = [each.cluster for each in definitions]
    owned = [*shared.subnets]
    owned += [range_ for each in clusters for range_ in (*each.pods, *each.services)]
    meets = any(
        addresses.overlap(one, other) for row, one in enumerate(owned) for other in owned[:row]
    )
    pools = [addresses.pools(each.ids, each.families, shared) for each in clusters]
    assert (
        not problems
        or meets
        or any(
            addresses.refusal(number, family, shared)
            for each in clusters
            for number, family in zip(each.ids, each.families, strict=True)
        )
    ), "a problem where nothing is wrong"
    if not problems:
        assert not meets
        each_family = [pool for found in pools for pool in found]
        assert len(each_family) == sum(len(each.ids) for each in clusters)
        assert len(set(each_family)) == len(each_family)
