"""The lines in docs/localcluster.md are those that are planned, printed and run."""

from __future__ import annotations

import importlib.util
import json
import shlex

import pytest

from helpers.localcluster.definitions import load
from helpers.localcluster.providers import maker
from tests.localcluster.commands.conftest import REPO

spec = importlib.util.spec_from_file_location("lines", REPO / "docs" / "lines.py")
lines = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lines)

BLOCKS = {block["call"]: block["lines"] for block in lines.BLOCK.finditer(lines.PAGE.read_text())}
HELP = {True: "  link-gen    Outputs\n", False: "  link        Outputs\n"}
ABSENT = {"create clusters smiley": ["smiley"], "create clusters cdn": ["cdn"]}
# These leave out what is right, and ask running clusters; test_repair.py runs them.
NOT_RUN = {"repair clusters faces-dr"}


def steps(text):
    """Return the lines of a plan's text, each with its here-document and without comments."""
    found = []
    for part in text.split("\n\n"):
        rows = [row for row in part.split("\n") if not row.startswith(("#", "set -o pipefail"))]
        if step := "\n".join(rows).strip():
            found.append(step)
    return found


def test_the_page_is_up_to_date(monkeypatch):
    monkeypatch.chdir(REPO)
    text = lines.PAGE.read_text()
    assert lines.page(text) == text, "make lines"


def test_every_command_that_changes_something_is_on_the_page():
    shown = {call.split()[0] for call in BLOCKS}
    assert shown == {"create", "certs", "linkerd", "group", "link", "repair", "delete"}
    assert {call.split()[0] for call in BLOCKS if call.endswith("(link)")} == {"group", "link"}


@pytest.mark.parametrize("call", [call for call in BLOCKS if not call.endswith("(link)")])
def test_a_dry_run_prints_them(world, call):
    printed = world.ok("--dryrun", *call.split()).stdout
    assert printed.strip() == BLOCKS[call].strip()


@pytest.mark.parametrize("call", [call for call in BLOCKS if call not in NOT_RUN])
def test_a_run_runs_them(world, monkeypatch, call):
    """With all other clusters there, and every line's text as it was given to bash."""
    monkeypatch.chdir(REPO)
    definitions = load([REPO / "clusters"])
    absent = ABSENT.get(call, [])
    nodes = {}
    for number, cluster in enumerate(definitions.clusters, 2):
        if cluster.name in absent:
            continue
        (name,) = maker(cluster.provider).nodes(cluster)
        role = "control-plane" if cluster.provider == "kind" else "server"
        label = maker(cluster.provider).LABEL
        nodes[name] = {
            "number": number,
            "v4": f"172.16.100.{number}",
            "v6": "",
            "running": True,
            "image": maker(cluster.provider).IMAGE,
            "labels": {label: cluster.name, f"{label.rpartition('.')[0]}.role": role},
            "config": "",
        }
    subnet = {"Subnet": "172.16.100.0/24", "IPRange": "172.16.100.0/26", "Gateway": "172.16.100.1"}
    networks = {"kind": [subnet]}
    data = {"nodes": nodes, "networks": {} if absent else networks}
    (world.fakes / "world.json").write_text(json.dumps(data))
    (world.fakes / "linkerd-help").write_text(HELP[not call.endswith("(link)")])
    printed = world.ok(*shlex.split(call.removesuffix(" (link)"))).stdout
    ran = [row.partition(" | ")[2] for row in printed.splitlines()]
    text = "\n" + "\n".join(ran) + "\n"
    for step in steps(BLOCKS[call]):
        assert f"\n$ {step}\n" in text
    assert len([row for row in ran if row.startswith("$ ")]) == len(steps(BLOCKS[call]))
    programs = {step.split()[0] for step in steps(BLOCKS[call])} & {
        "kind",
        "k3d",
        "helm",
        "linkerd",
    }
    assert programs <= {recorded.argv[0] for recorded in world.recorded()}
