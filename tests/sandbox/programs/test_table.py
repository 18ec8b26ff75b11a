"""The stand-ins on PATH: command lines and what they answer, without a process of their own."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.sandbox import Sandbox
from helpers.sandbox.programs import serve, table
from helpers.sandbox.programs.call import ProgramError
from helpers.sandbox.programs.machine import Machine

KIND = """\
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
networking: {ipFamily: ipv4, podSubnet: "10.9.1.0/24", serviceSubnet: "10.9.2.0/24"}
nodes: [{role: control-plane}, {role: worker, labels: {zone: a}}, {role: worker}]
"""

K3D = """\
apiVersion: k3d.io/v1alpha5
kind: Simple
"""


@pytest.fixture
def ask(tmp_path):
    """Return a function: command lines, in one sandbox, to what the last one answers."""

    def ask(*lines: str, stdin: str = ""):
        async def work():
            async with Sandbox() as sandbox:
                machine = Machine(sandbox, proxy="http://127.0.0.1:1")
                for line in lines:
                    program, *argv = line.split()
                    found = await serve.answer(
                        machine,
                        program,
                        argv,
                        cwd=tmp_path,
                        environment={"KUBECONFIG": str(tmp_path / "config")},
                        stdin=stdin.encode(),
                    )
                return found

        return asyncio.run(work())

    return ask


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("kind load image-archive x", "kind: the sandbox does not simulate `kind load image-arch"),
        ("kind create cluster --retain", "kind: the sandbox does not simulate --retain in "),
        ("docker run x", "docker: the sandbox does not simulate `docker run x`"),
        ("docker network ls --filter driver=x", "docker: the sandbox does not simulate --filter"),
        ("helm repo add x y", "helm: the sandbox does not simulate `helm repo add x y`"),
        ("linkerd viz install", "linkerd: the sandbox does not simulate `linkerd viz install`"),
        ("k3d node list", "k3d: the sandbox does not simulate `k3d node list`"),
        ("docker", "docker: the sandbox does not simulate `docker`"),
    ],
)
def test_what_is_not_in_the_table(ask, line, said):
    found = ask(line)
    assert found.status == 64
    assert found.stderr.startswith(said)


PAGE = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text()
REFUSED = re.findall(
    r"`((?:kind|k3d|docker|helm|linkerd) [^`]+)`",
    PAGE.partition("### What is refused")[2].partition("\n## ")[0],
)


@pytest.mark.parametrize("line", REFUSED)
def test_what_the_documentation_says_is_refused(ask, line):
    found = ask(line)
    assert found.status == 64
    assert "the sandbox does not simulate" in found.stderr


@pytest.mark.parametrize(
    ("line", "config"),
    [
        ("kind create cluster --config -", KIND + "featureGates: {x: true}\n"),
        ("kind create cluster --config -", KIND + "kubeadmConfigPatches: [x]\n"),
        ("kind create cluster --config -", KIND + "containerdConfigPatches: [x]\n"),
        ("kind create cluster --config -", KIND.replace("role: worker}", "extraMounts: []}")),
        ("kind create cluster --config -", KIND.replace("role: worker}", "extraPortMappings: []}")),
        ("kind create cluster --config -", KIND.replace("role: worker}", "role: control-plane}")),
        ("k3d cluster create --config -", K3D + "ports: [{port: '80:80'}]\n"),
        ("k3d cluster create --config -", K3D + "volumes: []\n"),
        ("k3d cluster create --config -", K3D + "env: []\n"),
        ("k3d cluster create --config -", K3D + "registries: {}\n"),
    ],
)
def test_what_a_configuration_says_that_is_refused(ask, line, config):
    found = ask(line, stdin=config)
    assert found.status == 64, found
    assert "the sandbox does not simulate" in found.stderr


def test_a_cluster_of_kind(ask, tmp_path):
    found = ask("kind create cluster --name a --config -", stdin=KIND)
    assert found.status == 0, found
    config = (tmp_path / "config").read_text()
    assert "current-context: kind-a" in config
    assert "proxy-url: http://127.0.0.1:1" in config
    nodes = ask("kind create cluster --name a --config -", "kind get nodes --name a", stdin=KIND)
    assert nodes.stdout.split() == ["a-control-plane", "a-worker", "a-worker2"]


def test_a_name_that_is_taken(ask):
    found = ask("kind create cluster", "kind create cluster")
    assert found.status == 1
    assert "node(s) already exist for a cluster with the name" in found.stderr


def test_a_cluster_for_which_no_address_is_left_leaves_no_node(ask):
    lines = [
        "docker network create small --subnet 198.51.100.0/30",
        "k3d cluster create --config -",
    ]
    config = "{apiVersion: k3d.io/v1alpha5, kind: Simple, agents: 1, network: small}"
    assert ask(*lines, stdin=config).stderr == "no address is left in 198.51.100.0/30\n"
    assert ask(*lines, "docker ps --all -q", stdin=config).stdout == ""


def test_docker_tells_documentation_addresses(ask):
    found = ask("docker network inspect kind --format {{json}}".replace("{{json}}", "json"))
    config = json.loads(found.stdout)["IPAM"]["Config"]
    assert [one["Subnet"] for one in config] == ["192.0.2.0/24", "2001:db8::/64"]


def test_a_template(ask):
    line = (
        'docker inspect -f {{(index~.NetworkSettings.Networks~"kind").IPAddress}} a-control-plane'
    )

    async def work():
        async with Sandbox() as sandbox:
            machine = Machine(sandbox)
            at = {"cwd": Path("/"), "environment": {"KUBECONFIG": "/dev/null/x"}}
            await machine.create(
                "a",
                "kind",
                nodes=[("a-control-plane", "control-plane", {})],
                image="kindest/node:v1.34.0",
                network="kind",
                pods=["10.9.1.0/24"],
                services=["10.9.2.0/24"],
            )
            assert sandbox.clusters["a"].git_version == "v1.34.0+simulated"
            program, *argv = (word.replace("~", " ") for word in line.split())
            return await serve.answer(machine, program, argv, **at)

    assert asyncio.run(work()).stdout == "192.0.2.2\n"


@given(st.sampled_from(sorted(table.load())), st.lists(st.text(max_size=12), max_size=6))
def test_whatever_is_asked_is_in_the_table_or_refused_with_64(program, argv):
    try:
        command, _, flags = table.parse(program, argv)
    except ProgramError as error:
        status, known = error.status, True
    else:
        status, known = 64, command in table.load()[program] and bool(command or flags)
    assert (status, known) == (64, True)


LOCAL = Path(table.__file__).with_name("local.py")


@pytest.mark.parametrize(
    ("argv", "stdin", "status", "stdout"),
    [
        (["jq", ""], '{"a":[1]}', 0, '{\n  "a": [\n    1\n  ]\n}\n'),
        (["jq", "", "--version"], "", 0, "jq-1.7+simulated\n"),
        (["jq", "", ".a"], "{}", 64, ""),
        (["jq", "", "."], "no JSON", 2, ""),
        (["bat", "", "--style", "/dev/stdin"], "text\n", 0, "text\n"),
        (["curl", "", "https://[2001:db8::5]/x"], "", 0, "[simulated] https://[2001:db8::5]/x: "),
        (["curl", "/bin/echo", "-s", "http://localhost/"], "", 0, "-s http://localhost/\n"),
        (["curl", "", "http://localhost/"], "", 127, ""),
    ],
)
def test_what_stands_in_without_asking(argv, stdin, status, stdout):
    words = [sys.executable, "-IS", str(LOCAL), *argv]
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[: len(stdout) or None]) == (status, stdout), done
