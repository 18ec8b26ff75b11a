"""docker (29): what localcluster and runbooks ask of it about the nodes and their network."""

from __future__ import annotations

import json
import re
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from helpers.sandbox.programs.call import Answer, ProgramError, unknown
from helpers.sandbox.programs.machine import MADE, Network, Part
from helpers.sandbox.programs.template import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.sandbox.programs.call import Call
    from helpers.sandbox.programs.machine import Container
    from helpers.sandbox.resources import Json

VERSION = "29.1.0"
_PS = {
    "CONTAINER ID": "ID",
    "IMAGE": "Image",
    "COMMAND": "Command",
    "CREATED": "CreatedAt",
    "STATUS": "Status",
    "PORTS": "Ports",
    "NAMES": "Names",
}
_NETWORKS = {"NETWORK ID": "ID", "NAME": "Name", "DRIVER": "Driver", "SCOPE": "Scope"}
"""The columns of tables, and the fields that they show."""
_INFO = {
    "ServerVersion": f"{VERSION}+simulated",
    "OperatingSystem": "cuebook's sandbox: simulated, nothing runs",
    "CgroupVersion": "2",
    "MemTotal": 16 << 30,
    "NCPU": 8,
    "Driver": "simulated",
    "KernelVersion": "simulated",
}


async def run(call: Call) -> Answer:
    """Do what a call of docker asks for."""
    machine, form = call.machine, call.flag("--format")
    match call.command:
        case "":
            return Answer(f"Docker version {VERSION}+simulated, build simulated\n")
        case "version":
            return _formatted(call, [{"Server": {"Version": f"{VERSION}+simulated"}}])
        case "info":
            containers = machine.containers.values()
            info = {**_INFO, "Containers": len(containers)}
            if form:
                return _formatted(call, [info])
            return Answer("".join(f" {key}: {value}\n" for key, value in info.items()))
        case "ps":
            return _ps(call)
        case "inspect":
            return _inspected(call, _container)
        case "network ls":
            return _networks(call)
        case "network inspect":
            return _inspected(call, _network)
        case "network create":
            return _create(call)
        case "network rm":
            return _each(call, _remove, "exit status 1\n")
        case "start":
            return _each(call, _start)
        case "stop":
            return _each(call, _stop)
    return _exec(call)


def _each(call: Call, do: Callable[[Call, str], None], after: str = "") -> Answer:
    """Do something with each object that is named, and tell which went well."""
    done, wrong = "", ""
    for name in call.words:
        try:
            do(call, name)
        except ProgramError as error:
            wrong += f"{error}\n"
        else:
            done += f"{name}\n"
    return Answer(done, wrong + after if wrong else "", int(bool(wrong)))


def _start(call: Call, name: str) -> None:
    call.machine.run(name, running=True)


def _stop(call: Call, name: str) -> None:
    call.machine.run(name, running=False)


def _remove(call: Call, name: str) -> None:
    network = _find(call, name)
    if any(one.network == network.name for one in call.machine.containers.values()):
        text = f"error while removing network: network {network.name} has active endpoints"
        raise ProgramError(f"Error response from daemon: {text}")
    del call.machine.networks[network.name]


def _formatted(call: Call, found: list[Json]) -> Answer:
    form = call.flag("--format")
    if not form:
        return Answer(json.dumps(found, indent=4) + "\n")
    return Answer("".join(f"{fill(form, one)}\n" for one in found))


def _inspected(call: Call, one: Callable[[Call, str], Json]) -> Answer:
    """Answer for those objects that there are; the others are errors, as docker has it."""
    found, wrong = [], []
    for name in call.words:
        try:
            found.append(one(call, name))
        except ProgramError as error:
            wrong.append(error.message)
    answer = _formatted(call, found)
    return Answer(answer.stdout, "".join(f"{line}\n" for line in wrong), int(bool(wrong)))


def _ps(call: Call) -> Answer:
    found = list(call.machine.containers.values())[::-1]
    if not call.on("--all"):
        found = [one for one in found if one.running]
    for wanted in call.flags.get("--filter", ()):
        key, _, value = wanted.partition("=")
        if key not in _FILTERS:
            raise unknown("docker", f"--filter {wanted}")
        found = [one for one in found if _FILTERS[key](one, value)]
    if call.on("--quiet"):
        return Answer("".join(f"{_cut(call, one.id)}\n" for one in found))
    rows: list[Json] = [
        {
            "ID": _cut(call, one.id),
            "Image": one.image,
            "Command": '"simulated"',
            "CreatedAt": "simulated",
            "Status": "Up (simulated)" if one.running else "Exited (0) (simulated)",
            "Ports": _ports(call, one),
            "Names": one.name,
            "State": "running" if one.running else "exited",
            "Labels": ",".join(f"{key}={value}" for key, value in one.labels.items()),
            "Networks": one.network,
        }
        for one in found
    ]
    if call.flag("--format"):
        return _formatted(call, rows)
    return _table(_PS, rows)


