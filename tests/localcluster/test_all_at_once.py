"""Definitions in which much is wrong -> each mistake told once, in order, without consequences.

`sma` writes `spec` in line 3, the ids in 4:11, the provider in 5:13, and what is given from 6 on.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

AT = "clusters/color/sma.yaml"


def places(problems: list[str]) -> list[str]:
    """The places of problems, without the folder that all are in."""
    return [problem.split(": error: ")[0].removeprefix("clusters/") for problem in problems]


def test_what_is_wrong_by_itself_and_with_others_in_the_order_of_its_places(folder):
    folder.network("name: my net\nsubnets: [10.9.8.0/24]\nnodes: [10.9.9.0/26]\n")
    folder.define(
        "color", "C1/C", "nodes: many", "links: [{to: gone}]", "zone: '-'", provider="k8s"
    )
    folder.define("faces", "A1/C", "grup: x", "podCIDR: 10.12.0.0/16")
    folder.write("smiley", "metadata: {}\nspec: {subnet: A1/1F, provider: kind, v4Enabled: true}\n")
    folder.write("soup", "soup\n")
    problems = folder.problems("smily")
    assert places(problems) == [
        "color/sma.yaml:5:13",  # no such provider
        "color/sma.yaml:6:10",  # nodes
        "color/sma.yaml:7:16",  # a link to nobody
        "color/sma.yaml:8:9",  # zone
        "faces/sma.yaml:4:11",  # color's id
        "faces/sma.yaml:6:3",  # no such key
        "faces/sma.yaml:7:12",  # color's pods, and its own services
        "network.yaml:1:7",
        "network.yaml:3:9",
        "smiley/sma.yaml:1:11",  # no name
        "smiley/sma.yaml:2:16",  # an id that has no pool in the network
        "soup/sma.yaml:1:1",
        "localcluster: unknown cluster `smily`; did you mean `smiley`? the clusters are color,"
        " faces, smiley, soup",
    ]


MISTAKES = [
    ("color", "provider: kind", "provider: docker"),
    ("color", "v6Enabled: true", "v6Enabled: 6"),
    ("color", "to: faces", "to: face"),
    ("color", "zone: east", "zon: east"),
    ("faces", "nodes: 1", "nodes: 0"),
    ("faces", "name: faces", "name: Faces"),
    ("faces", "A1/A", "A1/C"),
    ("smiley", "10.50.0.0/16", "172.16.0.0/16"),
    ("smiley", "B1/B", "B1/1B"),
    ("smiley", "gateway: true", "gateway: 1"),
]
"""Independent of each other: a cluster, a text of its definition, and what is wrong there."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mistakes=st.sets(st.sampled_from(MISTAKES), min_size=1))
def test_mistakes_are_told_together_as_each_is_alone(folder, mistakes):
    def told(mistakes) -> list[str]:
        color = ("v4Enabled: true", "v6Enabled: true", "zone: east", "links: [{to: faces}]")
        folder.define("color", "C1/C", *color)
        folder.define("faces", "A1/A", "nodes: 1")
        links = "links: [{to: faces, gateway: true}]"
        folder.define("smiley", "B1/B", "podCIDR: 10.50.0.0/16", links)
        for name, right, wrong in mistakes:
            text = (folder.path / name / "sma.yaml").read_text()
            folder.write(name, text.replace(right, wrong))
        return folder.problems()

    alone = [problem for mistake in mistakes for problem in told([mistake])]
    assert sorted(told(mistakes)) == sorted(set(alone))


def test_links_ids_and_ranges_of_a_definition_that_is_wrong_otherwise(folder):
    folder.define("cdn", "91/9")
    folder.define("color", "C1/9", "links: [{to: color}, {to: gone}]", "nodes: 0")
    folder.define("faces", "x", "podCIDR: 10.9.1.0/24", "serviceCIDR: 10.3.0.0/30")
    assert folder.problems() == [
        f"{AT}:4:11: error: the IPv4 id 9 is already used by `cdn` (clusters/cdn/sma.yaml)",
        f"{AT}:6:16: error: `color` links to itself",
        f"{AT}:6:29: error: unknown cluster `gone`; the clusters are cdn, color, faces",
        f"{AT}:7:10: error: `nodes` in `spec`: expected a number from 1 to 100, found `0`, which"
        " YAML reads as a number",
        "clusters/faces/sma.yaml:4:11: error: `subnet` in `spec`: expected two ids in hexadecimal,"
        ' of IPv6 (0 to FFFF) and of IPv4 (0 to FF), such as C1/C, found `"x"`',
        "clusters/faces/sma.yaml:6:12: error: the pods' range 10.9.1.0/24 meets 10.9.1.0/24, the"
        " pods' range of `cdn` (clusters/cdn/sma.yaml)",
        "clusters/faces/sma.yaml:7:16: error: the services' range 10.3.0.0/30 is not between /12"
        " and /28",
    ]


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        # A key that is misspelt is not missing as well, and nothing is taken to stand for it.
        (("v4Enabld: true", "v6Enabled: false"), [f"{AT}:6:3"]),
        (("nodes: 2", "podCIDRs: 10.12.0.0/17"), [f"{AT}:7:3"]),
        (("nodes: 2", "podCIDR: 10.12.0.0/99"), [f"{AT}:7:12"]),
        (("group: face", "v4Enabled: 4"), [f"{AT}:7:14"]),
        (("podCIDR: 10.12.0.0/17", "v4Enabled: 4"), [f"{AT}:7:14"]),
        (("podCIDR: '10.1.0.0/17,fd00:1::/56'", "v4Enabled: 4", "v6Enabled: true"), [f"{AT}:7:14"]),
        # No family at all is nothing that others do not have.
        (("group: face", "v4Enabled: false"), [f"{AT}:4:3"]),
        # Which of two is meant nobody knows, so neither is looked at.
        (("zone: '-'", "zone: '-'"), [f"{AT}:7:3"]),
        (("nodes: 2", "nodes: 3"), [f"{AT}:7:3"]),
        # All of a list is looked at.
        (("links: [x, {to: Y}, {to: gone}, {gateway: 1}]",),
         [f"{AT}:6:11", f"{AT}:6:19", f"{AT}:6:28", f"{AT}:6:35", f"{AT}:6:45"]),
        (("podCIDR: 10.0.0.0/8x,10.1.2.3/16",), [f"{AT}:6:12", f"{AT}:6:12"]),
    ],
)  # fmt: skip
def test_a_mistake_and_no_consequence_of_it(folder, lines, wrong):
    folder.define("color", "C1/C", *lines)
    folder.define("faces", "A1/A", "v6Enabled: true", "v4Enabled: true", "group: face")
    assert [problem.split(": error: ")[0] for problem in folder.problems()] == wrong


