"""The columns of pods and of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.parts import deleting, spec, state
from helpers.sandbox.tables.columns import AGE, NAME, Column, age_of, plain

if TYPE_CHECKING:
    from helpers.sandbox.resources import Object


def _statuses(obj: Object, name: str = "containerStatuses") -> list[Object]:
    return state(obj).get(name) or []


def _ready(obj: Object) -> str:
    ready = sum(bool(one.get("ready")) for one in _statuses(obj))
    sidecars = [
        one for one in spec(obj).get("initContainers") or () if one.get("restartPolicy") == "Always"
    ]
    names = {one["name"] for one in sidecars}
    ready += sum(
        bool(one.get("ready"))
        for one in _statuses(obj, "initContainerStatuses")
        if one.get("name") in names
    )
    return f"{ready}/{len(spec(obj).get('containers') or ()) + len(sidecars)}"


def _status(obj: Object) -> str:
    if deleting(obj):
        return "Terminating"
    reason = state(obj).get("reason") or state(obj).get("phase") or "Unknown"
    for one in reversed(_statuses(obj)):
        found = one.get("state") or {}
        waiting = (found.get("waiting") or {}).get("reason")
        ended = (found.get("terminated") or {}).get("reason")
        if waiting or ended:
            reason = waiting or ended
    return str(reason)


def _restarts(obj: Object) -> str:
    return str(sum(one.get("restartCount", 0) for one in _statuses(obj)))


def _gates(obj: Object) -> str:
    gates = spec(obj).get("readinessGates") or ()
    if not gates:
        return "<none>"
    true = {
        one.get("type") for one in state(obj).get("conditions") or () if one.get("status") == "True"
    }
    return f"{sum(one.get('conditionType') in true for one in gates)}/{len(gates)}"


def _object(obj: Object) -> str:
    found = obj.get("involvedObject") or {}
    return f"{str(found.get('kind', '')).lower()}/{found.get('name', '')}"


def _last(obj: Object) -> str:
    moment = (obj.get("series") or {}).get("lastObservedTime") or obj.get("lastTimestamp")
    return age_of(moment or obj.get("eventTime") or obj["metadata"].get("creationTimestamp"))


def _source(obj: Object) -> str:
    found = obj.get("source") or {}
    parts = [found.get("component") or obj.get("reportingComponent") or "", found.get("host") or ""]
    return ", ".join(part for part in parts if part)


COLUMNS = {
    "pods": (
        NAME,
        Column("Ready", _ready),
        Column("Status", _status),
        Column("Restarts", _restarts),
        AGE,
        plain("IP", "status.podIP", "<none>", wide=True),
        plain("Node", "spec.nodeName", "<none>", wide=True),
        plain("Nominated Node", "status.nominatedNodeName", "<none>", wide=True),
        Column("Readiness Gates", _gates, wide=True),
    ),
    "events": (
        Column("Last Seen", _last),
        plain("Type", "type"),
        plain("Reason", "reason"),
        Column("Object", _object),
        Column(
            "Subobject", lambda obj: (obj.get("involvedObject") or {}).get("fieldPath"), wide=True
        ),
        Column("Source", _source, wide=True),
        Column("Message", lambda obj: str(obj.get("message") or "").strip()),
        Column(
            "First Seen",
            lambda obj: age_of(obj.get("firstTimestamp") or obj.get("eventTime")),
            wide=True,
        ),
        plain("Count", "count", 1, wide=True, kind="integer"),
        Column("Name", lambda obj: obj["metadata"]["name"], wide=True),
    ),
}
