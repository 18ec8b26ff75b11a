# SPDX-License-Identifier: Apache-2.0
"""Clusters made, restarted and deleted, their pods' addresses pinged from each other."""

from __future__ import annotations

import json
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import pytest

from tests.docker.conftest import K3S_IMAGE, NETWORK

if TYPE_CHECKING:
    from tests.docker.conftest import Machine

EAST = "east-control-plane"
WEST = "k3d-west-server-0"
PODS = {
    (EAST, 4): "10.10.1.5",
    (EAST, 6): "fd00:a1:1::5",
    (WEST, 4): "10.9.1.5",
    (WEST, 6): "fd00:91:1::5",
}


def define_both(machine: Machine, *families: str) -> None:
    machine.define("east", "kind", "A1/A", *families)
    machine.define("west", "k3d", "91/9", *families)


def give_pods(machine: Machine, versions: tuple[int, ...] = (4, 6)) -> None:
    for (node, version), address in PODS.items():
        if version in versions:
            machine.pod(node, address)


def unreachable(machine: Machine, versions: tuple[int, ...] = (4, 6)) -> str:
    """Ping each of the two clusters' pods from the other's; return what does not answer."""
    ways = [(EAST, WEST, version) for version in versions]
    ways += [(WEST, EAST, version) for version in versions]
    return "".join(machine.reaches(a, PODS[a, v], PODS[b, v]) for a, b, v in ways)


def test_pods_of_kind_and_of_k3d_reach_each_other(machine: Machine) -> None:
    define_both(machine)
    machine.localcluster("create", "clusters")

    (network,) = json.loads(machine.engine.docker("network", "inspect", NETWORK).stdout)
    subnets = [config["Subnet"] for config in network["IPAM"]["Config"]]
    assert subnets == ["10.77.0.0/24", "fd77::/64"]
    for node in (EAST, WEST):
        assert ip_address(machine.address(node)) in ip_network("10.77.0.0/26")
        assert ip_address(machine.address(node, 6)) in ip_network("fd77::/112")

    give_pods(machine)
    assert not unreachable(machine)
    assert machine.server("east") == f"https://{machine.address(EAST)}:6443"
    assert machine.server("west") == f"https://{machine.address(WEST)}:6443"

    # The pings can fail: ways that are taken away are missed, and brought back by `route`.
    machine.engine.docker("exec", EAST, "ip", "route", "del", "10.9.1.0/24")
    machine.engine.docker("exec", EAST, "ip", "-6", "route", "del", "fd00:91:1::/64")
    assert unreachable(machine, (4,))
    assert unreachable(machine, (6,))
    machine.localcluster("route", "clusters")
    assert not unreachable(machine)


@pytest.mark.parametrize(
    ("options", "versions"),
    [
        (("--subnet=10.78.0.0/16", "--gateway=10.78.0.1"), (4,)),
        (("--subnet=10.79.0.0/25", "--gateway=10.79.0.1"), (4,)),
        (
            (
                *("--ipv6", "--subnet=fd78::/64", "--gateway=fd78::1"),
                *("--subnet=10.80.0.0/24", "--gateway=10.80.0.1"),
            ),
            (4, 6),
        ),
    ],
    ids=["16", "25", "ipv6-first"],
)
def test_a_network_that_is_there_is_used_as_it_is(
    options: tuple[str, ...], versions: tuple[int, ...], machine: Machine
) -> None:
    machine.engine.docker("network", "create", *options, NETWORK)
    # Of a /25, the ids 4 to 7 have their pools.
    machine.define("east", "kind", "A1/5", *families(versions))
    machine.define("west", "k3d", "91/6", *families(versions))
    machine.localcluster("create", "clusters")
    (network,) = json.loads(machine.engine.docker("network", "inspect", NETWORK).stdout)
    # In which order is Docker's own business: 20.10 lists IPv4 first.
    assert {f"--subnet={config['Subnet']}" for config in network["IPAM"]["Config"]} == {
        option for option in options if option.startswith("--subnet")
    }
    pods = {(EAST, 4): "10.5.1.5", (WEST, 4): "10.6.1.5"}
    for (node, version), address in (PODS | pods).items():
        if version in versions:
            machine.pod(node, address)
    for version in versions:
        east, west = (PODS | pods)[EAST, version], (PODS | pods)[WEST, version]
        assert not machine.reaches(EAST, east, west)
        assert not machine.reaches(WEST, west, east)


