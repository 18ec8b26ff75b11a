# SPDX-License-Identifier: Apache-2.0
"""`make demo`: the flagship and its set-up on simulated clusters, step by step, and what is left.

One rehearsal, of a copy of the runbooks and definitions, with a home and a temporary folder of its
own; each check looks at another side. They are one test: a rehearsal takes half a minute, and each
worker would have its own.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from tests.shipped import MADE

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
LABEL = "simulated clusters"
MINE = "a kubeconfig of somebody's, which nobody may touch\n"
PATIENCE = 600  # seconds


@dataclass(frozen=True)
class Demo:
    """What came of it."""

    folder: Path
    runbooks: list[str]
    done: subprocess.CompletedProcess[str]

    @property
    def report(self):
        return json.loads((self.folder / "report.json").read_text())

    def takes(self):
        """The first line of each take."""
        found = sorted((self.folder / "home").rglob("*.jsonl"))
        return [json.loads(path.open().readline()) for path in found]


def recipe() -> list[str]:
    """The words of `make demo`, its program left out."""
    around = os.environ.items()  # perhaps those of `make test ARGS=…`
    said = subprocess.run(
        ["make", "--no-print-directory", "-n", "demo"],
        cwd=ROOT,
        env={k: v for k, v in around if not k.startswith("MAKE") and k != "ARGS"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    program, *words = shlex.split(said.strip().replace("\\\n", " ").splitlines()[-1])
    assert program.endswith("/cuebook"), said
    return words


def rehearse(folder: Path) -> Demo:
    work = folder / "work"
    for name in ("runbooks", "clusters"):
        shutil.copytree(ROOT / name, work / name, ignore=MADE)
    (work / "localcluster").symlink_to(BIN / "localcluster")
    (folder / "home/.kube").mkdir(parents=True)
    (folder / "home/.kube/config").write_text(MINE)
    (folder / "tmp").mkdir()
    words = recipe()
    reports = [f"--report={kind}={folder}/report.{kind}" for kind in ("json", "junit", "html")]
    dropped = {"KUBECONFIG", "XDG_STATE_HOME", "XDG_CONFIG_HOME"}
    env = {name: value for name, value in os.environ.items() if name not in dropped}
    done = subprocess.run(
        [BIN / "cuebook", *words, "--no-init", *reports],
        cwd=work,
        env={**env, "HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=PATIENCE,
        check=False,
    )
    return Demo(folder, [word for word in words if word.endswith(".md")], done)


def check_that_it_ends_well(demo: Demo) -> None:
    assert demo.done.returncode == 0, demo.done.stdout[-3000:] + demo.done.stderr


def check_that_each_step_passed_but_for_pages_which_are_simulated(demo: Demo) -> None:
    assert len(demo.report["performances"]) == len(demo.runbooks) == 2
    for runbook, performance in zip(demo.runbooks, demo.report["performances"], strict=True):
        listed = subprocess.run(
            [BIN / "cuebook", "steps", "--no-init", "--format=json", ROOT / runbook],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        expected = [
            (step["number"], step["kind"], "simulated" if step["kind"] == "browse" else "passed")
            for step in json.loads(listed)
            if not step["hooks"]  # a rehearsal leaves them out
        ]
        happened = [(s["number"], s["kind"], s["result"]) for s in performance["steps"]]
        assert happened == expected, runbook
        reasons = {s["done"]["reason"] for s in performance["steps"] if s["kind"] == "browse"}
        assert reasons == {"a page needs real traffic"}


def check_that_what_is_counted_is_what_happened(demo: Demo) -> None:
    results = [
        step["result"]
        for performance in demo.report["performances"]
        for step in performance["steps"]
        if step["kind"] in ("command", "browse")
    ]
    for result in ("passed", "failed", "simulated"):
        assert demo.report[result] == results.count(result), result
    assert demo.report["failed"] == 0
    assert demo.report["simulated"] > 0


def check_that_all_records_say_what_was_simulated(demo: Demo) -> None:
    lines = demo.done.stdout.splitlines()
    for runbook in demo.runbooks:
        ends = [line for line in lines if line.startswith(f"✓ {runbook}: rehearsed on {LABEL}")]
        assert len(ends) == 1, runbook
    takes = demo.takes()
    assert [take["environment"] for take in takes] == [LABEL, LABEL]
    said = f"rehearsed on {LABEL}"
    assert all(said in one["notes"] for one in demo.report["performances"])
    suites = ET.parse(demo.folder / "report.junit").getroot().findall("testsuite")
    told = ["".join(one.get("value", "") for one in suite.iter("property")) for suite in suites]
    assert len(told) == 2
    assert all(LABEL in one for one in told), told
    assert (demo.folder / "report.html").read_text().count(said) >= 2


def check_that_versions_say_it_too(demo: Demo) -> None:
    for take in demo.takes():
        programs = ("docker", "helm", "k3d", "kind", "linkerd")
        # On a busy machine, one may not have told its version in time.
        told = [take["versions"][one] for one in programs if take["versions"][one]]
        assert told
        assert all(version.endswith("+simulated") for version in told), told


def check_that_no_process_and_no_file_is_left(demo: Demo) -> None:
    assert os.listdir(demo.folder / "tmp") == []
    mark = f"HOME={demo.folder}/home".encode()
    left = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                left.append((process / "cmdline").read_bytes().replace(b"\0", b" "))
        except OSError:  # it has ended, or is none of ours
            continue
    assert left == []
    # Certificates stay, as on real clusters; kubeconfigs go with their clusters.
    assert not list((demo.folder / "work/clusters").rglob("kubeconfig"))


def check_that_nobodys_kubeconfig_is_read_or_written(demo: Demo) -> None:
    assert (demo.folder / "home/.kube/config").read_text() == MINE
    assert os.listdir(demo.folder / "home/.kube") == ["config"]


def test_demo(tmp_path: Path) -> None:
    demo = rehearse(tmp_path)
    check_that_it_ends_well(demo)
    check_that_each_step_passed_but_for_pages_which_are_simulated(demo)
    check_that_what_is_counted_is_what_happened(demo)
    check_that_all_records_say_what_was_simulated(demo)
    check_that_versions_say_it_too(demo)
    check_that_no_process_and_no_file_is_left(demo)
    check_that_nobodys_kubeconfig_is_read_or_written(demo)
