"""`info` and `doctor`: what is there -> a table or JSON."""

from __future__ import annotations

import json
import re
import shutil
import time

import pytest

from helpers.localcluster import doctor
from helpers.localcluster.doctor import Grade
from tests.localcluster.commands.conftest import REPO

INFO = {
    "ServerVersion": "29.1.2",
    "OperatingSystem": "Debian GNU/Linux 12",
    "CgroupVersion": "2",
    "MemTotal": 16 << 30,
}
VERSIONS = {
    "kubectl version": "Client Version: v1.35.0\n",
    "kind version": "kind v0.32.0 go1.26 linux/amd64\n",
    "k3d version": "k3d version v5.9.0\n",
    "helm version": "v4.1.0+g1234\n",
    "linkerd version": "version-2.20.1\n",
    "jq --version": "jq-1.7.1\n",
}
REQUIRED = re.findall(
    r"@require (\S+) (?:>=(\d+)\.(\d+))?",
    (REPO / "runbooks/demosh/check-requirements.sh").read_text(),
)
"""What the runbooks here need: a program, and the least version that will do, if there is one."""


class TestInfo:
    def test_clusters_as_they_are_defined_and_whether_they_are_there(self, world):
        world.ok("create", "clusters", "faces")
        head, faces, smiley = world.ok("info", "clusters", "faces", "smiley").stdout.splitlines()
        assert head.split() == [
            "NAME", "PROVIDER", "STATE", "NODES", "PODS", "SERVICES", "POOLS", "GROUP",
        ]  # fmt: skip
        address = world.nodes["faces-control-plane"]["v4"]  # it has no IPv6 of its own
        assert faces.split() == [
            "faces", "kind", "running", address, "10.10.1.0/24", "10.10.2.0/24",
            "172.16.100.160/28", "face",
        ]  # fmt: skip
        assert smiley.split()[:4] == ["smiley", "kind", "absent", "-"]

    def test_the_documentation_shows_what_is_told_without_docker(self, world):
        page = (REPO / "docs" / "localcluster.md").read_text()
        words, shown = re.search(r"\$ \./localcluster (info .*)\n((?:.+\n)+?)```", page).groups()
        world.rule("docker", status=1, error="Cannot connect to the Docker daemon\n")
        assert world.ok(*words.split()).stdout == shown
        assert not world.calls("docker")

    def test_seven_clusters_fit_a_stage(self, world):
        world.ok("create", "clusters", "smiley-dr")
        assert max(map(len, world.ok("info", "clusters").stdout.splitlines())) <= 100

    def test_a_zone_and_both_families_are_shown_where_there_are_any(self, world):
        world.define(a='subnet: "41/4", provider: kind, v4Enabled: true, v6Enabled: true, zone: e')
        world.ok("create", "clusters")
        head, row = world.ok("info", "clusters").stdout.splitlines()
        assert (head.split()[-1], row.split()[-1]) == ("ZONE", "e")
        assert row.split()[3] == "{v4},{v6}".format(**world.nodes["a-control-plane"])

    def test_json_has_it_all(self, world):
        world.ok("create", "clusters", "cdn")
        (cdn,) = json.loads(world.ok("info", "--format", "json", "clusters", "cdn").stdout)
        address = world.nodes["k3d-cdn-server-0"]["v4"]
        assert cdn == {
            "name": "cdn",
            "provider": "k3d",
            "state": "running",
            "server": f"https://{address}:6443",
            "nodes": {"k3d-cdn-server-0": [address, world.nodes["k3d-cdn-server-0"]["v6"]]},
            "pods": ["10.9.1.0/24"],
            "services": ["10.9.2.0/24"],
            "pools": ["172.16.100.144/28"],
            "group": None,
            "zone": None,
            "links": [{"to": "faces", "gateway": True}, {"to": "faces-dr", "gateway": True}],
            "routes": [],
            "folder": "clusters/cdn",
        }

    def test_an_ipv6_server_stands_in_brackets(self, world):  # defect 19
        world.define(a='subnet: "41/4", provider: kind, v6Enabled: true')
        world.ok("create", "clusters")
        (a,) = json.loads(world.ok("info", "--format", "json", "clusters").stdout)
        assert a["server"] == f"https://[{world.nodes['a-control-plane']['v6']}]:6443"

    def test_a_container_is_not_taken_for_the_network_of_its_name(self, world):  # defect 22
        node = {"number": 2, "v4": "172.18.0.2", "v6": "", "running": True, "image": "x"}
        subnet = {"Subnet": "172.18.0.0/16", "Gateway": "172.18.0.1"}
        data = {"nodes": {"kind": {**node, "labels": {}}}, "networks": {"kind": [subnet]}}
        (world.fakes / "world.json").write_text(json.dumps(data))
        (cdn,) = json.loads(world.ok("info", "--format", "json", "clusters", "cdn").stdout)
        assert cdn["pools"] == ["172.18.255.144/28"]

    def test_a_node_that_goes_between_two_questions_is_not_there(self, world):
        world.ok("create", "clusters", "faces", "smiley")
        gone = "Error response from daemon: No such container: faces-control-plane\n"
        left = json.dumps(
            {
                "Name": "/smiley-control-plane",
                "State": {"Running": True},
                "Config": {
                    "Image": "x",
                    "Labels": {
                        "io.x-k8s.kind.cluster": "smiley",
                        "io.x-k8s.kind.role": "control-plane",
                    },
                },
            }
        )
        world.rule("docker inspect", status=1, print=left + "\n", error=gone)
        faces, smiley = json.loads(
            world.ok("info", "--format", "json", "clusters", "faces", "smiley").stdout
        )
        assert (faces["state"], smiley["state"]) == ("absent", "running")

    def test_a_network_that_goes_between_two_questions_is_not_there(self, world):
        world.ok("create", "clusters", "faces")
        error = "Error response from daemon: network net-kind not found\n"
        world.rule("docker network inspect", status=1, error=error)
        assert world.ok("info", "clusters", "faces").stdout

    def test_a_docker_that_fails_otherwise_is_an_error(self, world):
        world.ok("create", "clusters", "faces")
        world.rule("docker inspect", status=1, error="No such object: a\nunexpected EOF\n")
        done = world.run("info", "clusters")
        assert (done.status, "unexpected EOF" in done.stderr) == (3, True)

    def test_networks_of_similar_names_are_others(self, world):
        (world.work / "clusters" / "network.yaml").write_text(
            "name: a.b\nsubnets: [10.77.0.0/24]\n"
        )
        data = {"networks": {"axb": [{"Subnet": "10.99.0.0/16"}]}}
        (world.fakes / "world.json").write_text(json.dumps(data))
        (cdn,) = json.loads(world.ok("info", "--format", "json", "clusters", "cdn").stdout)
        assert cdn["pools"] == ["10.77.0.144/28"]

    def test_it_changes_nothing(self, world):
        world.ok("info", "clusters")
        assert {call.text.split()[1] for call in world.recorded()} <= {"ps", "network", "inspect"}