def families(versions: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(f"v{version}Enabled: true" for version in versions)


def test_a_network_without_a_gateway_is_enough_for_kind(machine: Machine) -> None:
    machine.engine.docker("network", "create", "--subnet=10.81.0.0/24", NETWORK)
    machine.define("east", "kind", "A1/A", "v4Enabled: true")
    machine.define("north", "kind", "B1/B", "v4Enabled: true")
    machine.localcluster("create", "clusters")
    machine.pod(EAST, "10.10.1.5")
    machine.pod("north-control-plane", "10.11.1.5")
    assert not machine.reaches(EAST, "10.10.1.5", "10.11.1.5")


def test_k3d_is_not_given_a_network_without_a_gateway(machine: Machine) -> None:
    """It would fail halfway, with all that it had made to be taken down again."""
    machine.engine.docker("network", "create", "--subnet=10.82.0.0/24", NETWORK)
    machine.define("west", "k3d", "91/9", "v4Enabled: true")
    done = machine.run("localcluster", "create", "clusters")
    assert done.returncode == 2
    assert f"`{NETWORK}` was made without `--gateway`, and k3d needs one" in done.stderr
    assert not machine.engine.docker("ps", "--all", "--quiet").stdout
    file = machine.folder / "k3d.yaml"
    file.write_text(
        "apiVersion: k3d.io/v1alpha5\nkind: Simple\nmetadata: {name: west}\n"
        f"image: {K3S_IMAGE}\nnetwork: {NETWORK}\noptions: {{k3d: {{disableLoadbalancer: true}}}}\n"
    )
    without_us = machine.run("k3d", "cluster", "create", "--config", str(file))
    assert "no gateway defined for network" in without_us.stderr


def test_clusters_that_do_not_answer_are_not_destroyed_without_a_question(
    machine: Machine,
) -> None:
    """Stand-ins have no API server. `create` would make them anew; there is nobody to ask."""
    define_both(machine)
    machine.localcluster("create", "clusters")
    before = machine.engine.docker("ps", "--quiet", "--no-trunc").stdout
    done = machine.run("localcluster", "create", "clusters")
    assert done.returncode == 2
    assert "east does not answer" in done.stderr
    assert "--force" in done.stderr
    assert machine.engine.docker("ps", "--quiet", "--no-trunc").stdout == before


def test_a_cluster_made_anew_elsewhere_gets_its_routes_replaced(machine: Machine) -> None:
    define_both(machine, "v4Enabled: true")
    machine.localcluster("create", "clusters")
    was = machine.address(EAST)
    machine.localcluster("delete", "--force", "clusters", "east")
    machine.engine.docker(
        *("run", "--detach", "--network", NETWORK, "--ip", was, "--name", "squatter"),
        "stand-in/node:v1.35.0",
    )
    machine.localcluster("create", "clusters", "east")
    assert machine.address(EAST) != was
    give_pods(machine, (4,))
    assert not unreachable(machine, (4,))


def test_a_deleted_cluster_leaves_nothing(machine: Machine) -> None:
    define_both(machine)
    machine.localcluster("create", "clusters")
    machine.localcluster("delete", "--force", "clusters", "west")
    names = machine.engine.docker("ps", "--all", "--format", "{{.Names}}").stdout.split()
    assert names == [EAST]
    routes = machine.engine.docker("exec", EAST, "ip", "route").stdout
    routes += machine.engine.docker("exec", EAST, "ip", "-6", "route").stdout
    assert "10.9.1.0" not in routes
    assert "fd00:91:1::" not in routes
    assert not machine.server("west")
    assert machine.server("east")


def test_repair_after_docker_has_moved_the_addresses(machine: Machine) -> None:
    define_both(machine)
    machine.localcluster("create", "clusters")
    was = {node: machine.address(node) for node in (EAST, WEST)}
    machine.engine.docker("stop", "--time", "1", EAST, WEST)
    machine.engine.docker(
        *("run", "--detach", "--network", NETWORK, "--ip", min(was.values()), "--name", "squatter"),
        "stand-in/node:v1.35.0",
    )
    # The one that was started last comes first now, where the other one was.
    machine.engine.docker("start", WEST, EAST)
    assert {node: machine.address(node) for node in (EAST, WEST)} != was
    give_pods(machine)
    machine.localcluster("repair", "clusters")
    assert not unreachable(machine)
    assert machine.server("east") == f"https://{machine.address(EAST)}:6443"
    assert machine.server("west") == f"https://{machine.address(WEST)}:6443"