def test_a_name_that_is_misspelt_is_not_missing(folder):
    folder.write("color", "metadata: {nam: color}\nspc: {}\n")
    folder.define("faces", "A1/A", "links: [{to: color}]")
    assert places(folder.problems()) == ["color/sma.yaml:1:12", "color/sma.yaml:2:1"]


@pytest.mark.parametrize("text", ["", "metadata:\n  name: Color\n", "a: b: c\n"])
def test_a_link_to_a_cluster_whose_name_cannot_be_told_is_none_to_nobody(folder, text):
    folder.write("color", text)
    folder.define("faces", "A1/A", "links: [{to: color}]")
    assert {place.split(":")[0] for place in places(folder.problems())} == {"color/sma.yaml"}


def test_an_anchor_hides_nothing_else(folder):
    folder.define("color", "C1/C", "group: &it face", "zone: *it", provider="&kind docker")
    assert places(folder.problems()) == [
        "color/sma.yaml:5:13",  # an anchor
        "color/sma.yaml:5:13",  # no such provider
        "color/sma.yaml:6:10",
    ]


def test_what_a_network_lacks_is_told_once_a_cluster(folder):
    folder.network("name: kind\nsubnets: ['fd00:1:2:3::/64']\n")
    folder.define("color", "C1/C", "v4Enabled: true", provider="k3d")
    assert places(folder.problems()) == ["color/sma.yaml:5:13"]


@pytest.mark.parametrize(
    ("network", "wrong"),
    [
        ("name: a b\nsubnets: []\n", ["1:7", "2:10"]),
        ("name: kind\nsubnets: [10.9.8.0/24x, 10.9.9.1/24, 3]\n", ["2:11", "2:25", "2:38"]),
        ("name: kind\nsubnets: [fd00::1/64, 10.9.8.0/24]\nnodes: [fd00::/112]\n", ["2:11"]),
        ("name: kind\nsubnet: [10.9.8.0/24]\nnodes: [10.9.8.0/26]\n", ["2:1"]),
    ],
)
def test_a_network(folder, network, wrong):
    folder.network(network)
    folder.define("color", "C1/C")
    assert places(folder.problems()) == [f"network.yaml:{place}" for place in wrong]


def test_a_range_that_is_too_wide_is_told_where_it_is_written(folder):
    folder.define("cdn", "91/9")
    folder.define("color", "C1/C", "podCIDR: 10.0.0.0/12")
    folder.define("faces", "A1/A", "podCIDR: 10.10.1.0/24")
    assert folder.problems() == [
        f"{AT}:6:12: error: the pods' range 10.0.0.0/12 meets"
        " 10.9.1.0/24, the pods' range of `cdn` (clusters/cdn/sma.yaml);"
        " 10.9.2.0/24, the services' range of `cdn` (clusters/cdn/sma.yaml);"
        " 10.10.2.0/24, the services' range of `faces` (clusters/faces/sma.yaml);"
        " and 1 more",
        "clusters/faces/sma.yaml:6:12: error: the pods' range 10.10.1.0/24 meets"
        " 10.0.0.0/12, the pods' range of `color` (clusters/color/sma.yaml)",
    ]


def test_ranges_within_ranges_within_ranges(folder):
    for name, number, prefix in (("cdn", 9, 12), ("color", 12, 16), ("faces", 10, 24)):
        lines = (f"podCIDR: 10.0.0.0/{prefix}", f"serviceCIDR: 10.200.{number}.0/24")
        folder.define(name, f"{number:X}1/{number:X}", *lines)
    assert folder.problems() == [
        f"{AT}:6:12: error: the pods' range 10.0.0.0/16 meets 10.0.0.0/12, the pods' range of `cdn`"
        " (clusters/cdn/sma.yaml)",
        "clusters/faces/sma.yaml:6:12: error: the pods' range 10.0.0.0/24 meets 10.0.0.0/12, the"
        " pods' range of `cdn` (clusters/cdn/sma.yaml); 10.0.0.0/16, the pods' range of `color`"
        " (clusters/color/sma.yaml)",
    ]


def test_an_id_twice_hides_no_range_that_is_written_twice(folder):
    folder.define("cdn", "91/9", "podCIDR: 10.50.0.0/16")
    folder.define("color", "C1/9", "podCIDR: 10.50.0.0/16")
    assert places(folder.problems()) == ["color/sma.yaml:4:11", "color/sma.yaml:6:12"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('v4Enabled: "true"', 'expected true or false without quotes, found `"true"`'),
        ("nodes: '3'", "expected a number from 1 to 100 without quotes, found `'3'`"),
    ],
)
def test_quotes_are_told_where_they_are_what_is_wrong(folder, line, says):
    folder.define("color", "C1/C", line)
    assert folder.problem().endswith(says)
