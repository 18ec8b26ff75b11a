"""kind (0.32): https://kind.sigs.k8s.io/docs/user/quick-start/."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.sandbox.programs import contexts
from helpers.sandbox.programs.call import Answer, ProgramError, unknown
from helpers.sandbox.programs.config import Config, read

if TYPE_CHECKING:
    from helpers.sandbox.programs.call import Call

IMAGE = "kindest/node:v1.35.0"
VERSION = "v0.32.0+simulated"
LONG = f"kind {VERSION} go1.26.0 linux/amd64"
API = "kind.x-k8s.io/v1alpha4"
_PODS = {"ipv4": "10.244.0.0/16", "ipv6": "fd00:10:244::/56"}
_SERVICES = {"ipv4": "10.96.0.0/16", "ipv6": "fd00:10:96::/112"}
_KEYS = frozenset(["kind", "apiVersion", "name", "networking", "nodes"])
# There is no host whose port would be taken.
_NETWORKING = frozenset(["ipFamily", "podSubnet", "serviceSubnet", "apiServerPort"])
_NODE = frozenset(["role", "labels", "image"])


async def run(call: Call) -> Answer:
    """Do what a call of kind asks for."""
    answer = await _run(call)
    # kind tells on stderr what it does, and errors are raised.
    return replace(answer, stderr="") if call.on("--quiet") else answer


async def _run(call: Call) -> Answer:
    machine, name = call.machine, call.flag("--name", "kind")
    clusters = machine.clusters("kind")
    match call.command:
        case "":
            return Answer(f"kind version {VERSION.removeprefix('v')}\n")
        case "version":
            number = VERSION.removeprefix("v")
            return Answer(f"{number if call.on('--quiet') else LONG}\n")
        case "get clusters":
            if not clusters:
                return Answer(stderr="No kind clusters found.\n")
            return Answer("".join(f"{one}\n" for one in clusters))
        case "get nodes":
            everything = call.on("--all-clusters")
            names = clusters if everything else [name]
            nodes = [one.name for each in names for one in machine.of(each) if each in clusters]
            if not nodes:
                of = "for any cluster" if everything else f'found for cluster "{name}"'
                return Answer(stderr=f"No kind nodes {of}.\n")
            return Answer("".join(f"{one}\n" for one in nodes))
        case "create cluster":
            return await _create(call)
        case "delete cluster":
            said = await _delete(call, name)
            return Answer(stderr=f'Deleting cluster "{name}" ...\n{said}')
        case "delete clusters":
            names = clusters if call.on("--all") else call.words
            said = "".join([await _delete(call, one) for one in names])
            return Answer(stderr=f"{said}Deleted clusters: {_quoted(names)}\n")
        case "load docker-image":
            return _load(call, name)
    if name not in clusters:
        text = f"could not locate any control plane nodes for cluster named '{name}'."
        help_ = "Use the --name option to select a different cluster"
        raise ProgramError(f"ERROR: {text} {help_}")
    entry = f"kind-{name}"
    cluster = machine.sandbox.clusters[name]
    if call.command == "get kubeconfig":
        return Answer(contexts.text(call.machine, cluster, entry))
    contexts.merge(call.machine, contexts.file(call, call.flag("--kubeconfig")), cluster, entry)
    return Answer(stderr=f'Set kubectl context to "{entry}"\n')


async def _create(call: Call) -> Answer:
    machine = call.machine
    config = _config(call)
    config.only("", _KEYS)
    config.only("networking", _NETWORKING)
    name = call.flag("--name") or config.text("name", "kind")
    if name in machine.sandbox.clusters:
        text = f'node(s) already exist for a cluster with the name "{name}"'
        raise ProgramError(f"ERROR: failed to create cluster: {text}")
    family = config.text("networking.ipFamily", "ipv4")
    families = ("ipv4", "ipv6") if family == "dual" else (family,)
    if not set(families) <= set(_PODS):
        raise ProgramError(f"ERROR: failed to create cluster: unknown ipFamily {family!r}")
    wanted = config.items("nodes") or [{"role": "control-plane"}]
    for one in wanted:
        Config(one).only("", _NODE, "nodes")
    image = call.flag("--image") or str(wanted[0].get("image") or IMAGE)
    names = _names(name, [str(one.get("role", "control-plane")) for one in wanted])
    pods = config.text("networking.podSubnet", ",".join(_PODS[one] for one in families))
    services = config.text("networking.serviceSubnet", ",".join(_SERVICES[o] for o in families))
    cluster = await machine.create(
        name,
        "kind",
        nodes=[
            (node, str(one.get("role", "control-plane")), dict(one.get("labels") or {}))
            for node, one in zip(names, wanted, strict=True)
        ],
        image=image,
        network=call.environment.get("KIND_EXPERIMENTAL_DOCKER_NETWORK", "kind"),
        pods=pods.split(","),
        services=services.split(","),
    )
    entry = f"kind-{name}"
    contexts.merge(call.machine, contexts.file(call, call.flag("--kubeconfig")), cluster, entry)
    said = [
        f'Creating cluster "{name}" ...',
        *(f" ✓ {step} (simulated)" for step in _steps(image, len(names))),
        f'Set kubectl context to "{entry}"',
        "You can now use your cluster with:",
        "",
        f"kubectl cluster-info --context {entry}",
    ]
    return Answer(stderr="".join(f"{line}\n" for line in said))


def _config(call: Call) -> Config:
    """Return what `--config` says, nothing where it is not given."""
    if not call.flag("--config"):
        return Config({})
    failed = "ERROR: failed to create cluster:"
    config = read(call, f"{failed} error reading file:")
    version = config.text("apiVersion")
    if version != API:
        raise ProgramError(f"{failed} unknown apiVersion: {version}")
    if config.text("kind") != "Cluster":
        raise ProgramError(f"{failed} unknown kind {config.text('kind')} for apiVersion: {version}")
    return config


def _steps(image: str, nodes: int) -> list[str]:
    joined = ["Joining worker nodes 🚜"] if nodes > 1 else []
    return [
        f"Ensuring node image ({image}) 🖼",
        "Preparing nodes 📦",
        "Writing configuration 📜",
        "Starting control-plane 🕹️",
        "Installing CNI 🔌",
        "Installing StorageClass 💾",
        *joined,
    ]


def _names(cluster: str, roles: list[str]) -> list[str]:
    """Return the nodes' names: NAME-control-plane, NAME-worker, NAME-worker2."""
    if roles.count("control-plane") != 1 or set(roles) - {"control-plane", "worker"}:
        raise unknown("kind", "clusters with other nodes than one control plane and workers")
    found, workers = [], 0
    for role in roles:
        workers += role == "worker"
        number = str(workers) if role == "worker" and workers > 1 else ""
        found.append(f"{cluster}-{role}{number}")
    return found


