"""k3d (5.9): https://k3d.io/stable/usage/commands/k3d/."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from helpers.sandbox.programs import contexts
from helpers.sandbox.programs.call import Answer, ProgramError, unknown
from helpers.sandbox.programs.config import Config, read
from helpers.sandbox.programs.listing import aligned

if TYPE_CHECKING:
    from helpers.sandbox.programs.call import Call
    from helpers.sandbox.resources import Json

VERSION = "v5.9.0+simulated"
K3S = "v1.35.5-k3s1"
IMAGE = f"rancher/k3s:{K3S}"
API = "k3d.io/v1alpha5"
DEFAULT = "k3s-default"
INFO = "INFO[0000]"
FATAL = "FATA[0000]"
# There is no host whose port `kubeAPI` would take.
_KEYS = frozenset(
    ["apiVersion", "kind", "metadata", "servers", "agents", "image", "network", "kubeAPI"]
) | {"options"}
_OPTIONS = frozenset(["k3d", "kubeconfig", "k3s"])
_K3S = frozenset(["extraArgs", "nodeLabels"])
_ARGUMENTS = ("--cluster-cidr", "--service-cidr", "--disable", "--flannel-iface")


async def run(call: Call) -> Answer:
    """Do what a call of k3d asks for."""
    clusters = call.machine.clusters("k3d")
    meant = clusters if call.on("--all") else call.words or [DEFAULT]
    match call.command:
        case "" | "version":
            return _version(call)
        case "cluster list":
            for name in call.words:
                _need(call, name)
            return _list(call, call.words or clusters)
        case "cluster create":
            return await _create(call)
        case "cluster delete":
            return await _delete(call, meant)
        case "image import":
            return _import(call)
        case "cluster start" | "cluster stop":
            return Answer(_told(*(_switch(call, name) for name in meant)))
    (name,) = call.words
    _need(call, name)
    cluster = call.machine.sandbox.clusters[name]
    if call.command == "kubeconfig get":
        return Answer(f"---\n{contexts.text(call.machine, cluster, *_names(name))}")
    output = call.flag("--output")
    if not output:
        raise unknown("k3d", "`kubeconfig merge` without --output, which writes into the home")
    contexts.merge(call.machine, contexts.file(call, output), cluster, *_names(name))
    return Answer(f"{output}\n")


def _names(cluster: str) -> tuple[str, str]:
    """Return what a kubeconfig calls a cluster and its context, and its user."""
    return f"k3d-{cluster}", f"admin@k3d-{cluster}"


def _told(*lines: str) -> str:
    return "".join(f"{INFO} {line}\n" for line in lines)


def _version(call: Call) -> Answer:
    match call.flag("--output"):
        case "":
            return Answer(f"k3d version {VERSION}\nk3s version {K3S} (default)\n")
        case "json":
            return Answer(json.dumps({"k3d": VERSION, "k3s": K3S}, separators=(",", ":")) + "\n")
        case other:
            raise unknown("k3d", f"--output {other}")


def _switch(call: Call, name: str) -> str:
    """Start or stop a cluster; return what is said of it."""
    _need(call, name)
    start = call.command == "cluster start"
    for one in call.machine.of(name):
        call.machine.run(one.name, running=start)
    return f"{'Started' if start else 'Stopped'} cluster '{name}'"


async def _create(call: Call) -> Answer:
    config = _config(call)
    config.only("", _KEYS)
    config.only("options", _OPTIONS)
    config.only("options.k3s", _K3S)
    name = call.words[0] if call.words else config.text("metadata.name", DEFAULT)
    if name in call.machine.sandbox.clusters:
        text = f"Failed to create cluster '{name}' because a cluster with that name already exists"
        raise ProgramError(f"{FATAL} {text}")
    if config.text("servers", "1") != "1":
        raise unknown("k3d", "clusters with other than one server")
    agents = config.at("agents") or 0
    if not isinstance(agents, int):
        raise ProgramError(f"{FATAL} Schema Validation failed: agents: an integer is expected")
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
        contexts.merge(call.machine, contexts.file(call), cluster, *_names(name))
    said = _told(
        "Prep: Network",
        f"Re-using existing network '{network}'",
        *(f"Creating node 'k3d-{name}-{suffix}' (simulated)" for suffix, _ in roles),
        f"Cluster '{name}' created successfully!",
        "You can now use it like this:",
    )
    return Answer(f"{said}kubectl cluster-info\n")


def _config(call: Call) -> Config:
    """Return what `--config` says, nothing where it is not given."""
    if not call.flag("--config"):
        return Config({})
    name = call.flag("--config")
    config = read(call, f"{FATAL} Failed to stat config file {name}:")
    if config.text("apiVersion") != API:
        text = f"unsupported apiVersion '{config.text('apiVersion')}'"
        raise ProgramError(f"{FATAL} Cannot validate config file {name}: {text}")
    return config


def _import(call: Call) -> Answer:
    """Say of images that clusters get them; each is taken to be there, since none is looked at."""
    if not call.words:
        raise ProgramError("Error: requires at least 1 arg(s), only received 0")
    clusters = call.flags.get("--cluster", [DEFAULT])
    for name in clusters:
        if name not in call.machine.clusters("k3d"):
            text = f"failed to get cluster {name}: No nodes found for given cluster"
            raise ProgramError(f"{FATAL} {text}")
    said = [f"Importing image(s) into cluster '{name}' (simulated)" for name in clusters]
    done = f"{len(call.words)} image(s) into {len(clusters)} cluster(s)"
    return Answer(_told(*said, f"Successfully imported {done}"))


async def _delete(call: Call, names: list[str]) -> Answer:
    there = [one for one in names if one in call.machine.clusters("k3d")]
    said = ["Deleting all clusters..."] if call.on("--all") else []
    said += [
        f"No nodes found for cluster '{o}', nothing to delete." for o in names if o not in there
    ]
    for name in there:
        await call.machine.delete(name)
        contexts.drop(contexts.file(call), *_names(name), another=True)
        said += [f"Deleting cluster '{name}'", f"Successfully deleted cluster {name}!"]
    if not there:
        said.append("No clusters found")
    return Answer(_told(*said))


def _list(call: Call, names: list[str]) -> Answer:
    found = [_summary(call, name) for name in names]
    if call.flag("--output") == "json":
        return Answer(json.dumps(found, separators=(",", ":")) + "\n")
    if call.flag("--output"):
        raise unknown("k3d", f"--output {call.flag('--output')}")
    rows: list[tuple[str, ...]] = (
        [] if call.on("--no-headers") else [("NAME", "SERVERS", "AGENTS", "LOADBALANCER")]
    )
    for one in found:
        servers = f"{one['serversRunning']}/{one['serversCount']}"
        agents = f"{one['agentsRunning']}/{one['agentsCount']}"
        rows.append((one["name"], servers, agents, "false"))
    return Answer(aligned(rows))


def _summary(call: Call, name: str) -> Json:
    """Return what `--output json` tells of a cluster, as far as it is simulated."""
    nodes = call.machine.of(name)
    counts = {
        f"{role}s{what}": sum(
            one.role == role and (one.running or what == "Count") for one in nodes
        )
        for role in ("server", "agent")
        for what in ("Count", "Running")
    }
    shown = [{"name": one.name, "role": one.role, "image": one.image} for one in nodes]
    return {"name": name, "network": {"name": nodes[0].network}, "nodes": shown, **counts}


def _need(call: Call, name: str) -> None:
    if name not in call.machine.clusters("k3d"):
        raise ProgramError(f"{FATAL} No nodes found for given cluster")
