"""Jobs: pods until enough have succeeded, which they all do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.cluster import now
from helpers.sandbox.controllers import objects
from helpers.sandbox.names import random_suffix
from helpers.sandbox.parts import deleting, state

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

RESOURCE = "jobs.batch"

wants = objects.of(RESOURCE, "pods")


def reconcile(cluster: Cluster) -> None:
    """Make the pods that each Job lacks, and count what has come of them."""
    for job in objects.alive(cluster, RESOURCE):
        _one(cluster, job)


def _one(cluster: Cluster, job: Object) -> None:
    meta, spec, status = job["metadata"], job["spec"], {**state(job)}
    if status.get("completionTime"):
        return
    pods = objects.controlled(cluster, "pods", job)
    succeeded = sum(state(pod).get("phase") == "Succeeded" for pod in pods)
    active = [pod for pod in pods if not objects.done(pod) and not deleting(pod)]
    completions = spec.get("completions") or spec["parallelism"]
    if spec.get("suspend"):
        for pod in active:
            objects.delete(cluster, "pods", pod)
        held = status.get("conditions") or ()
        found = [objects.condition(held, "Suspended", "True", "JobSuspended", "Job suspended")]
        objects.write(cluster, RESOURCE, job, status={"conditions": found})
        return
    for _ in range(min(spec["parallelism"], completions - succeeded) - len(active)):
        name = f"{meta['name']}-{random_suffix()}"
        pod = objects.from_template(spec["template"], job, name, {})
        active.append(objects.make_pod(cluster, job, pod))
    status.pop("conditions", None)
    status |= {
        "startTime": status.get("startTime") or now(),
        "active": len(active),
        "ready": sum(map(objects.ready, active)),
        "succeeded": succeeded,
        "terminating": 0,
        "uncountedTerminatedPods": {},
    }
    if succeeded >= completions:
        text = "Reached expected number of succeeded pods"
        status["completionTime"] = now()
        status["conditions"] = [
            objects.condition((), kind, "True", "CompletionsReached", text)
            for kind in ("SuccessCriteriaMet", "Complete")
        ]
        objects.tell(cluster, job, "Completed", "Job completed", "job-controller")
    kept = {key: value for key, value in status.items() if value or key in ("ready", "terminating")}
    objects.write(cluster, RESOURCE, job, status=kept)