@pytest.fixture
def well(world):
    """A machine on which all is well."""
    return otherwise_well(world)


def otherwise_well(world):
    """Let all be well that there is no rule for yet."""
    world.rule("docker info", print=json.dumps(INFO), instead=True)
    for match, said in VERSIONS.items():
        world.rule(match, print=said, instead=True)
    return world


def bad(world):
    """What the doctor finds bad, by what it is about."""
    done = world.run("doctor", "--format", "json")
    findings = [f for f in json.loads(done.stdout) if f["about"] != "inotify"]
    graved = [f for f in json.loads(done.stdout) if f["grade"] == "bad"]
    assert done.status == (1 if graved else 0), done.stdout
    return {f["about"]: f"{f['says']}: {f['mend']}" for f in findings if f["grade"] == "bad"}


class TestDoctor:
    def test_a_dry_run_tells_what_it_would_look_at_in_either_format(self, well):
        lines = well.ok("doctor", "--dryrun").stdout.splitlines()
        told = json.loads(well.ok("doctor", "--dryrun", "--format", "json").stdout)
        assert lines == [f"{one['about']}: {one['looks']}" for one in told]
        assert [one["about"] for one in told] == list(doctor.CHECKS)
        assert not well.calls("docker")

    def test_where_all_is_well_it_says_so(self, well):
        assert bad(well) == {}
        text = well.run("doctor").stdout
        assert "✓ docker: 29.1.2 on Debian GNU/Linux 12\n" in text
        assert "✓ memory: 16.0 GiB where Docker runs\n" in text
        assert "✓ linkerd: 2.20.1\n" in text

    @pytest.mark.parametrize(
        ("program", "version", "said"),
        [
            ("linkerd", "stable-2.14.10", "supports Kubernetes 1.32 at most"),
            ("linkerd", "enterprise-2.18.3", "supports Kubernetes 1.32 at most"),
            ("linkerd", "edge-25.3.4", "supports Kubernetes 1.32 at most"),
            ("linkerd", "edge-26.8.3", ""),
            ("kind", "kind v0.29.0 go1.23", "0.30 or newer"),
            ("kubectl", "Client Version: v1.30.2", "1.31 or newer"),
            ("k3d", "k3d version v5.7.9\nk3s version v1.25", "5.8 or newer"),
            ("helm", "v3.13.0", "3.14 or newer"),
        ],
    )
    def test_versions_that_do_not_go_together(self, world, program, version, said):
        world.rule(f"{program} version", print=version, instead=True)
        found = bad(otherwise_well(world))
        assert set(found) == ({program} if said else set())
        assert said in found.get(program, "")

    @pytest.mark.parametrize(
        ("change", "about", "said"),
        [
            ({"OperatingSystem": "Docker Desktop"}, "docker", "OrbStack"),
            ({"CgroupVersion": "1"}, "docker", "cgroup v1"),
            ({"MemTotal": 2 << 30}, "memory", "seven clusters want 8 GiB"),
            ({"ServerVersion": "", "ServerErrors": ["no daemon"]}, "docker", "no daemon"),
        ],
    )
    def test_a_docker_that_will_not_do(self, world, change, about, said):
        world.rule("docker info", print=json.dumps(INFO | change), instead=True)
        found = bad(otherwise_well(world))
        assert set(found) == {about}
        assert said in found[about]

    def test_no_docker_at_all(self, well):
        """Beside the real programs of this machine, but for a real docker."""
        (well.bin / "docker").unlink()
        for name in ("python3", "bash", "sh"):
            (well.bin / name).symlink_to(shutil.which(name))
        well.extra["PATH"] = str(well.bin)
        assert bad(well)["docker"].startswith("is not on PATH: install it: https://docs.docker.com")

    def test_the_network_of_the_definitions_is_looked_at(self, well):
        (well.work / "clusters" / "network.yaml").write_text(
            "name: meadow\nsubnets: [10.77.0.0/24]\n"
        )
        data = {"networks": {"meadow": [{"Subnet": "10.77.0.0/16"}], "kind": []}}
        (well.fakes / "world.json").write_text(json.dumps(data))
        said = well.run("doctor", "clusters").stdout
        assert "! network: meadow has no range for nodes in 10.77.0.0/16" in said
        assert "network: kind" not in said

    def test_a_missing_program(self, well):
        (well.bin / "k3d").unlink()
        assert bad(well) == {"k3d": "is not on PATH: install it: https://k3d.io"}

    def test_inotify_s_limits(self, tmp_path):
        (tmp_path / "max_user_watches").write_text("524288\n")
        (tmp_path / "max_user_instances").write_text("128\n")
        watches, instances = doctor.inotify(doctor.Machine(None, None), tmp_path)
        assert (watches.grade, instances.grade) == (Grade.GOOD, Grade.BAD)
        assert instances.mend == "sudo sysctl fs.inotify.max_user_instances=512"

    def test_inotify_s_limits_where_there_are_none(self, tmp_path):
        watches, _ = doctor.inotify(doctor.Machine(None, None), tmp_path)
        assert str(watches) == f"? inotify: not looked at: there is no {tmp_path}/max_user_watches"

    @pytest.mark.parametrize(("program", "major", "minor"), REQUIRED, ids=str)
    def test_what_the_runbooks_need_is_looked_for(self, world, program, major, minor):
        if minor:
            old = f"{major}.{int(minor) - 1}.9"
            world.rule("docker info", print=json.dumps(INFO | {"ServerVersion": old}), instead=True)
            world.rule(f"{program} version", print=f"v{old}", instead=True)
            assert f"install {major}.{minor} or newer" in bad(otherwise_well(world))[program]
        else:
            assert f"✓ {program}: " in otherwise_well(world).run("doctor").stdout

    def test_what_cannot_be_looked_at_is_told_with_the_reason(self, world):
        world.rule("docker", status=1, error="Cannot connect to the Docker daemon\n", instead=True)
        said = world.run("doctor").stdout
        assert "? memory: not looked at: Docker does not answer\n" in said
        for about in ("network", "clusters"):
            reason = "Docker cannot be asked: Cannot connect to the Docker daemon"
            assert f"? {about}: not looked at: {reason}\n" in said

    def test_what_is_unknown_is_no_failure(self, world):
        elsewhere = INFO | {"KernelVersion": "6.1"}
        world.rule("docker info", print=json.dumps(elsewhere), instead=True)
        assert bad(otherwise_well(world)) == {}
        assert (
            "? inotify: not looked at: Docker runs on a machine of its own, with its own limits\n"
        ) in world.run("doctor").stdout

    def test_clusters_and_the_network_are_told_of_where_all_is_well(self, well):
        said = well.run("doctor").stdout
        assert "✓ network: there is no kind yet; create makes it\n" in said
        assert "✓ clusters: there are none\n" in said
        well.ok("create", "clusters", "cdn", "faces")
        said = well.run("doctor").stdout
        assert "✓ clusters: cdn, faces run where the kubeconfig says\n" in said

    def test_a_cluster_that_the_kubeconfig_does_not_name(self, well):
        well.ok("create", "clusters", "cdn")
        well.kubeconfig.write_text("")
        said = well.run("doctor").stdout
        assert "? cdn: not looked at: the kubeconfig has no context of its name\n" in said

    def test_clusters_that_docker_has_moved(self, well):
        well.ok("create", "clusters", "cdn")
        world_file = well.fakes / "world.json"
        address = well.nodes["k3d-cdn-server-0"]["v4"]
        world_file.write_text(world_file.read_text().replace(address, "172.16.100.60"))
        assert "localcluster repair" in bad(well)["cdn"]

    def test_a_network_without_a_range_for_nodes_is_doubtful(self, well):  # defect 16
        data = {"networks": {"kind": [{"Subnet": "172.18.0.0/16"}]}}
        (well.fakes / "world.json").write_text(json.dumps(data))
        assert (
            "! network: kind has no range for nodes in 172.18.0.0/16" in well.run("doctor").stdout
        )


