# SPDX-License-Identifier: Apache-2.0
"""Every call that a plan or a runbook makes, parsed by the program that it calls.

The lines are run by bash with recording stubs (tests/reference), so that quotes and substitutions
are bash's own business. Each call that was recorded is then made of the real program, with `--help`
at its end: it reads its arguments from left to right and stops at the first that it does not know.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helpers.localcluster import link
from helpers.localcluster.cli.commands import COMMANDS
from helpers.localcluster.definitions import load
from helpers.localcluster.model import Link
from helpers.localcluster.show import lines
from helpers.localcluster.task import Task
from tests.reference.theatre import Theatre, blocks
from tests.shipped import MADE
from tests.tools.conftest import newer_linkerd

if TYPE_CHECKING:
    from tests.reference.theatre import Call
    from tests.tools.conftest import Tools

ROOT = Path(__file__).parents[2]
ARGUMENTS = {"link": ("--src", "cdn", "--dst", "faces", "--gateway")}
# `certs` calls nobody but localcluster itself.
PLANNED = [name for name, one in COMMANDS.items() if one.module and name != "certs"]
RUNBOOKS = ["practical-multicluster-setup.md", "practical-multicluster.md"]
CHECKED = ("docker", "helm", "k3d", "kind", "kubectl", "linkerd")


def dry_run(command: str) -> str:
    """The lines that a command prints for all seven clusters."""
    program = (sys.executable, "-m", "helpers.localcluster.cli.main")
    arguments = ("--dryrun", command, "clusters", *ARGUMENTS.get(command, ()))
    done = subprocess.run(
        [*program, *arguments],
        cwd=ROOT,
        env={**os.environ, "LOCALCLUSTER": "./localcluster"},  # as its launcher does
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    answers = tmp_path / "answers-to-all"
    # A line that asks for a node's address goes no further without one.
    answers.write_text("docker inspect *Address*|0|192.0.2.2\n*|0|\n")
    (tmp_path / "played").mkdir()

    def furnish(work: Path) -> None:
        shutil.copytree(ROOT / "clusters", work / "clusters", ignore=MADE)
        shutil.copytree(ROOT / "runbooks", work / "runbooks")
        (work / "localcluster").symlink_to(tmp_path / "played" / "bin" / "localcluster")

    return Theatre(tmp_path / "played", answers=answers, furnish=furnish)


def objection(tools: Tools, call: Call) -> str:
    """Make a recorded call of the real program, with `--help`; return what it objects to."""
    if call.name == "docker":
        found = shutil.which("docker")
        if found is None:
            return ""
        program: str | Path = Path(found)
    elif call.name == "linkerd" and is_newer(call):
        newer = newer_linkerd()
        if newer is None:
            return ""
        program = newer
    else:
        program = call.name
    arguments = call.arguments
    if call.name == "docker" and arguments[0] == "exec":
        # From the node's name on, it is the node's program that reads them.
        arguments = tuple(takewhile(lambda word: word == "exec" or word[0] == "-", arguments))
    done = tools.run(program, *arguments, "--help")
    said = (done.stdout + done.stderr).strip()
    if done.returncode or re.search(r"unknown (shorthand )?(flag|command)", said):
        return f"{call.name} {' '.join(arguments)}\n    {said.splitlines()[0]}"
    return ""


def is_newer(call: Call) -> bool:
    """Whether a call is meant for a newer linkerd than the one of `pins`.

    `link-gen` came with 2.18, links without a gateway with 2.14.
    """
    linking = {"link", "link-gen"} & set(call.arguments)
    return "link-gen" in linking or bool(linking and "--gateway=false" in call.arguments)


def check(tools: Tools, calls: tuple[Call, ...]) -> None:
    told = {objection(tools, call) for call in dict.fromkeys(calls) if call.name in CHECKED}
    assert not told - {""}, "\n".join(sorted(told))


@pytest.mark.parametrize("command", PLANNED)
def test_a_plans_calls_are_known_to_the_programs(
    command: str, tools: Tools, theatre: Theatre
) -> None:
    run = theatre.plain(dry_run(command))
    assert run.status == 0, run.output
    assert run.calls
    check(tools, run.calls)


@pytest.mark.parametrize("gateway", [True, False])
def test_a_link_by_an_older_linkerd_is_known_to_it(
    gateway: bool, tools: Tools, theatre: Theatre
) -> None:
    """Before link-gen, as the plan is where the installed linkerd has `link` alone."""
    definitions = load([ROOT / "clusters"], ["cdn"])
    task = Task(
        definitions.clusters,
        definitions.wanted,
        definitions.network,
        link=Link("faces", gateway),
        link_gen=False,
    )
    run = theatre.plain("\n".join(lines(link.plan(task))))
    assert any(call.name == "linkerd" and "link" in call.arguments for call in run.calls)
    check(tools, run.calls)


@pytest.mark.parametrize("runbook", RUNBOOKS)
def test_a_runbooks_calls_are_known_to_the_programs(
    runbook: str, tools: Tools, theatre: Theatre
) -> None:
    run = theatre.plain(f"export EDITOR=true\n{blocks(ROOT / 'runbooks' / runbook)}")
    assert len([call for call in run.calls if call.name in CHECKED]) > 30, run.output
    check(tools, run.calls)


@pytest.mark.parametrize(
    "line",
    [
        "kubectl --context a wait nodes --all --for=condition=Ready --time-out=60s",
        "helm upgrade --install --kube-contexts a b c",
        "kind create cluster --kubeconfigs a",
        "k3d cluster create --configuration -",
        "linkerd --context a multicluster link --clustername b",
    ],
)
def test_a_wrong_flag_would_be_told(line: str, tools: Tools, theatre: Theatre) -> None:
    run = theatre.plain(line)
    (call,) = run.calls
    assert objection(tools, call), line


def test_the_newer_linkerd_is_checked_too(tools: Tools) -> None:
    """`link-gen` and its flags; without such a linkerd, calls of it are left out above."""
    newer = newer_linkerd()
    if newer is None:
        pytest.skip(
            "needs linkerd 2.18 or newer on PATH, for `multicluster link-gen`: no such version can "
            "be had from a Go module proxy (see pins.py); install Linkerd's own release"
        )
    flags = ("--cluster-name", "a", "--gateway=false", "--api-server-address", "https://a:6443")
    done = tools.run(newer, "multicluster", "link-gen", *flags, "--help")
    assert done.returncode == 0, done.stderr
