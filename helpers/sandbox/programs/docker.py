"""docker (29): what localcluster and runbooks ask of it about the nodes and their network."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from helpers.sandbox.programs.call import Answer, ProgramError, unknown
from helpers.sandbox.programs.machine import MADE, Network

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.sandbox.programs.call import Call
    from helpers.sandbox.programs.machine import Container
    from helpers.sandbox.resources import Json

VERSION = "29.1.0"
_PIECE = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_INDEX = re.compile(r'\(index ([.\w]+) "([^"]*)"\)((?:\.\w+)*)$')
_PATH = re.compile(r"(?:\.\w+)+$|\.$")
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
            return _formatted(call, [_container(call, name) for name in call.words])
        case "network ls":
            return _networks(call)
        case "network inspect":
            return _formatted(call, [_network(call, _find(call, one)) for one in call.words])
        case "network create":
            return _create(call)
        case "network rm":
            for one in call.words:
                network = _find(call, one)
                if any(c.network == network.name for c in machine.containers.values()):
                    text = f"network {network.name} has active endpoints"
                    raise ProgramError(f"Error response from daemon: {text}")
                del machine.networks[network.name]
            return Answer("".join(f"{one}\n" for one in call.words))
        case "start" | "stop":
            for name in call.words:
                machine.run(name, running=call.command == "start")
            return Answer("".join(f"{name}\n" for name in call.words))
    return _exec(call)


def fill(template: str, value: Json, whole: str) -> str:
    """Return a Go template filled in: `{{json .}}`, `{{.A.B}}`, `{{(index .A "key").B}}`.

    Raises:
        ProgramError: There is anything else in it.
    """

    def piece(found: re.Match[str]) -> str:
        text = found[1]
        as_json = text.startswith("json ")
        text = text.removeprefix("json ").strip()
        if index := _INDEX.match(text):
            here = _at(value, index[1])
            here = here.get(index[2]) if isinstance(here, dict) else None
            here = _at(here, index[3]) if here is not None else None
            if here is None:
                raise ProgramError(f"template: nil data; no entry for key {index[2]!r}")
        elif _PATH.match(text):
            here = _at(value, text)
        else:
            raise unknown("docker", f"the template `{found[0]}` in {whole}")
        if as_json:
            return json.dumps(here, separators=(",", ":"))
        return (
            {None: "<no value>", True: "true", False: "false"}.get(here, str(here))
            if (here is None or isinstance(here, bool))
            else str(here)
        )

    return _PIECE.sub(piece, template)


def _at(value: Json, path: str) -> Json:
    for part in filter(None, path.split(".")):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _formatted(call: Call, found: list[Json]) -> Answer:
    form = call.flag("--format")
    if not form:
        return Answer(json.dumps(found, indent=4) + "\n")
    form = "{{json .}}" if form == "json" else form
    return Answer("".join(f"{fill(form, one, call.text)}\n" for one in found))


def _ps(call: Call) -> Answer:
    found = list(call.machine.containers.values())
    if not call.on("--all"):
        found = [one for one in found if one.running]
    for wanted in call.flags.get("--filter", ()):
        found = [one for one in found if _matches(one, wanted)]
    if call.on("--quiet"):
        return Answer("".join(f"{_cut(call, one.id)}\n" for one in found))
    rows: list[Json] = [
        {
            "ID": _cut(call, one.id),
            "Image": one.image,
            "Names": one.name,
            "State": "running" if one.running else "exited",
            "Status": "Up (simulated)" if one.running else "Exited (137)",
            "Labels": ",".join(f"{key}={value}" for key, value in one.labels.items()),
            "Networks": one.network,
        }
        for one in found
    ]
    if call.flag("--format"):
        return _formatted(call, rows)
    return _table(
        ("ID", "Image", "Status", "Names"), ("CONTAINER ID", "IMAGE", "STATUS", "NAMES"), rows
    )


def _matches(container: Container, wanted: str) -> bool:
    key, _, value = wanted.partition("=")
    if key == "label":
        name, equals, text = value.partition("=")
        labels = container.labels
        return name in labels and (not equals or labels[name] == text)
    if key == "name":
        return re.search(value, container.name) is not None
    raise unknown("docker", f"--filter {wanted}")


def _container(call: Call, name: str) -> Json:
    for one in call.machine.containers.values():
        if one.name == name or (len(name) > 3 and one.id.startswith(name)):
            break
    else:
        raise ProgramError(f"error: no such object: {name}")
    v4, v6 = one.addresses if one.running else ("", "")
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
    keys = ("ID", "Name", "Driver", "Scope")
    return _table(keys, ("NETWORK ID", "NAME", "DRIVER", "SCOPE"), rows)


def _find(call: Call, name: str) -> Network:
    for one in call.machine.networks.values():
        if one.name == name or (len(name) > 3 and one.id.startswith(name)):
            return one
    raise ProgramError(f"Error response from daemon: network {name} not found")


def _network(call: Call, network: Network) -> Json:
    configs = [
        {"Subnet": subnet, "IPRange": range_, "Gateway": gateway}
        for subnet, range_, gateway in zip(
            network.subnets, network.ranges, network.gateways, strict=True
        )
    ]
    on = [c for c in call.machine.containers.values() if c.network == network.name and c.running]
    members = {
        one.id: {
            "Name": one.name,
            "IPv4Address": f"{one.addresses[0]}/24",
            "IPv6Address": f"{one.addresses[1]}/64",
        }
        for one in on
    }
    return {
        "Name": network.name,
        "Id": network.id,
        "Created": MADE,
        "Scope": "local",
        "Driver": "bridge",
        "EnableIPv6": len(network.subnets) > 1,
        "IPAM": {"Driver": "default", "Config": configs},
        "Containers": members,
        "Labels": {"cuebook.dev/simulated": "true"},
    }


def _create(call: Call) -> Answer:
    (name,) = call.words
    if name in call.machine.networks:
        text = f"network with name {name} already exists"
        raise ProgramError(f"Error response from daemon: {text}")
    subnets, ranges, gateways = (
        tuple(call.flags.get(flag, ())) for flag in ("--subnet", "--ip-range", "--gateway")
    )
    if not len(subnets) == len(ranges) == len(gateways):
        raise unknown("docker", "networks without a subnet, a range and a gateway for each family")
    call.machine.networks[name] = Network(name, subnets, ranges, gateways)
    return Answer(f"{call.machine.networks[name].id}\n")


def _exec(call: Call) -> Answer:
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


def _table(keys: Iterable[str], head: Iterable[str], rows: list[Json]) -> Answer:
    table = [tuple(head), *(tuple(str(row[key]) for key in keys) for row in rows)]
    widths = [max(len(row[column]) for row in table) + 3 for column in range(len(table[0]))]
    lines = ("".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in table)
    return Answer("".join(f"{line.rstrip()}\n" for line in lines))
