"""Reports of a rehearsal that is interrupted: real signals, sent to the real process."""

from __future__ import annotations

import json
import signal
from xml.etree import ElementTree as ET

import pytest

SLEEPS = "trap 'touch trapped' EXIT\necho PARTLY; cat gate; sleep 100\ntouch no\n"


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("kept", [(), ("--no-take",)])
def test_an_interrupted_rehearsal_leaves_its_report(stage, number, status, kept):
    stage.write({"a.sh": SLEEPS, "b.sh": "touch no\n"})
    reports = ("--report", "json=r.json", "--report", "junit=r.xml")
    gate = stage.gate()
    live = stage.start("rehearse", "a.sh", "b.sh", *kept, *reports)
    live.until("PARTLY")
    gate("READY\n")
    live.until("READY")
    live.process.send_signal(number)
    assert live.wait().status == status
    value = json.loads((stage.work / "r.json").read_text())
    (performance,) = value["performances"]
    assert (value["result"], performance["result"]) == ("interrupted", "interrupted")
    assert [step["result"] for step in performance["steps"]] == ["passed", "unfinished"]
    assert performance["steps"][-1]["output"]["lines"][:2] == ["PARTLY", "READY"]
    errors = [e.get("message") for e in ET.parse(stage.work / "r.xml").iter("error")]
    assert errors == ["it did not end", f"ended by signal {number:d}"]
    assert sorted(p.name for p in stage.work.iterdir()) == [
        *("a.sh", "b.sh", "gate", "r.json", "r.xml", "trapped"),
    ]
    assert not list(stage.work.parent.glob("cuebook-*")), "the take that was not to be kept"


def test_a_killed_one_leaves_a_take_of_which_a_report_can_be_made(stage):
    stage.write({"a.sh": SLEEPS.replace("PARTLY", "READY").replace("cat gate; ", "")})
    live = stage.start("rehearse", "a.sh", "--take", "t.jsonl", "--report", "json=r.json")
    live.until("READY")
    live.process.kill()
    live.process.wait()
    assert not (stage.work / "r.json").exists()
    run = stage.cuebook("report", "t.jsonl", "--report", "json=-")
    assert run.status == 0
    value = json.loads(run.stdout)
    assert value["result"] == "broke off"
    assert value["performances"][0]["broke_off"].endswith(
        "in step 2 `echo READY; sleep 100` (a.sh:2)"
    )
