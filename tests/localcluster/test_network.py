"""network.yaml, or what Docker says -> a network, or what is wrong with it."""

from __future__ import annotations

import json

import pytest

from helpers.localcluster import network


def shown(found) -> list[str]:
    return [" ".join(map(str, part)) for part in (found.subnets, found.nodes, found.gateways)]


def loaded(folder, text):
    folder.network(text)
    folder.define("color", "C1/C")
    return folder.load().network


def test_all_that_it_can_say(folder):
    subnets, nodes = "['fd00:1:2:3::/64', 10.9.8.0/23]", "[10.9.8.0/27, 'fd00:1:2:3::/100']"
    found = loaded(folder, f"name: mine\nsubnets: {subnets}\nnodes: {nodes}\n")
    assert found.name == "mine"
    assert shown(found) == [
        "10.9.8.0/23 fd00:1:2:3::/64",
        "10.9.8.0/27 fd00:1:2:3::/100",
        "10.9.8.1 fd00:1:2:3::1",
    ]


@pytest.mark.parametrize(
    ("subnets", "nodes"),
    [
        ("[10.9.8.0/24]", "10.9.8.0/26"),
        ("[10.9.0.0/16]", "10.9.0.0/18"),
        ("['fd00:1:2:3::/64', 10.9.8.0/24]", "10.9.8.0/26 fd00:1:2:3::/112"),
    ],
)
def test_where_nodes_are_if_it_does_not_say(folder, subnets, nodes):
    assert shown(loaded(folder, f"name: kind\nsubnets: {subnets}\n"))[1] == nodes


def test_there_need_be_no_file(folder):
    folder.define("color", "C1/C")
    assert folder.load().network == network.DEFAULT
    assert network.DEFAULT.name == "kind"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", ":1:1: error: there is nothing in it"),
        ("name: kind\n", ":1:1: error: `subnets` is missing, such as `[172.16.100.0/24,"),
        ("name: kind\nsubnets: []\n", ":2:10: error: at least one subnet is needed"),
        (
            "name: kind\nsubnets: 10.9.8.0/24\n",
            ":2:10: error: `subnets`: expected a list, found `1",
        ),
        (
            "name: a b\nsubnets: [10.9.8.0/24]\n",
            ":1:7: error: `name`: expected a name of letters,",
        ),
        ("name: kind\nsubnets: [10.9.8.0]\n", ":2:11: error: `10.9.8.0` is not a CIDR such as"),
        (
            "name: kind\nsubnets: [10]\n",
            ":2:11: error: `subnets`: expected a CIDR, found `10`, which",
        ),
        (
            "name: kind\nsubnets: [10.9.8.1/24]\n",
            ":2:11: error: `10.9.8.1/24` is an address within",
        ),
        (
            "name: kind\nsubnets: [10.9.8.0/24, 10.9.9.0/24]\n",
            ":2:24: error: 10.9.9.0/24 is the second IPv4 range here",
        ),
        (
            "name: kind\nsubnets: [10.9.8.0/24]\nnodes: [10.9.9.0/26]\n",
            ":3:9: error: 10.9.9.0/26 is not in 10.9.8.0/24",
        ),
        (
            "name: kind\nsubnets: [10.9.8.0/24]\nsubnet: 1\n",
            ":3:1: error: unknown key `subnet`; did you mean `subnets`? the keys are name",
        ),
    ],
)
def test_what_it_may_not_say(folder, text, wrong):
    folder.network(text)
    folder.define("color", "C1/C")
    assert folder.problem().removeprefix("clusters/network.yaml").startswith(wrong)


# What `docker network inspect --format '{{json .IPAM.Config}}'` says, and the network that it is.
@pytest.mark.parametrize(
    ("ipam", "expected"),
    [
        (
            '[{"Subnet":"172.18.0.0/16","Gateway":"172.18.0.1"}]',
            ["172.18.0.0/16", "", "172.18.0.1"],
        ),
        (
            '[{"Subnet":"fc00:f853:ccd:e793::/64"},{"Subnet":"172.18.0.0/16","Gateway":"172.18.0.1"}]',
            ["172.18.0.0/16 fc00:f853:ccd:e793::/64", "", "172.18.0.1"],
        ),
        (
            '[{"Subnet":"fc00:1:2:3::/64","Gateway":"fc00:1:2:3::1/64"}]',
            ["fc00:1:2:3::/64", "", "fc00:1:2:3::1"],
        ),
        (
            '[{"Subnet":"10.9.8.0/24","IPRange":"10.9.8.0/26","Gateway":"10.9.8.1"},'
            '{"Subnet":"10.9.9.0/24"}]',
            ["10.9.8.0/24", "10.9.8.0/26", "10.9.8.1"],
        ),
    ],
)
def test_the_network_that_docker_has(ipam, expected):
    assert shown(network.found("kind", json.loads(ipam))) == expected
