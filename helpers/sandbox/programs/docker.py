"""docker (29): what localcluster and runbooks ask of it about the nodes and their network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.programs import network
from helpers.sandbox.programs.call import Answer, ProgramError, unknown
from helpers.sandbox.programs.listing import (
    cut,
    each,
    find,
    formatted,
    inspected,
    is_called,
    listed,
)
from helpers.sandbox.programs.machine import MADE

if TYPE_CHECKING:
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
"""The columns of its table, and the fields that they show."""
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
            return formatted(call, [{"Server": {"Version": f"{VERSION}+simulated"}}])
        case "info":
            containers = machine.containers.values()
            info = {**_INFO, "Containers": len(containers)}
            if form:
                return formatted(call, [info])
            return Answer("".join(f" {key}: {value}\n" for key, value in info.items()))
        case "ps":
            return _ps(call)
        case "inspect":
            return inspected(call, _container)
        case "network ls":
            return network.listed(call)
        case "network inspect":
            return inspected(call, network.told)
        case "network create":
            return network.create(call)
        case "network rm":
            return each(call, lambda name: network.remove(call, name), "exit status 1\n")
        case "start" | "stop":
            return each(call, lambda name: machine.run(name, running=call.command == "start"))
    return _exec(call)


def _ps(call: Call) -> Answer:
    found = list(call.machine.containers.values())[::-1]
    if not call.on("--all"):
        found = [one for one in found if one.running]
    return listed(call, found, {"label": _has_label, "name": is_called}, _row, _PS)


def _row(call: Call, container: Container) -> Json:
    return {
        "ID": cut(call, container.id),
        "Image": container.image,
        "Command": '"simulated"',
        "CreatedAt": "simulated",
        "Status": "Up (simulated)" if container.running else "Exited (0) (simulated)",
        "Ports": _ports(call, container),
        "Names": container.name,
        "State": container.state,
        "Labels": ",".join(f"{key}={value}" for key, value in container.labels.items()),
        "Networks": container.network,
    }


def _ports(call: Call, container: Container) -> str:
    cluster = call.machine.sandbox.clusters.get(container.cluster)
    if not cluster or not container.running or container.role not in ("control-plane", "server"):
        return ""
    port = cluster.server.rpartition(":")[2]
    return f"127.0.0.1:{port}->6443/tcp"


def _has_label(container: Container, wanted: str) -> bool:
    name, equals, text = wanted.partition("=")
    labels = container.labels
    return name in labels and (not equals or labels[name] == text)


def _container(call: Call, name: str) -> Json:
    one = find(call.machine.containers.values(), name)
    if one is None:
        raise ProgramError(f"error: no such object: {name}")
    v4, v6 = (one.address(version) if one.running else "" for version in (4, 6))
    end = {"IPAddress": v4, "GlobalIPv6Address": v6, "NetworkID": _network(call, one)}
    return {
        "Id": one.id,
        "Name": f"/{one.name}",
        "Created": MADE,
        "State": {"Running": one.running, "Status": one.state},
        "Config": {"Image": one.image, "Labels": one.labels, "Hostname": one.name},
        "NetworkSettings": {"Networks": {one.network: end}},
    }


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


def _network(call: Call, container: Container) -> str:
    """Return the id of a container's network."""
    found = call.machine.networks.get(container.network)
    return found.id if found else ""
