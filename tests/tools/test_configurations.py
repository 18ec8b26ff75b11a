# SPDX-License-Identifier: Apache-2.0
"""What localcluster writes for kind and k3d, read by kind and k3d.

Both read and check a configuration before they make anything, and then say in a line which step
they begin; here there is no Docker, so that step is the last.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helpers.localcluster.definitions import load
from helpers.localcluster.providers import k3d, kind

if TYPE_CHECKING:
    from helpers.localcluster.definitions import Definitions
    from tests.tools.conftest import Tools

ROOT = Path(__file__).parents[2]

FAMILIES = {
    "v4": ["v4Enabled: true"],
    "v6": ["v6Enabled: true"],
    "both": ["v4Enabled: true", "v6Enabled: true"],
    "zone": ["v4Enabled: true", "zone: east"],
    "nodes": [
        *("v4Enabled: true", "nodes: 3"),
        *("podCIDR: 10.64.0.0/17", "serviceCIDR: 10.64.128.0/17"),
    ],
}


def defined(folder: Path, provider: str, lines: list[str]) -> Definitions:
    file = folder / "clusters" / "one" / "sma.yaml"
    file.parent.mkdir(parents=True)
    spec = textwrap.indent("\n".join([f"provider: {provider}", 'subnet: "C1/C"', *lines]), "  ")
    file.write_text(f"metadata:\n  name: one\nspec:\n{spec}\n")
    return load([folder / "clusters"])


@pytest.fixture
def docker(tmp_path: Path) -> Path:
    """A folder with a fake `docker` that has the node image, and fails at the first change."""
    folder = tmp_path / "fake"
    folder.mkdir()
    (folder / "docker").write_text(
        "#!/bin/sh\n"
        'case "$1 $2" in\n'
        '  "info "*) echo \'{"CgroupVersion":"2","CgroupDriver":"systemd"}\' ;;\n'
        '  "ps "* | "inspect --type=image"*) ;;\n'
        '  *) echo "not here: docker $*" >&2; exit 1 ;;\n'
        "esac\n"
    )
    (folder / "docker").chmod(0o755)
    return folder


def kind_reads(tools: Tools, docker: Path, text: str) -> str:
    """Give a configuration to `kind create cluster`; return what it says."""
    arguments = ("create", "cluster", "--name", "one", "--config", "-", "--image", "kindest/node")
    done = tools.run("kind", *arguments, stdin=text, first=docker)
    assert done.returncode != 0, "a cluster without Docker"
    return done.stdout + done.stderr


def k3d_reads(tools: Tools, text: str) -> str:
    """Give a configuration to `k3d cluster create`; return what it says."""
    done = tools.run("k3d", "cluster", "create", "--config", "-", stdin=text)
    assert done.returncode != 0, "a cluster without Docker"
    return done.stdout + done.stderr


ACCEPTED_BY_KIND = "Ensuring node image"
ACCEPTED_BY_K3D = "Prep: Network"


@pytest.mark.parametrize("lines", FAMILIES.values(), ids=FAMILIES)
def test_kind_accepts_what_is_written_for_it(
    lines: list[str], tools: Tools, docker: Path, tmp_path: Path
) -> None:
    definitions = defined(tmp_path, "kind", lines)
    text = kind.config(definitions.clusters[0], definitions.network)
    said = kind_reads(tools, docker, text)
    assert ACCEPTED_BY_KIND in said, f"{said}\n{text}"


@pytest.mark.parametrize("lines", FAMILIES.values(), ids=FAMILIES)
def test_k3d_accepts_what_is_written_for_it(lines: list[str], tools: Tools, tmp_path: Path) -> None:
    definitions = defined(tmp_path, "k3d", lines)
    text = k3d.config(definitions.clusters[0], definitions.network)
    said = k3d_reads(tools, text)
    assert ACCEPTED_BY_K3D in said, f"{said}\n{text}"


def test_the_flagships_clusters_are_accepted(tools: Tools, docker: Path) -> None:
    definitions = load([ROOT / "clusters"])
    assert len(definitions.clusters) == 7
    for cluster in definitions.clusters:
        if cluster.provider == "kind":
            text = kind.config(cluster, definitions.network)
            assert ACCEPTED_BY_KIND in kind_reads(tools, docker, text), text
        else:
            text = k3d.config(cluster, definitions.network)
            assert ACCEPTED_BY_K3D in k3d_reads(tools, text), text


@pytest.mark.parametrize("line", ["podSubnets: 10.1.0.0/16", 'podSubnet: "10.1.0.0/99"'])
def test_kind_would_say_if_it_were_wrong(line: str, tools: Tools, docker: Path) -> None:
    text = f"kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnetworking:\n  {line}\n"
    assert ACCEPTED_BY_KIND not in kind_reads(tools, docker, text)


@pytest.mark.parametrize(
    "line",
    ["servants: 1", 'servers: "two"', "volumes: [{volume: '/a:/b', nodeFilters: ['sever:*']}]"],
)
def test_k3d_would_say_if_it_were_wrong(line: str, tools: Tools) -> None:
    text = f"apiVersion: k3d.io/v1alpha5\nkind: Simple\nmetadata: {{name: one}}\n{line}\n"
    assert ACCEPTED_BY_K3D not in k3d_reads(tools, text)
