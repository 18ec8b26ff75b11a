"""An id and a network -> addresses."""

from __future__ import annotations

import contextlib
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.localcluster import addresses
from helpers.localcluster.model import Family
from helpers.localcluster.network import found

V4, V6 = Family.V4, Family.V6


def test_the_ranges_of_an_id():
    assert str(addresses.pods(0xC, V4)) == "10.12.1.0/24"
    assert str(addresses.services(0xC, V4)) == "10.12.2.0/24"
    assert str(addresses.pods(0xC1, V6)) == "fd00:c1:1::/64"
    assert str(addresses.services(0xC1, V6)) == "fd00:c1:2::/112"


@pytest.mark.parametrize(
    ("number", "subnet", "pool"),
    [
        (0x4, "172.16.100.0/24", "172.16.100.64/28"),
        (0xC, "172.16.100.0/24", "172.16.100.192/28"),
        (0x10, "172.16.100.0/24", None),
        # defect 11: wider networks were "too small", kind's own among them.
        (0xC, "172.18.0.0/16", "172.18.255.192/28"),
        (0x1C, "172.18.0.0/16", "172.18.254.192/28"),
        (0xFF, "172.18.0.0/16", "172.18.240.240/28"),
        (0xC, "192.168.16.0/20", "192.168.31.192/28"),
        (0xFF, "192.168.16.0/20", "192.168.16.240/28"),
        (0x1C, "10.9.8.0/23", "10.9.8.192/28"),
        (0x20, "10.9.8.0/23", None),
        # defect 12: in narrower networks the pool was outside, or they were refused.
        (0x7, "192.168.5.0/25", "192.168.5.112/28"),
        (0x8, "192.168.5.0/25", None),
        (0x7, "192.168.5.128/25", None),
        (0x8, "192.168.5.128/25", "192.168.5.128/28"),
        (0xC, "192.168.5.192/28", "192.168.5.192/28"),
        (0xC, "192.168.5.192/29", None),
        (0x1, "0.0.0.0/25", "0.0.0.16/28"),
        (0x10, "0.0.0.0/25", None),
        # kind's own network of IPv6
        (0xC1, "fc00:f853:ccd:e793::/64", "fc00:f853:ccd:e793:c1::/96"),
        # defect 13: these were outside of the network, or it was "too small".
        (0xC1, "fd00::/64", "fd00:0:0:0:c1::/96"),
        (0xC1, "fd00:1:2::/48", "fd00:1:2:0:c1::/96"),
        (0xC1, "fd00:1:2:300::/56", "fd00:1:2:300:c1::/96"),
        (0xC1, "fd00:1:2:3:4::/80", "fd00:1:2:3:4:c1::/96"),
        (0xC1, "fd00:1:2:3:400::/72", "fd00:1:2:3:400:c1::/96"),
        (0xC1, "fd00:1:2:3:4:5::/96", "fd00:1:2:3:4:5:c1:0/112"),
        (0xC1, "fd00:1:2:3:4:5:6::/112", None),
    ],
)
def test_the_pool_of_an_id(number, subnet, pool):
    assert addresses.pool(number, ip_network(subnet)) == (pool and ip_network(pool))


# defect 16: id 1 has addresses that Docker gives to nodes, and id 15 the broadcast address.
@pytest.mark.parametrize(
    ("number", "why"),
    [
        (0x0, "its pool 10.9.8.0/28 holds the network's own address, 10.9.8.0"),
        (0x1, "its pool 10.9.8.16/28 meets 10.9.8.0/26, which is for nodes"),
        (0x3, "its pool 10.9.8.48/28 meets 10.9.8.0/26, which is for nodes"),
        (0x4, None),
        (0x8, "its pool 10.9.8.128/28 holds the gateway, 10.9.8.129"),
        (0xE, None),
        (0xF, "its pool 10.9.8.240/28 holds the broadcast address, 10.9.8.255"),
        (0x10, "its pool would be outside of 10.9.8.0/24"),
    ],
)
def test_why_a_pool_cannot_be_used(number, why):
    network = found(
        "kind", [{"Subnet": "10.9.8.0/24", "IPRange": "10.9.8.0/26", "Gateway": "10.9.8.129"}]
    )
    assert addresses.refusal(number, V4, network) == why
    assert addresses.fitting(V4, network) == "4-7, 9-E"


def test_a_family_that_the_network_lacks():
    network = found("kind", [{"Subnet": "fd00:1:2:3::/64"}])
    assert addresses.refusal(0xC, V4, network) == "the network `kind` has no IPv4 subnet"
    assert addresses.refusal(0x0, V6, network) == (
        "its pool fd00:1:2:3::/96 holds the network's own address, fd00:1:2:3::"
    )
    assert addresses.fitting(V4, network) == "none"


IDS = st.integers(0, 0xFF)
SUBNETS = st.one_of(
    st.builds(
        lambda address, prefix: ip_network((address, prefix), strict=False),
        st.integers(0, 2**32 - 1),
        st.integers(8, 32),
    ),
    st.builds(
        lambda address, prefix: ip_network((address, prefix), strict=False),
        st.integers(2**32, 2**128 - 1),
        st.integers(8, 128),
    ),
)


@given(IDS, SUBNETS)
def test_a_pool_is_always_in_the_network(number, subnet):
    pool = addresses.pool(number, subnet)
    assert pool is None or addresses.inside(pool, subnet)


def apart(ranges) -> bool:
    ordered = sorted(ranges)
    return not any(map(addresses.overlap, ordered, ordered[1:]))


@given(st.sets(IDS, min_size=2, max_size=20), SUBNETS)
def test_no_two_ids_share_an_address(numbers, subnet):
    family = addresses.family_of(subnet)
    makers = (addresses.pods, addresses.services)
    assert apart(make(number, family) for number in numbers for make in makers)
    assert apart(pool for number in numbers if (pool := addresses.pool(number, subnet)))


@given(IDS, SUBNETS)
def test_a_pool_that_can_be_used_holds_no_address_of_anybody(number, subnet):
    nodes = ip_network((subnet.network_address, min(subnet.prefixlen + 2, subnet.max_prefixlen)))
    network = found(
        "kind",
        [{"Subnet": str(subnet), "IPRange": str(nodes), "Gateway": str(subnet.network_address)}],
    )
    family = addresses.family_of(subnet)
    if addresses.refusal(number, family, network) is None:
        pool = addresses.pool(number, subnet)
        assert addresses.inside(pool, subnet)
        assert not pool.overlaps(nodes)
        assert subnet.network_address not in pool
        assert family is V6 or subnet.broadcast_address not in pool


@pytest.mark.parametrize("family", list(Family))
def test_wide_ranges_have_room_for_128_nodes_and_do_not_meet(family):
    pods, services = addresses.wide(0xC, family)
    assert len(list(pods.subnets(new_prefix=addresses.NODE_PREFIX[family]))) >= 128
    assert not pods.overlaps(services)


@given(st.text(max_size=30) | st.from_regex(r"[0-9a-f.:]+/[0-9]{1,3}", fullmatch=True))
def test_any_text_is_a_cidr_or_an_error(text):
    with contextlib.suppress(ValueError):
        assert addresses.parse(text) == ip_network(text)
