"""helm (4.1): releases of the charts in `charts.py`. https://helm.sh/docs/helm/helm/."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from helpers.sandbox.programs import apply, contexts
from helpers.sandbox.programs.call import Answer, ProgramError, unknown
from helpers.sandbox.programs.charts import CHARTS
from helpers.sandbox.programs.template import fill

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.programs.call import Call
    from helpers.sandbox.resources import Object

VERSION = "v4.1.4+simulated"


@dataclass(frozen=True, slots=True)
class Release:
    """A chart that was installed."""

    chart: str
    version: str
    revision: int
    updated: datetime
    objects: tuple[Object, ...]


async def run(call: Call) -> Answer:
    """Do what a call of helm asks for."""
    if call.command == "version":
        return _version(call)
    cluster = contexts.cluster(call, call.flag("--kube-context"))
    releases = call.machine.releases.setdefault(cluster.name, {})
    namespace = call.flag("--namespace", "default")
    match call.command:
        case "list":
            everything = call.on("--all-namespaces")
            return _list({k: v for k, v in releases.items() if everything or k[0] == namespace})
        case "uninstall":
            said = ""
            for name in call.words:
                if (namespace, name) not in releases:
                    raise ProgramError(
                        f"Error: uninstall: Release not loaded: {name}: release: not found"
                    )
                release = releases.pop((namespace, name))
                kept = (one for one in release.objects if one["kind"] != "CustomResourceDefinition")
                apply.remove(cluster, kept, namespace)
                said += f'release "{name}" uninstalled\n'
            return Answer(said)
    return _install(call, cluster, releases, namespace)


def _version(call: Call) -> Answer:
    info = {"Version": VERSION, "GitCommit": "", "GitTreeState": "", "GoVersion": "go1.26"}
    if call.flag("--template"):
        return Answer(fill(call.flag("--template"), info))
    if call.on("--short"):
        return Answer(f"{VERSION}\n")
    fields = ", ".join(f'{key}:"{value}"' for key, value in info.items())
    return Answer(f"version.BuildInfo{{{fields}}}\n")


def _install(
    call: Call, cluster: Cluster, releases: dict[tuple[str, str], Release], namespace: str
) -> Answer:
    name, chart = call.words
    if chart not in CHARTS:
        raise unknown("helm", f"the chart {chart}; it knows {', '.join(CHARTS)}")
    make, settable = CHARTS[chart]
    values = _values(call, settable.split(), chart)
    held = releases.get((namespace, name))
    said = _begun(call, name, held)
    _namespace(call, cluster, namespace)
    version = call.flag("--version") or "0.0.0"
    objects = make(values, version)
    for one in objects:
        meta = one["metadata"]
        meta["labels"] = {"app.kubernetes.io/managed-by": "Helm", **(meta.get("labels") or {})}
        meta["annotations"] = {"meta.helm.sh/release-name": name}
    apply.apply(cluster, objects, "helm", namespace)
    if held:
        stays = {(one["kind"], one["metadata"]["name"]) for one in objects}
        gone = [o for o in held.objects if (o["kind"], o["metadata"]["name"]) not in stays]
        apply.remove(cluster, gone, namespace)
    revision = held.revision + 1 if held else 1
    short, when = chart.rpartition("/")[2], datetime.now(UTC)
    releases[namespace, name] = Release(short, version, revision, when, tuple(objects))
    return Answer(
        f"{said}NAME: {name}\nLAST DEPLOYED: {when:%a %b %e %H:%M:%S %Y}\n"
        f"NAMESPACE: {namespace}\nSTATUS: deployed\nREVISION: {revision}\n"
        f"DESCRIPTION: {'Upgrade' if held else 'Install'} complete (simulated)\nTEST SUITE: None\n"
    )


def _begun(call: Call, name: str, held: Release | None) -> str:
    """Return what is said first; refuse to install what is there, to upgrade what is not."""
    if call.command == "install":
        if held:
            text = "release name check failed: cannot reuse a name that is still in use"
            raise ProgramError(f"Error: INSTALLATION FAILED: {text}")
        return ""
    if held:
        return f'Release "{name}" has been upgraded. Happy Helming!\n'
    if not call.on("--install"):
        raise ProgramError(f'Error: UPGRADE FAILED: "{name}" has no deployed releases')
    return f'Release "{name}" does not exist. Installing it now.\n'


def _namespace(call: Call, cluster: Cluster, namespace: str) -> None:
    """Make the namespace where there is none, if that is asked for."""
    if cluster.store.get("namespaces", "", namespace):
        return
    if not call.on("--create-namespace"):
        text = f'create: failed to create: namespaces "{namespace}" not found'
        raise ProgramError(f"Error: INSTALLATION FAILED: {text}")
    made = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    apply.apply(cluster, [made], "helm")


def _values(call: Call, settable: list[str], chart: str) -> dict[str, str]:
    found = {}
    for text in call.flags.get("--set", ()):
        for one in text.split(","):
            key, _, value = one.partition("=")
            if key.partition(".")[0] not in settable:
                raise unknown("helm", f"--set {key} of the chart {chart}")
            found[key] = value
    return found


def _list(releases: dict[tuple[str, str], Release]) -> Answer:
    rows = [("NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION")]
    for (namespace, name), one in sorted(releases.items()):
        when, chart = (
            f"{one.updated:%Y-%m-%d %H:%M:%S.%f000 +0000 UTC}",
            f"{one.chart}-{one.version}",
        )
        row = (name, namespace, str(one.revision), when, "deployed", chart, one.version)
        rows.append(row)
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = ("\t".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
    return Answer("".join(f"{line.rstrip()}\n" for line in lines))
