"""`delete`: clusters go, with all that points to them."""

from __future__ import annotations

import subprocess

import yaml


def contexts(world):
    return [each["name"] for each in yaml.safe_load(world.kubeconfig.read_text())["contexts"]]


def test_clusters_go_with_context_cluster_and_user_and_the_rest_stays(world):  # defect 31
    before = yaml.safe_load(world.kubeconfig.read_text())
    world.created("smiley", "cdn")
    assert contexts(world) == ["work", "smiley", "cdn"] or contexts(world) == [
        "work",
        "cdn",
        "smiley",
    ]
    world.ok("delete", "clusters", "smiley", "cdn")
    assert world.nodes == {}
    assert yaml.safe_load(world.kubeconfig.read_text()) == before


def test_peers_that_stay_forget_the_way(world):  # defect 31
    world.created("smiley", "faces", "color", "cdn")
    world.forget()
    world.ok("delete", "clusters", "smiley", "color")
    assert sorted(call.text for call in world.calls("docker", "exec")) == [
        "docker exec faces-control-plane ip route flush 10.11.1.0/24",
        "docker exec faces-control-plane ip route flush 10.12.1.0/24",
    ]


def test_on_a_machine_without_clusters_or_network_there_is_nothing_to_do(world):  # defect 21
    done = world.ok("delete", "--force", "clusters")
    assert "nothing to do" in done.stdout
    assert {call.argv[0] for call in world.recorded()} == {"docker"}


def test_all_are_not_deleted_without_a_question(world):
    """Where there is no terminal, that is known before anything is asked or done."""
    done = world.run("delete", "clusters")
    assert (done.status, done.stdout) == (2, "")
    assert done.stderr == (
        "Without names, all clusters of the definitions are deleted.\n"
        "localcluster: nothing was done: that destroys something, and there is no terminal to ask "
        "at; with --force it is done\n"
    )
    assert world.recorded() == []


def test_a_context_that_was_left_behind_goes_too(world):  # defect 31
    world.created("smiley")
    environment = world.environment
    subprocess.run(["kind", "delete", "cluster", "--name", "smiley"], env=environment, check=True)
    assert "smiley" in contexts(world)
    world.ok("delete", "clusters", "smiley")
    assert contexts(world) == ["work"]


def test_neither_provider_touches_the_kubeconfig_that_all_share(world):
    world.created("smiley", "cdn")
    script = world.ok("delete", "--dryrun", "clusters", "smiley", "cdn").stdout
    assert "kind delete cluster --name smiley --kubeconfig clusters/smiley/kubeconfig" in script
    assert (
        "touch clusters/cdn/kubeconfig && KUBECONFIG=clusters/cdn/kubeconfig "
        "k3d cluster delete cdn && rm clusters/cdn/kubeconfig" in script
    )
    world.ok("delete", "clusters", "smiley", "cdn")
    left = [p.name for n in ("smiley", "cdn") for p in (world.work / "clusters" / n).iterdir()]
    assert "kubeconfig" not in left


def test_what_another_provider_made_under_the_name_is_what_goes(world):  # defect 23
    world.define(a='subnet: "41/4", provider: kind, v4Enabled: true')
    world.created()
    world.define(a='subnet: "41/4", provider: k3d, v4Enabled: true')
    world.ok("delete", "clusters", "a")
    assert world.nodes == {}


def test_without_names_it_asks(world):  # defect 4
    world.created("smiley")
    done = world.run("delete", "clusters")
    assert (done.status, "with --force it is done" in done.stderr) == (2, True)
    assert {*world.nodes} == {"smiley-control-plane"}
    world.ok("delete", "--force", "clusters")
    assert world.nodes == {}
