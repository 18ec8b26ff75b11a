"""Columns of the groups apps and batch, of autoscaling and policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.parts import at, deleting, spec, state
from helpers.sandbox.tables.columns import (
    AGE,
    CONTAINERS,
    IMAGES,
    NAME,
    SELECTOR,
    Column,
    age_of,
    duration,
    labels_of,
    plain,
    seconds_since,
)

if TYPE_CHECKING:
    from helpers.sandbox.resources import Object


def _count(name: str, field: str, *, desired: bool = False) -> Column:
    return plain(name, f"{'spec' if desired else 'status'}.{field}", 0, kind="integer")


def _ready(obj: Object) -> str:
    return f"{state(obj).get('readyReplicas') or 0}/{spec(obj).get('replicas') or 0}"


def _job_status(obj: Object) -> str:
    found = {
        one.get("type") for one in state(obj).get("conditions") or () if one.get("status") == "True"
    }
    if "Complete" in found:
        return "Complete"
    if "Failed" in found:
        return "Failed"
    if deleting(obj):
        return "Terminating"
    return "Suspended" if "Suspended" in found else "Running"


def _completions(obj: Object) -> str:
    wanted = spec(obj).get("completions")
    done = state(obj).get("succeeded") or 0
    if wanted is not None:
        return f"{done}/{wanted}"
    parallel = spec(obj).get("parallelism") or 0
    return f"{done}/1 of {parallel}" if parallel > 1 else f"{done}/1"


def _job_duration(obj: Object) -> str:
    start = seconds_since(state(obj).get("startTime"))
    if start is None:
        return ""
    end = seconds_since(state(obj).get("completionTime"))
    return duration(start - (end or 0))


def _job_pod(obj: Object) -> Object:
    return {"spec": (at(obj, "spec.jobTemplate.spec") or {})}


def _last_schedule(obj: Object) -> str:
    last = state(obj).get("lastScheduleTime")
    return age_of(last) if last else "<none>"


def _or(value: object, other: str) -> str:
    return other if value is None else str(value)


def _targets(obj: Object) -> str:
    out = []
    for metric in spec(obj).get("metrics") or ():
        found = metric.get("resource") or {}
        target = (found.get("target") or {}).get("averageUtilization")
        out.append(f"{found.get('name', '')}: <unknown>/{target}%" if target else "<unknown>")
    return ", ".join(out) or "<none>"


def _reference(obj: Object) -> str:
    found = spec(obj).get("scaleTargetRef") or {}
    return f"{found.get('kind')}/{found.get('name')}"


def _owner(obj: Object) -> str:
    for owner in obj["metadata"].get("ownerReferences") or ():
        if owner.get("controller"):
            group = str(owner.get("apiVersion", "")).rpartition("/")[0]
            kind = str(owner.get("kind", "")).lower()
            return f"{kind}.{group}/{owner.get('name')}" if group else f"{kind}/{owner.get('name')}"
    return "<none>"


COLUMNS = {
    "deployments.apps": (
        NAME,
        Column("Ready", _ready),
        _count("Up-to-date", "updatedReplicas"),
        _count("Available", "availableReplicas"),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
    "replicasets.apps": (
        NAME,
        _count("Desired", "replicas", desired=True),
        _count("Current", "replicas"),
        _count("Ready", "readyReplicas"),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
    "statefulsets.apps": (NAME, Column("Ready", _ready), AGE, CONTAINERS, IMAGES),
    "daemonsets.apps": (
        NAME,
        _count("Desired", "desiredNumberScheduled"),
        _count("Current", "currentNumberScheduled"),
        _count("Ready", "numberReady"),
        _count("Up-to-date", "updatedNumberScheduled"),
        _count("Available", "numberAvailable"),
        Column(
            "Node Selector",
            lambda obj: labels_of(at(obj, "spec.template.spec.nodeSelector")),
        ),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
    "controllerrevisions.apps": (
        NAME,
        Column("Controller", _owner),
        plain("Revision", "revision", kind="integer"),
        AGE,
    ),
    "jobs.batch": (
        NAME,
        Column("Status", _job_status),
        Column("Completions", _completions),
        Column("Duration", _job_duration),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
    "cronjobs.batch": (
        NAME,
        plain("Schedule", "spec.schedule"),
        plain("Timezone", "spec.timeZone", "<none>"),
        Column("Suspend", lambda obj: "True" if spec(obj).get("suspend") else "False"),
        Column("Active", lambda obj: len(state(obj).get("active") or ()), kind="integer"),
        Column("Last Schedule", _last_schedule),
        AGE,
        Column("Containers", lambda obj: CONTAINERS.cell(_job_pod(obj)), wide=True),
        Column("Images", lambda obj: IMAGES.cell(_job_pod(obj)), wide=True),
        Column("Selector", lambda _: "<none>", wide=True),
    ),
    "horizontalpodautoscalers.autoscaling": (
        NAME,
        Column("Reference", _reference),
        Column("Targets", _targets),
        Column("MinPods", lambda obj: str(spec(obj).get("minReplicas", "<unset>"))),
        plain("MaxPods", "spec.maxReplicas", kind="integer"),
        _count("Replicas", "currentReplicas"),
        AGE,
    ),
    "poddisruptionbudgets.policy": (
        NAME,
        Column("Min Available", lambda obj: _or(spec(obj).get("minAvailable"), "N/A")),
        Column("Max Unavailable", lambda obj: _or(spec(obj).get("maxUnavailable"), "N/A")),
        _count("Allowed Disruptions", "disruptionsAllowed"),
        AGE,
    ),
}
