"""`doctor`: what would fail on this machine, and what helps. It changes nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.localcluster.values import at, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from helpers.localcluster.state import Node, State

_GIB = 1 << 30
_ABSENT = "is not on PATH"
_REFUSED = "the runbooks here do not start with it"  # runbooks/demosh/check-requirements.sh
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.\d+)?")
_LEAST_MEMORY, _MEMORY = 4 * _GIB, 8 * _GIB  # for two clusters, for seven with what runs in them


class Grade(Enum):
    """How good a finding is; its value is its sign."""

    GOOD = "✓"
    DOUBTFUL = "!"
    BAD = "✗"
    UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out.

    Attributes:
        about: What was looked at.
        grade: How good it is; with a bad one something would fail.
        says: What it is, a phrase.
        mend: What helps, "" where nothing needs to.
    """

    about: str
    grade: Grade
    says: str
    mend: str = ""

    def __str__(self) -> str:
        mend = f"\n    {self.mend}" if self.mend else ""
        return f"{self.grade.value} {self.about}: {self.says}{mend}"

    def facts(self) -> dict[str, str]:
        """Return it as JSON values."""
        grade = self.grade.name.lower()
        return {"about": self.about, "grade": grade, "says": self.says, "mend": self.mend}


@dataclass(frozen=True, slots=True)
class Machine:
    """What several checks look at.

    Attributes:
        info: What `docker info` says, JSON; None where it says nothing.
        state: What is there; None where that cannot be read.
        unread: Why it cannot, else "".
        name: The name of the network.
    """

    info: object
    state: State | None
    unread: str = ""
    name: str = ""


def look(network: str) -> Machine:
    """Look at this machine, with the network of this name."""
    from helpers.localcluster import state
    from helpers.localcluster.errors import LocalclusterError

    info = _json("docker", "info", "--format", "{{json .}}")
    try:
        return Machine(info, state.read(network), name=network)
    except LocalclusterError as error:
        return Machine(info, None, str(error).splitlines()[0], network)


def _unseen(about: str, why: str) -> Finding:
    return Finding(about, Grade.UNKNOWN, f"not looked at: {why}")


def examine(machine: Machine) -> list[Finding]:
    """Return what all checks find, in the order of `CHECKS`."""
    return [finding for check in CHECKS.values() for finding in check(machine)]


def docker(machine: Machine) -> Iterator[Finding]:
    """Whether Docker answers, and its containers can be reached from here."""
    info = machine.info
    if shutil.which("docker") is None:
        mend = "install it: https://docs.docker.com/engine/install, OrbStack or colima on a Mac"
        yield Finding("docker", Grade.BAD, _ABSENT, mend)
        return
    errors = at(info, "ServerErrors")
    if info is None or errors or not text(info, "ServerVersion"):
        why = str(errors[0]) if isinstance(errors, list) and errors else "it does not answer"
        help_ = "start it: systemctl start docker, OrbStack, colima start"
        yield Finding("docker", Grade.BAD, why, help_)
        return
    system = text(info, "OperatingSystem")
    yield Finding("docker", Grade.GOOD, f"{text(info, 'ServerVersion')} on {system}")
    if found := _too_old("docker", text(info, "ServerVersion"), (20, 10), _REFUSED):
        yield found
    if "Docker Desktop" in system:  # kind#3556, docker/for-mac#7334
        says = "Docker Desktop has no way to containers' addresses, which kubectl needs here"
        yield Finding("docker", Grade.BAD, says, "use OrbStack or colima on a Mac; Docker on Linux")
    if text(info, "CgroupVersion") == "1":
        says = "cgroup v1, which Kubernetes 1.35 refuses unless it is told otherwise"
        yield Finding("docker", Grade.BAD, says, "boot with systemd.unified_cgroup_hierarchy=1")


def memory(machine: Machine) -> Iterator[Finding]:
    """Whether there is memory for clusters where Docker runs."""
    total = at(machine.info, "MemTotal")
    if not isinstance(total, int) or not total:
        yield _unseen("memory", "Docker does not answer")
        return
    says = f"{total / _GIB:.1f} GiB where Docker runs"
    more = f"seven clusters want {_MEMORY // _GIB} GiB: create fewer, or give Docker's machine more"
    if total < _LEAST_MEMORY:
        yield Finding("memory", Grade.BAD, says, more)
    else:
        grade = Grade.GOOD if total >= _MEMORY * 0.95 else Grade.DOUBTFUL
        yield Finding("memory", grade, says, "" if grade is Grade.GOOD else more)


def inotify(machine: Machine, folder: Path = Path("/proc/sys/fs/inotify")) -> Iterator[Finding]:
    """Whether inotify's limits allow for so many nodes."""
    kernel = text(machine.info, "KernelVersion")
    if kernel and kernel != os.uname().release:
        yield _unseen("inotify", "Docker runs on a machine of its own, with its own limits")
        return
    for name, wanted in (("max_user_watches", 524288), ("max_user_instances", 512)):
        try:
            limit = int((folder / name).read_text())
        except (OSError, ValueError):
            yield _unseen("inotify", f"there is no {folder / name}")
            continue
        grade = Grade.GOOD if limit >= wanted else Grade.BAD  # kind#2219, colima#1000
        mend = "" if grade is Grade.GOOD else f"sudo sysctl fs.inotify.{name}={wanted}"
        yield Finding("inotify", grade, f"{name} is {limit}", mend)


