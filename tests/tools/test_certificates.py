# SPDX-License-Identifier: Apache-2.0
"""Our certificates, judged by step, by openssl and by linkerd itself."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from helpers.localcluster.certs import anchor_files, issue, issuer_files
from helpers.localcluster.definitions import load
from tests.shipped import MADE
from tests.tools.conftest import newer_linkerd

if TYPE_CHECKING:
    from helpers.localcluster.model import Cluster
    from tests.tools.conftest import Tools

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clusters(tmp_path: Path) -> tuple[Cluster, ...]:
    shutil.copytree(ROOT / "clusters", tmp_path / "clusters", ignore=MADE)
    definitions = load([tmp_path / "clusters"], ["faces", "faces-dr"])
    issue(tmp_path / "certs", definitions.wanted, definitions.clusters)
    return definitions.wanted


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    return anchor_files(tmp_path / "certs").certificate


def test_step_verifies_each_issuer(
    tools: Tools, clusters: tuple[Cluster, ...], anchor: Path
) -> None:
    for cluster in clusters:
        issuer = issuer_files(cluster).certificate
        done = tools.run("step", "certificate", "verify", issuer, "--roots", anchor)
        assert done.returncode == 0, done.stderr


def test_step_does_not_verify_an_issuer_of_another_root(
    tools: Tools, clusters: tuple[Cluster, ...], tmp_path: Path
) -> None:
    other = load([tmp_path / "clusters"], ["smiley"])
    issue(tmp_path / "others", other.wanted, other.wanted)
    root = anchor_files(tmp_path / "others").certificate
    issuer = issuer_files(clusters[0]).certificate
    done = tools.run("step", "certificate", "verify", issuer, "--roots", root)
    assert done.returncode != 0


def inspected(tools: Tools, certificate: Path) -> tuple[str, str, dict[str, object]]:
    """What step reads: the name, the key's and the signature's kind, the basic constraints."""
    done = tools.run("step", "certificate", "inspect", certificate, "--format", "json")
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    kind = f"{read['subject_key_info']['key_algorithm']['name']}, {read['signature_algorithm']}"
    name = read["subject"]["common_name"][0]
    return name, str(kind), read["extensions"]["basic_constraints"]


def test_step_reads_what_linkerd_wants(
    tools: Tools, clusters: tuple[Cluster, ...], anchor: Path
) -> None:
    """As `step certificate create` makes them with --profile root-ca and intermediate-ca."""
    assert inspected(tools, anchor)[0] == "root.linkerd.cluster.local"
    assert inspected(tools, anchor)[2] == {"is_ca": True, "max_path_len": 1}
    issuer = issuer_files(clusters[0]).certificate
    assert inspected(tools, issuer)[0] == "identity.linkerd.cluster.local"
    assert inspected(tools, issuer)[2] == {"is_ca": True, "max_path_len": 0}


def test_openssl_verifies_the_chain_with_all_its_strictness(
    tools: Tools, clusters: tuple[Cluster, ...], anchor: Path
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl (Debian: apt-get install openssl)")
    for cluster in clusters:
        issuer = issuer_files(cluster).certificate
        done = subprocess.run(
            ["openssl", "verify", "-x509_strict", "-CAfile", anchor, issuer],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def installed(tools: Tools, linkerd: str | Path, cluster: Cluster, anchor: Path) -> list[dict]:
    """What `linkerd install` renders with a cluster's issuer, as Kubernetes objects."""
    files = issuer_files(cluster)
    done = tools.run(
        linkerd,
        *("install", "--ignore-cluster"),
        *("--identity-trust-anchors-file", anchor),
        *("--identity-issuer-certificate-file", files.certificate),
        *("--identity-issuer-key-file", files.key),
    )
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


@pytest.mark.parametrize("which", ["pinned", "newer"])
def test_linkerd_renders_its_control_plane_with_them(
    which: str, tools: Tools, clusters: tuple[Cluster, ...], anchor: Path
) -> None:
    linkerd: str | Path | None = "linkerd" if which == "pinned" else newer_linkerd()
    if linkerd is None:
        pytest.skip("needs linkerd 2.18 or newer on PATH; install Linkerd's own release")
    objects = installed(tools, linkerd, clusters[0], anchor)
    named = {(each["kind"], each["metadata"]["name"]): each for each in objects}
    assert ("Deployment", "linkerd-identity") in named
    roots = named["ConfigMap", "linkerd-identity-trust-roots"]["data"]["ca-bundle.crt"]
    assert roots.strip() == anchor.read_text().strip()
    secret = named["Secret", "linkerd-identity-issuer"]["data"]
    for key, file in (("crt.pem", "certificate"), ("key.pem", "key")):
        given = getattr(issuer_files(clusters[0]), file).read_text()
        assert base64.b64decode(secret[key]).decode().strip() == given.strip()


def test_linkerd_refuses_an_issuer_of_another_root(
    tools: Tools, clusters: tuple[Cluster, ...], tmp_path: Path
) -> None:
    other = load([tmp_path / "clusters"], ["smiley"])
    issue(tmp_path / "others", other.wanted, other.wanted)
    files = issuer_files(clusters[0])
    done = tools.run(
        "linkerd",
        *("install", "--ignore-cluster"),
        *("--identity-trust-anchors-file", anchor_files(tmp_path / "others").certificate),
        *("--identity-issuer-certificate-file", files.certificate),
        *("--identity-issuer-key-file", files.key),
    )
    assert done.returncode != 0
