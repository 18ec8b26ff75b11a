"""`route`: definitions -> who knows the way to whose pods."""

from __future__ import annotations

import pytest

V4 = "v4Enabled: true"
V6 = "v6Enabled: true"
DUAL = f"{V4}, {V6}"


def spec(number, families, more="group: g", provider="kind"):
    return f'subnet: "{number}1/{number}", provider: {provider}, {families}, {more}'


def routes(plan):
    return sorted(str(a.line).split(" && ")[-1] for a in plan.actions)


def test_both_families_both_ways(planned):
    plan = planned("route", specs={"a": spec(4, DUAL), "b": spec(5, DUAL)})
    assert routes(plan) == [
        'docker exec a-control-plane ip -6 route replace fd00:51:1::/64 via "$NODE"',
        'docker exec a-control-plane ip route replace 10.5.1.0/24 via "$NODE"',
        'docker exec b-control-plane ip -6 route replace fd00:41:1::/64 via "$NODE"',
        'docker exec b-control-plane ip route replace 10.4.1.0/24 via "$NODE"',
    ]


def test_a_family_that_the_peer_lacks_does_not_take_the_other_along(planned):  # defect 7
    plan = planned("route", specs={"a": spec(4, DUAL), "b": spec(5, V6)})
    assert routes(plan) == [
        'docker exec a-control-plane ip -6 route replace fd00:51:1::/64 via "$NODE"',
        'docker exec b-control-plane ip -6 route replace fd00:41:1::/64 via "$NODE"',
    ]


def test_every_node_knows_every_way(planned):  # defect 23
    more = "group: g, nodes: 3, podCIDR: 10.4.0.0/17, serviceCIDR: 10.4.128.0/17"
    plan = planned("route", specs={"a": spec(4, V4, more), "b": spec(5, V4, provider="k3d")})
    assert routes(plan) == [
        'docker exec a-control-plane ip route replace 10.5.1.0/24 via "$NODE"',
        'docker exec a-worker ip route replace 10.5.1.0/24 via "$NODE"',
        'docker exec a-worker2 ip route replace 10.5.1.0/24 via "$NODE"',
        'docker exec k3d-b-server-0 ip route replace 10.4.0.0/17 via "$NODE"',
    ]


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("group: g", "group: g", 2),
        ("group: g", "group: h", 0),
        ("zone: x", "zone: x", 0),
        ("links: [{to: b}]", "zone: x", 2),
        ("links: [{to: b, gateway: true}]", "zone: x", 0),
    ],
)
def test_who_is_routed(planned, one, other, count):  # defect 8
    plan = planned("route", specs={"a": spec(4, V4, one), "b": spec(5, V4, other)})
    assert len(routes(plan)) == count


def test_run_again_it_succeeds_again(world):  # defect 5, defect 6
    world.ok("create", "clusters", "faces", "smiley")
    for _ in range(2):
        world.forget()
        world.ok("route", "clusters")
        assert len(world.calls("docker", "exec")) == 2
        assert all(c.argv[4:6] == ["route", "replace"] for c in world.calls("docker", "exec"))


def test_a_route_that_fails_is_a_failure(world):  # defect 5, defect 36
    world.ok("create", "clusters", "faces", "smiley")
    world.rule("docker exec", status=2, error="RTNETLINK answers: Network is unreachable\n")
    assert world.run("route", "clusters").status == 1


def test_nodes_are_known_by_their_labels(world):  # defect 23
    world.define(
        a='subnet: "41/4", provider: kind, v4Enabled: true, group: g',
        b='subnet: "51/5", provider: k3d, v4Enabled: true, group: g',
    )
    world.ok("create", "clusters")
    text = (world.fakes / "world.json").read_text()
    (world.fakes / "world.json").write_text(text.replace("a-control-plane", "renamed"))
    world.forget()
    world.ok("route", "clusters")
    assert {call.argv[2] for call in world.calls("docker", "exec")} == {"renamed", "k3d-b-server-0"}
