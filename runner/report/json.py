"""The report for programs: one JSON object, in the words of the take.

docs/reports.md describes it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from runner.report.model import counts, overall
from runner.take.model import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.report.model import Performance, Printed, Refusal, Reported

FORMAT = 1
"""The version of the object's shape."""


def render(performances: Sequence[Performance], refusals: Sequence[Refusal] = ()) -> str:
    """Return the object, in ASCII; characters that are none stand as in a take."""
    found = counts(performances)
    value = {
        "format": FORMAT,
        "result": overall(performances, refusals),
        "passed": found["passed"],
        "failed": found["failed"],
        "unfinished": found["unfinished"],
        "skipped": found["skipped"],
        "simulated": found["simulated"],
        "performances": [_performance(performance) for performance in performances],
        "refusals": [asdict(refusal) for refusal in refusals],
    }
    # In the log of a job, GitHub Actions would take it for an instruction; see words.plain.
    return json.dumps(value, indent=2).replace("##[", "#\\u0023[") + "\n"


def _performance(performance: Performance) -> dict[str, object]:
    return {
        "result": performance.result,
        "seconds": performance.seconds,
        "take": plain(performance.header),
        "notes": performance.notes,
        "steps": [_step(step) for step in performance.steps],
        "rest": _printed(performance.rest),
        "totals": plain(performance.totals) if performance.totals else None,
        "broke_off": performance.broke_off,
    }


def _step(step: Reported) -> dict[str, object]:
    return {
        **plain(step.begun),
        "result": step.result,
        "done": plain(step.done) if step.done else None,
        "notes": step.notes,
        "output": {**_printed(step.output), "sha256": step.digest},
    }


def _printed(output: Printed) -> dict[str, object]:
    return {"lines": output.lines, "size": output.size, "whole": output.whole}