def test_a_load_balancer_is_no_node_unless_nothing_else_is_left(world):
    """kind and k3d refuse a cluster of a name that any container bears."""
    world.ok("create", "clusters", "cdn")
    file = world.fakes / "world.json"
    data = json.loads(file.read_text())
    server = data["nodes"]["k3d-cdn-server-0"]
    labels = {"k3d.cluster": "cdn", "k3d.role": "loadbalancer"}
    data["nodes"]["k3d-cdn-serverlb"] = {**server, "image": "k3d-proxy", "labels": labels}
    file.write_text(json.dumps(data))
    (cdn,) = json.loads(world.ok("info", "--format", "json", "clusters", "cdn").stdout)
    assert list(cdn["nodes"]) == ["k3d-cdn-server-0"]
    del data["nodes"]["k3d-cdn-server-0"]
    file.write_text(json.dumps(data))
    done = world.run("create", "clusters", "cdn")
    assert done.status == 2
    assert "cdn is made of k3d-proxy" in done.stderr
    world.ok("delete", "clusters", "cdn")
    assert world.nodes == {}


def test_what_is_terminated_while_it_asks_docker_ends_the_question(world):
    world.rule("docker ps", sleep=300)
    process = world.popen("info", "clusters")
    until = time.monotonic() + 60
    while not world.recorded() and time.monotonic() < until:
        time.sleep(0.02)
    assert world.recorded(), "it did not ask"
    process.terminate()
    # Docker's fake has the same output, so that this ends when both have ended.
    assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 143
