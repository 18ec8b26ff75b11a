"""A take as a person reads it: what ran, and what came of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from runner.book.text import printable
from runner.show.events import told_status
from runner.take.model import plain
from runner.take.played import played
from runner.take.read import entries
from runner.take.table import first_line, table

if TYPE_CHECKING:
    from pathlib import Path

    from runner.take.model import Header, Totals, Verdict
    from runner.take.played import Played

_HEAD = ("STEP", "RESULT", "STATUS", "SECONDS", "TEXT")


def show(path: Path) -> str:
    """Return the table of a take's commands, with what else there is to say of it.

    Raises:
        TakeError: It cannot be read.
    """
    found = entries(path)
    steps = list(played(found, most=0))
    told = [step for step in steps if step.begun.kind == "command" or step.result != "passed"]
    lines = table(_HEAD, [_row(step) for step in told], right=(0, 2, 3))
    shown = [_title(found.header), "", lines[0]]
    for step, line in zip(told, lines[1:], strict=True):
        shown += [line, *_details(step)]
    shown += [""]
    shown += [_end(found.totals)] if found.totals else []
    shown += [found.broke_off] if found.broke_off else []
    return "".join(f"{printable(line)}\n" for line in shown)


def show_json(path: Path) -> str:
    """Return a JSON object: the header, every step without its output, the totals.

    Raises:
        TakeError: It cannot be read.
    """
    found = entries(path)
    steps = [
        {
            **plain(step.begun),
            "result": step.result,
            "done": plain(step.done) if step.done else None,
            "output_sha256": step.digest,
        }
        for step in played(found, most=0)
    ]
    value = {
        "take": plain(found.header),
        "steps": steps,
        "totals": plain(found.totals) if found.totals else None,
        "broke_off": found.broke_off,
    }
    return json.dumps(value, indent=2) + "\n"


def _title(header: Header) -> str:
    where = f" in {header.environment}" if header.environment else ""
    versions = ", ".join(f"{name} {number or '?'}" for name, number in header.versions.items())
    size = f"{header.columns} × {header.rows}"
    return f"{header.runbook.path}, {header.mode}{where}, {header.started}, {size}, {versions}"


def _row(step: Played) -> tuple[str, ...]:
    done = step.done
    ran = done is not None and done.result not in ("skipped", "simulated")
    return (
        str(step.begun.number),
        step.result,
        str(done.status) if done and ran and step.begun.kind == "command" else "",
        f"{done.seconds:.1f}" if done and ran else "",
        first_line(step.begun.text),
    )


def _details(step: Played) -> list[str]:
    """What is told of a step that failed: its place, the reason, the checks that did not hold."""
    if step.done is None or step.done.result != "failed":
        return []
    begun, done = step.begun, step.done
    attempts = f", in {done.attempts} attempts" if done.attempts > 1 else ""
    reason = done.reason or told_status(done.status)
    lines = [f"      {begun.file}:{begun.line}:{begun.column}: {reason}{attempts}"]
    for verdict in done.verdicts:
        lines += _verdict(verdict) if not verdict.held else []
    return lines


def _verdict(verdict: Verdict) -> list[str]:
    place = f"{verdict.file}:{verdict.line}"
    lines = [f"      {place}: {verdict.rule}: {verdict.message or 'it did not hold'}"]
    return lines + [f"        {line}" for line in verdict.difference]


def _end(totals: Totals) -> str:
    number = totals.passed + totals.failed + totals.skipped + totals.simulated
    simulated = f", {totals.simulated} simulated" if totals.simulated else ""
    commands = "1 command" if number == 1 else f"{number} commands"
    reason = f", {totals.reason}" if totals.reason else ""
    return (
        f"{commands}: {totals.passed} passed, {totals.failed} failed, {totals.skipped} skipped"
        f"{simulated}; {totals.at:.1f} s; exit status {totals.status}{reason}"
    )
