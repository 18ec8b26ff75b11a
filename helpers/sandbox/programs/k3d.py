"""k3d (5.9): https://k3d.io/stable/usage/commands/k3d/."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from helpers.sandbox.programs import contexts
from helpers.sandbox.programs.call import Answer, ProgramError, unknown
from helpers.sandbox.programs.config import Config, read

if TYPE_CHECKING:
    from helpers.sandbox.programs.call import Call

IMAGE = "rancher/k3s:v1.35.5-k3s1"
_KEYS = frozenset(
    ["apiVersion", "kind", "metadata", "servers", "agents", "image", "network", "options"]
)
_OPTIONS = frozenset(["k3d", "kubeconfig", "k3s"])
_K3S = frozenset(["extraArgs", "nodeLabels"])
_ARGUMENTS = ("--cluster-cidr", "--service-cidr", "--disable", "--flannel-iface")


async def run(call: Call) -> Answer:
    """Do what a call of k3d asks for."""
    machine = call.machine
    clusters = machine.clusters("k3d")
    everything = call.on("--all")
    match call.command:
        case "" | "version":
            return Answer("k3d version v5.9.0+simulated\nk3s version v1.35.5-k3s1 (default)\n")
        case "cluster list":
            return _list(call, [one for one in clusters if not call.words or one in call.words])
        case "cluster create":
            return await _create(call)
        case "cluster delete":
            return await _delete(call, clusters if everything else call.words)
        case "cluster start" | "cluster stop":
            for name in clusters if everything else call.words:
                _need(call, name)
                for one in machine.of(name):
                    machine.run(one.name, running=call.command == "cluster start")
            return Answer()
    (name,) = call.words
    _need(call, name)
    entry = f"k3d-{name}"
    found = contexts.text(call, machine.sandbox.clusters[name], entry)
    if call.command == "kubeconfig get":
        return Answer(f"{found}\n")
    output = call.flag("--output")
    file = contexts.file(call, output) if output else contexts.file(call)
    contexts.merge(call, file, found)
    return Answer(f"{output or file}\n")


async def _create(call: Call) -> Answer:
    config = read(call) if call.flag("--config") else Config({})
    config.only("", _KEYS)
    config.only("options", _OPTIONS)
    config.only("options.k3s", _K3S)
    name = call.words[0] if call.words else config.text("metadata.name", "k3s-default")
    if name in call.machine.providers:
        text = f"Failed to create cluster '{name}' because a cluster with that name already exists"
        raise ProgramError(f"FATA[0000] {text}")
    servers, agents = int(config.text("servers", "1")), int(config.text("agents", "0"))
    if servers != 1:
        raise unknown("k3d", "clusters with other than one server")
    arguments = {"--cluster-cidr": "10.42.0.0/16", "--service-cidr": "10.43.0.0/16"}
    for one in config.items("options.k3s.extraArgs"):
        key, _, value = str(one.get("arg", "")).partition("=")
        if key not in _ARGUMENTS:
            raise unknown("k3d", f"the argument {key} of k3s")
        arguments[key] = value
    labels = {}
    for one in config.items("options.k3s.nodeLabels"):
        key, _, value = str(one.get("label", "")).partition("=")
        labels[key] = value
    image = call.flag("--image") or config.text("image", IMAGE)
    network = call.flag("--network") or config.text("network", "kind")
    roles = [("server-0", "server"), *((f"agent-{n}", "agent") for n in range(agents))]
    cluster = await call.machine.create(
        name,
        "k3d",
        nodes=[(f"k3d-{name}-{suffix}", role, labels) for suffix, role in roles],
        image=image,
        network=network,
        pods=arguments["--cluster-cidr"].split(","),
        services=arguments["--service-cidr"].split(","),
    )
    if config.at("options.kubeconfig.updateDefaultKubeconfig") is not False:
        found = contexts.text(call, cluster, f"k3d-{name}")
        contexts.merge(call, contexts.file(call), found)
    said = [
        f"Prep: Network {network}",
        f"Created network '{network}'" if network not in call.machine.networks else "",
        *(f"Creating node 'k3d-{name}-{suffix}' (simulated)" for suffix, _ in roles),
        f"Cluster '{name}' created successfully!",
    ]
    return Answer("".join(f"INFO[0000] {line}\n" for line in said if line))


async def _delete(call: Call, names: list[str]) -> Answer:
    said = ""
    for name in names or ["k3s-default"]:
        if name not in call.machine.clusters("k3d"):
            said += "INFO[0000] No clusters found\n"
            continue
        await call.machine.delete(name)
        contexts.drop(contexts.file(call), f"k3d-{name}")
        said += f"INFO[0000] Deleting cluster '{name}'\n"
        said += f"INFO[0000] Successfully deleted cluster {name}!\n"
    return Answer(said)


def _list(call: Call, names: list[str]) -> Answer:
    rows = []
    for name in names:
        nodes = call.machine.of(name)
        servers = [one for one in nodes if one.role == "server"]
        up = sum(one.running for one in servers)
        others = [one for one in nodes if one.role == "agent"]
        agents = sum(one.running for one in others)
        rows.append((name, f"{up}/{len(servers)}", f"{agents}/{len(others)}", "false"))
    if call.flag("--output") == "json":
        return Answer(json.dumps([{"name": row[0]} for row in rows]) + "\n")
    if call.flag("--output"):
        raise unknown("k3d", f"--output {call.flag('--output')}")
    head = [] if call.on("--no-headers") else [("NAME", "SERVERS", "AGENTS", "LOADBALANCER")]
    table = [*head, *rows]
    widths = [max((len(row[column]) for row in table), default=0) + 3 for column in range(4)]
    lines = (
        "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table
    )
    return Answer("".join(f"{line.rstrip()}\n" for line in lines))


def _need(call: Call, name: str) -> None:
    if name not in call.machine.clusters("k3d"):
        raise ProgramError("FATA[0000] No nodes found for given cluster")