@dataclass(frozen=True, slots=True)
class _Program:
    """A program that is needed: how it tells its version, the least one, and why that."""

    version: tuple[str, ...]
    least: tuple[int, ...]
    reason: str
    source: str


_PROGRAMS = {
    "kubectl": _Program(
        ("version", "--client"), (1, 31), "it cannot wait for a value to be there", "kubernetes.io"
    ),
    "kind": _Program(("version",), (0, 30), _REFUSED, "kind.sigs.k8s.io"),
    "k3d": _Program(("version",), (5, 8), _REFUSED, "k3d.io"),
    "helm": _Program(("version", "--short"), (3, 14), _REFUSED, "helm.sh"),
    "linkerd": _Program(
        ("version", "--client", "--short"),
        (2, 19),
        "it supports Kubernetes 1.32 at most, and nodes have 1.35 unless `image` says otherwise",
        "linkerd.io",
    ),
    "jq": _Program(("--version",), (1, 0), _REFUSED, "jqlang.org"),
    "bash": _Program(("--version",), (4, 4), "cuebook does not run in it", "gnu.org/software/bash"),
}
_EDGE = (25, 10)  # the edge release that became 2.19


def programs(_machine: Machine) -> Iterator[Finding]:
    """Whether the programs are there, in versions that go together."""
    for name, program in _PROGRAMS.items():
        if shutil.which(name) is None:
            mend = f"install it: https://{program.source}"
            yield Finding(name, Grade.BAD, _ABSENT, mend)
            continue
        said = _output(name, *program.version)
        least = program.least
        if name == "linkerd" and "edge-" in said:
            least = _EDGE
        found = _VERSION.search(said)
        if found is None:
            yield _unseen(name, f"its version cannot be told from {said!r}")
        else:
            old = _too_old(name, said, least, program.reason)
            yield old or Finding(name, Grade.GOOD, found[0])


def _too_old(name: str, said: str, least: tuple[int, ...], reason: str) -> Finding | None:
    """Return that a program is older than it may be; None where it is not."""
    found = _VERSION.search(said)
    if found is None or (int(found[1]), int(found[2])) >= least:
        return None
    says = f"{found[0]} is too old: {reason}"
    return Finding(name, Grade.BAD, says, f"install {'.'.join(map(str, least))} or newer")


def network(machine: Machine) -> Iterator[Finding]:
    """Whether the network that is there keeps nodes and load balancers apart."""
    if machine.state is None:
        yield _unseen("network", machine.unread)
        return
    network = machine.state.network
    if network is None:
        says = f"there is no {machine.name} yet; create makes it"
        yield Finding("network", Grade.GOOD, says)
        return
    again = f"delete all clusters, docker network rm {network.name}, and create makes a better one"
    bare = [s for s in network.subnets if not any(n.version == s.version for n in network.nodes)]
    for subnet in bare:  # metallb#364, libnetwork#1038
        says = f"{network.name} has no range for nodes in {subnet}, so that pools may meet them"
        yield Finding("network", Grade.DOUBTFUL, says, again)
    if not any(subnet.version == 4 for subnet in network.subnets):  # k3d#1418
        says = f"{network.name} has no IPv4, which k3d needs"
        yield Finding("network", Grade.DOUBTFUL, says, again)
    if not bare:
        subnets = ", ".join(map(str, network.subnets))
        yield Finding("network", Grade.GOOD, f"{network.name}, {subnets}")


def clusters(machine: Machine) -> Iterator[Finding]:
    """Whether the clusters that are there run where the kubeconfig says."""
    state = machine.state
    if state is None:
        yield _unseen("clusters", machine.unread)
        return
    told = [finding for node in state.nodes if (finding := _node(node, state))]
    yield from told
    well = {node.cluster for node in state.nodes} - {finding.about for finding in told}
    if well:
        says = f"{', '.join(sorted(well))} {'runs' if len(well) == 1 else 'run'}"
        yield Finding("clusters", Grade.GOOD, f"{says} where the kubeconfig says")
    elif not state.nodes:
        yield Finding("clusters", Grade.GOOD, "there are none")


def _node(node: Node, state: State) -> Finding | None:
    """Return what there is to tell of a node, None where all is well."""
    mend = "localcluster repair DIR"
    if not node.running:
        return Finding(node.cluster, Grade.BAD, f"its node {node.name} is stopped", mend)
    if not node.control:
        return None
    server = state.servers.get(node.cluster)
    if server is None:
        return _unseen(node.cluster, "the kubeconfig has no context of its name")
    if any(str(address) in server for address in node.addresses):
        return None
    says = f"its context points to {server}, and its node is somewhere else"  # kind#2045
    return Finding(node.cluster, Grade.BAD, says, mend)


CHECKS: dict[str, Callable[[Machine], Iterator[Finding]]] = {
    "docker": docker,
    "memory": memory,
    "inotify": inotify,
    "programs": programs,
    "network": network,
    "clusters": clusters,
}
"""What is looked at, by name; each says in the first line of its docstring what it asks."""


def _json(*argv: str) -> object:
    try:
        return json.loads(_output(*argv) or "null")
    except json.JSONDecodeError:
        return None


def _output(*argv: str) -> str:
    """Return what a program prints; "" where it cannot be run or takes too long."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
