"""docker network: the networks that nodes are on."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from helpers.sandbox.programs import listing
from helpers.sandbox.programs.call import Answer, ProgramError, unknown
from helpers.sandbox.programs.machine import MADE, Network, Part

if TYPE_CHECKING:
    from helpers.sandbox.programs.call import Call
    from helpers.sandbox.resources import Json

_COLUMNS = {"NETWORK ID": "ID", "NAME": "Name", "DRIVER": "Driver", "SCOPE": "Scope"}


def listed(call: Call) -> Answer:
    """Answer `docker network ls`."""
    found = list(call.machine.networks.values())
    return listing.listed(call, found, {"name": listing.is_called}, _row, _COLUMNS)


def _row(call: Call, network: Network) -> Json:
    name = {"ID": listing.cut(call, network.id), "Name": network.name}
    return {**name, "Driver": "bridge", "Scope": "local"}


def find(call: Call, name: str) -> Network:
    """Return the network of a name or of an id.

    Raises:
        ProgramError: There is none.
    """
    found = listing.find(call.machine.networks.values(), name)
    if found is None:
        raise ProgramError(f"Error response from daemon: network {name} not found")
    return found


def told(call: Call, name: str) -> Json:
    """Return what `docker network inspect` tells of one."""
    network = find(call, name)
    on = [c for c in call.machine.containers.values() if c.network == network.name and c.running]
    members = {
        one.id: {
            "Name": one.name,
            "IPv4Address": _with_size(network, one.address(4)),
            "IPv6Address": _with_size(network, one.address(6)),
        }
        for one in on
    }
    return {
        "Name": network.name,
        "Id": network.id,
        "Created": MADE,
        "Scope": "local",
        "Driver": "bridge",
        "EnableIPv6": any(":" in one.subnet for one in network.parts),
        "IPAM": {"Driver": "default", "Config": [_part(one) for one in network.parts]},
        "Containers": members,
        "Labels": {"cuebook.dev/simulated": "true"},
    }


def _with_size(network: Network, address: str) -> str:
    """Return an address with the size of its subnet, as docker tells it: 192.0.2.2/24."""
    for one in network.parts:
        if address and ip_address(address) in ip_network(one.subnet):
            return f"{address}/{ip_network(one.subnet).prefixlen}"
    return ""


def _part(part: Part) -> Json:
    told = {"Subnet": part.subnet, "IPRange": part.range, "Gateway": part.gateway}
    return {key: value for key, value in told.items() if value}


def create(call: Call) -> Answer:
    """Answer `docker network create`."""
    (name,) = call.words
    if name in call.machine.networks:
        text = f"network with name {name} already exists"
        raise ProgramError(f"Error response from daemon: {text}")
    if call.flag("--driver", "bridge") != "bridge":
        raise unknown("docker", f"networks of the driver {call.flag('--driver')}")
    if "--subnet" not in call.flags:
        raise unknown("docker", "networks without a --subnet")
    try:
        parts = tuple(_given(call, subnet) for subnet in call.flags["--subnet"])
    except ValueError as error:
        raise ProgramError(f"invalid argument: {error}") from None
    call.machine.networks[name] = Network(name, parts)
    return Answer(f"{call.machine.networks[name].id}\n")


def _given(call: Call, subnet: str) -> Part:
    """Return a subnet with the range and the gateway that lie in it."""
    whole = ip_network(subnet)
    first = {
        flag: next((v for v in call.flags.get(flag, ()) if ip_network(v)[0] in whole), "")
        for flag in ("--ip-range", "--gateway")
    }
    return Part(subnet, first["--ip-range"], first["--gateway"] or str(whole[1]))


def remove(call: Call, name: str) -> None:
    """Take one away, if no node is on it."""
    network = find(call, name)
    if any(one.network == network.name for one in call.machine.containers.values()):
        text = f"error while removing network: network {network.name} has active endpoints"
        raise ProgramError(f"Error response from daemon: {text}")
    del call.machine.networks[network.name]
