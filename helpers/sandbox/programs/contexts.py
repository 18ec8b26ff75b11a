"""Kubeconfigs as kind and k3d write them, and what a context of one means."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from helpers.sandbox import kubeconfig
from helpers.sandbox.parts import at
from helpers.sandbox.programs.call import ProgramError

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.programs.call import Call
    from helpers.sandbox.programs.machine import Machine
    from helpers.sandbox.resources import Json

_KINDS = ("clusters", "users", "contexts")


def text(machine: Machine, cluster: Cluster, entry: str, user: str = "") -> str:
    """Return the kubeconfig of a cluster as YAML; its names are `entry`, but the user's."""
    import yaml

    return yaml.safe_dump(_entries(machine, cluster, entry, user))


def merge(machine: Machine, file: Path, cluster: Cluster, entry: str, user: str = "") -> None:
    """Put a cluster into a kubeconfig, and make its context the current one."""
    root, added = _read(file), _entries(machine, cluster, entry, user)
    for kind in _KINDS:
        kept = [one for one in root.get(kind) or () if one.get("name") != added[kind][0]["name"]]
        root[kind] = [*kept, *added[kind]]
    root["current-context"] = entry
    _write(file, root)


def _entries(machine: Machine, cluster: Cluster, entry: str, user: str) -> Json:
    """Return a kubeconfig that reaches a cluster by the proxy too, which knows nodes' addresses."""
    if cluster.credentials is None:
        raise ProgramError(f"{cluster.name} has no credentials")
    proxy = {"proxy-url": machine.proxy}
    return kubeconfig.administrator(entry, cluster.server, cluster.credentials, user, **proxy)


def drop(file: Path, entry: str, user: str = "", *, another: bool = False) -> None:
    """Take a cluster's entries out of a file, where they are in it.

    Where its context was the current one, then none is, or `another`, if there is any.
    """
    root = _read(file)
    if not file.exists():
        return
    for kind in _KINDS:
        gone = user or entry if kind == "users" else entry
        root[kind] = [one for one in root.get(kind) or () if one.get("name") != gone]
    if root.get("current-context") == entry:
        left = [str(one.get("name")) for one in root["contexts"]] if another else []
        root["current-context"] = left[0] if left else ""
    _write(file, root)


def file(call: Call, name: str = "") -> Path:
    """Return the kubeconfig that a call means: the one it names, or that of its environment."""
    if name:
        return call.path(name)
    first = call.environment.get("KUBECONFIG", "").split(os.pathsep)[0]
    if not first:
        raise ProgramError("KUBECONFIG is not set; the sandbox leaves ~/.kube alone")
    return call.path(first)


def cluster(call: Call, context: str) -> Cluster:
    """Return the cluster that a context of the caller's kubeconfig means, "" the current one.

    Raises:
        ProgramError: There is none, or its cluster is not in the sandbox.
    """
    files = call.environment.get("KUBECONFIG", "").split(os.pathsep)
    roots = [_read(call.path(one)) for one in files if one]
    current = next((r["current-context"] for r in roots if r.get("current-context")), "")
    wanted = context or current

    def named(kind: str, name: str) -> Json:
        found = (one for root in roots for one in root.get(kind) or () if one.get("name") == name)
        return next(found, None)

    of = at(named("contexts", wanted), "context.cluster")
    server = at(named("clusters", of), "cluster.server") or ""
    host = urlsplit(server).hostname or ""
    for name, found in call.machine.sandbox.clusters.items():
        if server and (found.server == server or call.machine.at(host) == name):
            return found
    if not server:
        raise ProgramError(f'error: context "{wanted}" does not exist')
    raise ProgramError(f"error: {server} of the context {wanted} is no cluster of the sandbox")


def _read(file: Path) -> Json:
    import yaml

    empty = {"apiVersion": "v1", "kind": "Config", "preferences": {}}
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return empty
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ProgramError(f"{file} cannot be read as a kubeconfig: {error}") from None
    return found if isinstance(found, dict) else empty


def _write(file: Path, root: Json) -> None:
    import yaml

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f".{file.name}.{os.getpid()}")
        new.touch(mode=0o600)
        new.write_text(yaml.safe_dump(root, sort_keys=False), encoding="utf-8")
        new.replace(file.resolve())
    except OSError as error:
        raise ProgramError(f"{file} cannot be written: {error.strerror}") from None