def _ports(call: Call, container: Container) -> str:
    if not container.running or container.role not in ("control-plane", "server"):
        return ""
    _, _, port = call.machine.sandbox.clusters[container.cluster].server.rpartition(":")
    return f"127.0.0.1:{port}->6443/tcp"


def _has_label(container: Container, wanted: str) -> bool:
    name, equals, text = wanted.partition("=")
    labels = container.labels
    return name in labels and (not equals or labels[name] == text)


def _is_called(container: Container, wanted: str) -> bool:
    return re.search(wanted, container.name) is not None


_FILTERS = {"label": _has_label, "name": _is_called}


def _container(call: Call, name: str) -> Json:
    for one in call.machine.containers.values():
        if one.name == name or (len(name) > 3 and one.id.startswith(name)):
            break
    else:
        raise ProgramError(f"error: no such object: {name}")
    v4, v6 = (one.address(version) if one.running else "" for version in (4, 6))
    end = {"IPAddress": v4, "GlobalIPv6Address": v6, "NetworkID": _id(call, one.network)}
    state = {"Running": one.running, "Status": "running" if one.running else "exited"}
    return {
        "Id": one.id,
        "Name": f"/{one.name}",
        "Created": MADE,
        "State": state,
        "Config": {"Image": one.image, "Labels": one.labels, "Hostname": one.name},
        "NetworkSettings": {"Networks": {one.network: end}},
    }


def _networks(call: Call) -> Answer:
    found = list(call.machine.networks.values())
    for wanted in call.flags.get("--filter", ()):
        key, _, value = wanted.partition("=")
        if key != "name":
            raise unknown("docker", f"--filter {wanted}")
        found = [one for one in found if re.search(value, one.name)]
    if call.on("--quiet"):
        return Answer("".join(f"{_cut(call, one.id)}\n" for one in found))
    rows: list[Json] = [
        {"ID": _cut(call, one.id), "Name": one.name, "Driver": "bridge", "Scope": "local"}
        for one in found
    ]
    if call.flag("--format"):
        return _formatted(call, rows)
    return _table(_NETWORKS, rows)


def _find(call: Call, name: str) -> Network:
    for one in call.machine.networks.values():
        if one.name == name or (len(name) > 3 and one.id.startswith(name)):
            return one
    raise ProgramError(f"Error response from daemon: network {name} not found")


def _network(call: Call, name: str) -> Json:
    network = _find(call, name)
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


def _create(call: Call) -> Answer:
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


def _exec(call: Call) -> Answer:
    if len(call.words) < 2:
        raise ProgramError("docker: 'docker exec' requires at least 2 arguments")
    node, *words = call.words
    if node not in call.machine.containers:
        raise ProgramError(f"Error response from daemon: No such container: {node}")
    routes = call.machine.routes.setdefault(node, {})
    if words and words[0] == "ip":
        rest = [word for word in words[1:] if word not in ("-4", "-6")]
        match rest:
            case ["route", "replace", range_, "via", way]:
                routes[range_] = way
                return Answer()
            case ["route", "flush", range_]:
                routes.pop(range_, None)
                return Answer()
            case ["route"] | ["route", "show"]:
                lines = (f"{range_} via {way} dev eth0\n" for range_, way in routes.items())
                return Answer("".join(lines))
    raise unknown("docker", f"{call.text}: nothing runs in a node but `ip route`")


def _id(call: Call, network: str) -> str:
    found = call.machine.networks.get(network)
    return found.id if found else ""


def _cut(call: Call, text: str) -> str:
    return text if call.on("--no-trunc") else text[:12]


def _table(columns: dict[str, str], rows: list[Json]) -> Answer:
    table = [tuple(columns), *(tuple(str(row[key]) for key in columns.values()) for row in rows)]
    widths = [max(10, *(len(row[at]) + 3 for row in table)) for at in range(len(columns))]
    lines = ("".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in table)
    return Answer("".join(f"{line.rstrip()}\n" for line in lines))
