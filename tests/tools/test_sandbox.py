# SPDX-License-Identifier: Apache-2.0
"""The real helm and linkerd on a simulated cluster.

`CUEBOOK_CONTRACT_KUBECONFIG=FILE` runs the same on the cluster of that file instead.
"""

from __future__ import annotations

import os
import shutil

import pytest

from helpers.sandbox.pytest import sandbox_clusters, sandbox_session

__all__ = ["sandbox_clusters", "sandbox_session"]


@pytest.fixture
def run(tools, request, tmp_path):
    """Return a function that runs a program on the cluster, and returns what it printed."""
    config = tmp_path / "kubeconfig"
    if real := os.environ.get("CUEBOOK_CONTRACT_KUBECONFIG"):
        shutil.copy(real, config)
    else:
        config.write_text(request.getfixturevalue("sandbox_clusters")()[0].kubeconfig)

    def run(name, *arguments, stdin=""):
        done = tools.run(name, *arguments, "--kubeconfig", config, stdin=stdin)
        assert done.returncode == 0, f"{name} {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    return run


def test_helm_installs_upgrades_and_uninstalls(run, tools):
    assert tools.run("helm", "create", "chart").returncode == 0
    chart = str(tools.home / "chart")
    assert "STATUS: deployed" in run("helm", "install", "web", chart, "--wait")
    run("helm", "upgrade", "web", chart, "--set", "replicaCount=2", "--wait")
    assert run("kubectl", "get", "deploy", "-o", "jsonpath={.items[0].status.readyReplicas}") == "2"
    assert "Succeeded" in run("helm", "test", "web")
    run("helm", "rollback", "web", "1", "--wait")
    assert run("kubectl", "get", "deploy", "-o", "jsonpath={.items[0].status.readyReplicas}") == "1"
    run("helm", "uninstall", "web", "--wait")
    assert run("kubectl", "get", "deploy,svc", "-o", "name") == "service/kubernetes\n"


def test_what_linkerd_installs_is_accepted(run):
    for arguments in (("install", "--crds"), ("install",), ("multicluster", "install")):
        manifests = run("linkerd", *arguments)
        assert manifests.count("\nkind: ") > 5
        run("kubectl", "apply", "-f", "-", stdin=manifests)
    for name in ("linkerd-destination", "linkerd-identity", "linkerd-proxy-injector"):
        run("kubectl", "-n", "linkerd", "rollout", "status", f"deploy/{name}", "--timeout=60s")
    secret = "secret/linkerd-service-mirror-remote-access-default-token"
    token = run("kubectl", "-n", "linkerd-multicluster", "get", secret, "-o", "jsonpath={.data}")
    assert '"token":' in token