def _load(call: Call, name: str) -> Answer:
    """Say of images that nodes get them; each is taken to be there, since none is looked at."""
    if not call.words:
        raise ProgramError("ERROR: a list of image names is required")
    known = call.machine.of(name) if name in call.machine.clusters("kind") else []
    names = [one.name for one in known]
    if not names:
        raise ProgramError(f'ERROR: no nodes found for cluster "{name}"')
    wanted = call.flag("--nodes").split(",") if call.flag("--nodes") else names
    if strange := next((one for one in wanted if one not in names), ""):
        raise ProgramError(f'ERROR: unknown node: "{strange}"')
    return Answer(
        stderr="".join(
            f'Image: "{image}" with ID "simulated" not yet present on node "{node}", loading... '
            "(simulated)\n"
            for image in dict.fromkeys(call.words)
            for node in wanted
        )
    )


async def _delete(call: Call, name: str) -> str:
    """Delete a cluster, where it is there; return what is said of its nodes."""
    contexts.drop(contexts.file(call, call.flag("--kubeconfig")), f"kind-{name}")
    if name not in call.machine.clusters("kind"):
        return ""
    nodes = [one.name for one in call.machine.of(name)]
    await call.machine.delete(name)
    return f"Deleted nodes: {_quoted(nodes)}\n"


def _quoted(names: list[str]) -> str:
    return "[" + " ".join(f'"{one}"' for one in names) + "]"
