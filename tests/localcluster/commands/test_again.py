"""`create` again: what is right stays, what is not is mended, what cannot be is asked about."""

from __future__ import annotations

import json
import os
import pty
import subprocess

import pytest
import yaml

from tests.localcluster.commands.conftest import LOCALCLUSTER

KUBERNETES = "/api/v1/namespaces/default/services/kubernetes"


def changes(world):
    """What was called that may change something."""
    reads = ("docker ps", "docker network", "docker inspect")
    return [call.text for call in world.recorded() if not call.text.startswith(reads)]


def stop(world, *names, move=None):
    """Let nodes be stopped, or be where `move` says."""
    file = world.fakes / "world.json"
    data = json.loads(file.read_text())
    for name in names:
        if move:
            data["nodes"][name]["v4"] = move
        else:
            data["nodes"][name]["running"] = False
    file.write_text(json.dumps(data))


@pytest.fixture
def made(world, api):
    """The world after `create` of a kind and a k3d cluster."""
    world.define(
        a='subnet: "41/4", provider: kind, v4Enabled: true, group: g, zone: east',
        b='subnet: "51/5", provider: k3d, v4Enabled: true, group: g',
    )
    world.created()
    world.forget()
    return world


def test_what_is_as_defined_is_left_alone(made):  # defect 4, defect 24
    made.ok("create", "clusters")
    text = changes(made)
    assert all(" ip route replace " in each for each in text), "routes are set again, no more"


def test_a_missing_cluster_is_made_beside_the_others(made):
    folder = made.work / "clusters" / "c"
    folder.mkdir()
    (folder / "sma.yaml").write_text(
        'metadata: {name: c}\nspec: {subnet: "61/6", provider: kind, v4Enabled: true}\n'
    )
    made.ok("create", "clusters")
    creations = [text for text in changes(made) if " create " in text]
    assert len(creations) == 1
    assert "kind create cluster --name c " in creations[0]
    assert not [text for text in changes(made) if "--context a" in text or "helm" in text][1:]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/apis/metallb.io/v1beta1/namespaces/metallb/ipaddresspools", {"items": []}),
        ("/apis/metallb.io/v1beta1/namespaces/metallb/l2advertisements", {"items": []}),
        ("/apis/apps/v1/namespaces/metallb/daemonsets/metallb-speaker", {"status": {}}),
    ],
)
def test_what_metallb_lacks_is_mended(made, api, path, said):
    api.answers["a"] = {path: said}
    made.ok("create", "clusters")
    assert [text for text in changes(made) if text.startswith("helm upgrade --install")]
    assert not [text for text in changes(made) if text.startswith(("kind", "k3d"))]


def test_a_context_that_is_gone_comes_back(made):
    made.kubeconfig.unlink()
    made.ok("create", "clusters")
    contexts = yaml.safe_load(made.kubeconfig.read_text())["contexts"]
    assert sorted(each["name"] for each in contexts) == ["a", "b"]
    assert not [text for text in changes(made) if " create " in text]


def test_stopped_nodes_are_started(made):
    stop(made, "a-control-plane", "k3d-b-server-0")
    made.ok("create", "clusters")
    started = [text for text in changes(made) if " start " in text]
    assert sorted(started) == ["docker start a-control-plane", "k3d cluster start b"]


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (
            {"/api/v1/nodes": {"items": [{"spec": {"podCIDRs": ["10.77.1.0/24"]}}]}},
            "has pods in 10.77.1.0/24",
        ),
        ({KUBERNETES: {"spec": {"clusterIP": "10.96.0.1"}}}, "has services around 10.96.0.1"),
        (
            {"/api/v1/nodes": {"items": [{"spec": {"podCIDRs": ["10.4.1.0/24"]}}]}},
            "has the zone none",
        ),
    ],
)
def test_a_cluster_that_differs_is_not_destroyed_without_a_word(made, api, what, reason):
    api.answers["a"] = what
    done = made.run("create", "clusters")
    assert done.status == 2
    assert f"a {reason}" in done.stderr
    assert "it is deleted and made anew" in done.stderr
    assert done.stderr.splitlines()[-1] == (
        "localcluster: nothing was done: that destroys something, and there is no terminal to ask "
        "at; with --force it is done"
    )
    assert changes(made) == [], "it is checked before anything is done"


def test_force_does_not_ask(made, api):
    api.answers["a"] = {KUBERNETES: {"spec": {"clusterIP": "10.96.0.1"}}}
    made.ok("create", "--force", "clusters")
    text = changes(made)
    assert text[0].startswith("kind delete cluster --name a ")
    assert [each for each in text if each.startswith("kind create cluster --name a ")]
    assert not [each for each in text if each.startswith("k3d cluster")]


def test_another_number_of_nodes_or_image_is_a_difference(made):
    made.define(
        a='subnet: "41/4", provider: kind, v4Enabled: true, group: g, zone: east, image: other:1',
        b='subnet: "51/5", provider: k3d, v4Enabled: true, group: g, nodes: 2, '
        "podCIDR: 10.5.0.0/17, serviceCIDR: 10.5.128.0/17",
    )
    done = made.run("create", "clusters")
    assert "a is made of kindest/node:v1.35.0, and defined with other:1" in done.stderr
    assert "b has 1 node, and is defined with 2" in done.stderr


def test_the_same_name_at_the_other_provider_is_a_difference(made):  # defect 23
    made.define(a='subnet: "41/4", provider: k3d, v4Enabled: true')
    done = made.run("create", "clusters")
    assert done.status == 2
    assert "a is a cluster of kind, and defined as one of k3d" in done.stderr
    made.ok("create", "--force", "clusters")
    assert {*made.nodes} == {"k3d-a-server-0", "k3d-b-server-0"}


def test_a_cluster_that_does_not_answer_is_asked_about(made, api):
    api.close()
    done = made.run("create", "clusters", "a")
    assert "a does not answer: it is deleted and made anew" in done.stderr
    assert done.status == 2


@pytest.mark.parametrize(("answer", "status"), [("y", 0), ("n", 130)])
def test_at_a_terminal_it_asks(made, api, answer, status):
    api.answers["a"] = {KUBERNETES: {"spec": {"clusterIP": "10.96.0.1"}}}
    outer, inner = pty.openpty()
    os.write(outer, f"{answer}\n".encode())
    process = subprocess.Popen(
        [*LOCALCLUSTER, "create", "clusters", "a"],
        cwd=made.work,
        env=made.environment,
        stdin=inner,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said, _ = process.communicate(timeout=120)
    os.close(outer)
    os.close(inner)
    assert process.returncode == status, said
    assert "Shall that be done? [y/N]" in said
    deleted = [text for text in changes(made) if text.startswith("kind delete")]
    assert len(deleted) == (1 if answer == "y" else 0)


def test_a_cluster_that_was_never_finished_is_asked_about(made, api):
    """Its making was interrupted: a node is there, and neither a context nor an API server."""
    made.kubeconfig.unlink()
    api.close()
    done = made.run("create", "clusters", "a")
    assert done.status == 2
    assert "a does not answer: it is deleted and made anew" in done.stderr
