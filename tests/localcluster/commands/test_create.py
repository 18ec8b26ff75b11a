"""`create`: definitions and what is there -> lines, and what becomes of them."""

from __future__ import annotations

import os
import subprocess

import pytest
import yaml

V4 = 'subnet: "{0}1/{0}", provider: {1}, v4Enabled: true'
DUAL = 'subnet: "{0}1/{0}", provider: {1}, v4Enabled: true, v6Enabled: true'
V6 = 'subnet: "{0}1/{0}", provider: {1}, v6Enabled: true'


def spec(text, number, provider="kind", more=""):
    return text.format(number, provider) + (f", {more}" if more else "")


def line(plan, beginning):
    found = [str(a.line) for a in plan.actions if str(a.line).startswith(beginning)]
    assert len(found) == 1, f"{beginning} begins {len(found)} lines"
    return found[0]


def beside(action):
    """Return all that an action waits for, directly or not."""
    found = set()
    for needed in action.after:
        found |= {needed} | beside(needed)
    return found


class TestPlan:
    def test_kind(self, planned):
        text = line(planned("create", "faces"), "kind create")
        head, _, config = text.partition("\n")
        assert head == (
            "kind create cluster --name faces --image kindest/node:v1.35.0 "
            "--kubeconfig clusters/faces/kubeconfig --config - <<'EOF'"
        )
        assert yaml.safe_load(config.removesuffix("EOF")) == {
            "kind": "Cluster",
            "apiVersion": "kind.x-k8s.io/v1alpha4",
            "networking": {
                "apiServerPort": -1,
                "ipFamily": "ipv4",
                "podSubnet": "10.10.1.0/24",
                "serviceSubnet": "10.10.2.0/24",
            },
            "nodes": [{"role": "control-plane"}],
        }

    def test_k3d(self, planned):
        head, _, config = line(planned("create", "cdn"), "k3d cluster").partition("\n")
        assert head == "k3d cluster create --config - <<'EOF'"
        config = yaml.safe_load(config.removesuffix("EOF"))
        assert config["network"] == "kind"
        assert config["options"]["kubeconfig"]["updateDefaultKubeconfig"] is False
        arguments = [each["arg"] for each in config["options"]["k3s"]["extraArgs"]]
        assert arguments == [
            "--cluster-cidr=10.9.1.0/24",
            "--service-cidr=10.9.2.0/24",
            "--disable=servicelb,traefik,metrics-server",
        ]

    def test_a_definition_s_zone_nodes_and_image_reach_the_provider(self, planned):
        more = (
            "zone: east, nodes: 3, image: mine:1, podCIDR: 10.1.0.0/17, serviceCIDR: 10.1.128.0/17"
        )
        plan = planned("create", specs={"a": spec(V4, 4, more=more)})
        text = line(plan, "kind create")
        assert " --image mine:1 " in text
        nodes = yaml.safe_load(text.partition("\n")[2].removesuffix("EOF"))["nodes"]
        assert [node["role"] for node in nodes] == ["control-plane", "worker", "worker"]
        assert all(n["labels"] == {"topology.kubernetes.io/zone": "east"} for n in nodes)
        plan = planned("create", specs={"a": spec(V4, 4, "k3d", more)})
        config = yaml.safe_load(line(plan, "k3d cluster").partition("\n")[2].removesuffix("EOF"))
        assert (config["agents"], config["image"]) == (2, "mine:1")
        label = {"label": "topology.kubernetes.io/zone=east", "nodeFilters": ["all"]}
        assert config["options"]["k3s"]["nodeLabels"] == [label]

    def test_dual_stack_is_ipv4_first_and_the_server_s_address_of_that_family(self, planned):
        plan = planned("create", specs={"a": spec(DUAL, 4), "b": spec(DUAL, 5, "k3d")})
        assert 'podSubnet: "10.4.1.0/24,fd00:41:1::/64"' in line(plan, "kind create")
        k3d = line(plan, "k3d cluster create")
        assert "--cluster-cidr=10.5.1.0/24,fd00:51:1::/64" in k3d
        assert "--flannel-iface=eth0" in k3d  # k3s's own way to both node addresses  # defect 19
        servers = [str(a.line) for a in plan.actions if "set-cluster" in str(a.line)]
        assert all(
            '"https://$NODE:6443"' in server and ".IPAddress}}" in server for server in servers
        )

    def test_an_ipv6_server_stands_in_brackets(self, planned):  # defect 19
        plan = planned("create", specs={"a": spec(V6, 4)})
        (server,) = [str(a.line) for a in plan.actions if "set-cluster" in str(a.line)]
        assert server.endswith('set-cluster kind-a --server "https://[$NODE]:6443"')
        assert ".GlobalIPv6Address}}" in server

    def test_a_node_s_address_is_that_on_the_network_and_asked_for_when_it_runs(self, planned):
        (server,) = [
            str(a.line) for a in planned("create", "cdn").actions if "set-cluster" in str(a.line)
        ]
        assert server.startswith(  # defect 20, defect 3
            """NODE=$(docker inspect -f '{{(index .NetworkSettings.Networks "kind").IPAddress}}' """
            "k3d-cdn-server-0) && [[ $NODE == *[.:]* ]] && kubectl "
        )

    def test_the_network_has_subnets_and_a_range_for_nodes_outside_the_pools(self, planned):
        assert line(planned("create", "cdn"), "docker network") == (  # defect 16
            "docker network create"
            " --subnet=172.16.100.0/24 --ip-range=172.16.100.0/26 --gateway=172.16.100.1"
            " --subnet=fd5c:6c8f:2a1e:64::/64 --ip-range=fd5c:6c8f:2a1e:64::/112"
            " --gateway=fd5c:6c8f:2a1e:64::1 --ipv6 kind"
        )

    def test_nothing_is_deleted_first(self, planned):  # defect 4
        assert not [a for a in planned("create").actions if "delete" in str(a.line)]

    def test_metallb_comes_to_both_providers_pinned_and_without_frr(self, planned):
        plan = planned("create", "faces", "cdn")
        charts = [a for a in plan.actions if str(a.line).startswith("helm")]
        assert [a.about for a in charts] == ["faces", "cdn"]  # defect 27
        assert str(charts[0].line) == (  # defect 24
            "helm upgrade --install metallb metallb --repo https://metallb.github.io/metallb"
            " --version 0.16.1 --kube-context faces --namespace metallb"
            " --set frrk8s.enabled=false,speaker.frr.enabled=false"
        )

    def test_pools_wait_for_controller_speaker_and_webhook(self, planned):  # defect 25
        plan = planned("create", "cdn")
        (pools,) = [a for a in plan.actions if "IPAddressPool" in str(a.line)]
        before = " ".join(str(action.line) for action in beside(pools))
        assert "rollout status deployment/metallb-controller" in before
        assert "rollout status daemonset/metallb-speaker" in before
        assert "pod-security.kubernetes.io/enforce: privileged" in before
        assert pools.line.tries > 1

    def test_pools_are_advertised_and_in_the_line_not_in_a_file(self, planned):  # defect 26
        (pools,) = [
            a.line for a in planned("create", "cdn").actions if "IPAddressPool" in str(a.line)
        ]
        pool, advertisement = yaml.safe_load_all(pools.stdin)
        assert pool["spec"]["addresses"] == ["172.16.100.144/28"]
        assert advertisement["kind"] == "L2Advertisement"
        assert advertisement["spec"]["ipAddressPools"] == [pool["metadata"]["name"]]

    def test_clusters_are_made_side_by_side_after_the_network(self, planned):
        plan = planned("create")
        network, *_ = plan.actions
        made = [a for a in plan.actions if a.why == "the cluster"]
        assert len(made) == 7
        assert all(action.after == (network,) for action in made)
        files = {a.about: str(a.line) for a in plan.actions if "kubeconfig add" in str(a.line)}
        assert len(set(files.values())) == 7, "each has a kubeconfig of its own meanwhile"

    def test_what_is_one_cluster_s_waits_for_no_other(self, planned):
        plan = planned("create")
        for action in plan.actions:
            if "route" not in str(action.line):
                assert {needed.about for needed in beside(action)} <= {action.about, ""}

    def test_an_order_one_by_one_is_an_order_in_which_it_can_be_run(self, planned):
        done = set()
        for action in planned("create").actions:
            assert set(action.after) <= done
            done.add(action)


class TestRun:
    def test_makes_what_is_missing(self, world):
        world.ok("create", "clusters", "smiley", "cdn")
        assert {*world.nodes} == {"smiley-control-plane", "k3d-cdn-server-0"}
        config = yaml.safe_load(world.kubeconfig.read_text())
        servers = {each["name"]: each["cluster"]["server"] for each in config["clusters"]}
        address = {name: node["v4"] for name, node in world.nodes.items()}
        assert servers == {
            "work": "https://work.example:6443",
            "kind-smiley": f"https://{address['smiley-control-plane']}:6443",
            "k3d-cdn": f"https://{address['k3d-cdn-server-0']}:6443",
        }
        assert config["current-context"] == "work"
        left = [p.name for p in (world.work / "clusters" / "smiley").iterdir()]
        assert "kubeconfig" not in left, "the one for a while has gone"

    def test_rewrites_no_file_of_the_definitions(self, world):  # defect 26
        def texts():
            return {p: p.read_bytes() for p in (world.work / "clusters").rglob("*") if p.is_file()}

        before = texts()
        world.ok("create", "clusters", "smiley", "cdn")
        assert texts() == before

    def test_the_printed_plan_pasted_into_bash_does_what_the_run_does(self, world):
        world.define(a=spec(DUAL, 4, more="group: g"), b=spec(DUAL, 5, "k3d", "group: g"))
        script = world.ok("--dryrun", "create", "clusters").stdout
        assert world.recorded() == []
        argv = ["bash", "-e", "-c", script]
        subprocess.run(argv, cwd=world.work, env=world.environment, check=True, capture_output=True)
        pasted = sorted((call.text, call.stdin) for call in world.recorded())
        (world.fakes / "world.json").unlink()
        world.forget()
        world.ok("create", "clusters", "-j1")  # in the same order, for the same addresses
        ran = sorted((call.text, call.stdin) for call in world.recorded())
        reads = ("docker ps", "docker network ls", "docker network inspect")
        assert pasted == [call for call in ran if not call[0].startswith(reads)]
        assert len([text for text, _ in pasted if " route replace " in text]) == 4  # defect 3

    def test_routes_go_both_ways_between_the_new_and_what_is_there(self, world):
        world.ok("create", "clusters", "faces", "cdn")
        world.forget()
        world.ok("create", "clusters", "smiley")
        routes = sorted(call.text for call in world.calls("docker", "exec"))
        address = {name: node["v4"] for name, node in world.nodes.items()}
        assert routes == [
            "docker exec faces-control-plane ip route replace 10.11.1.0/24 via "
            f"{address['smiley-control-plane']}",
            "docker exec smiley-control-plane ip route replace 10.10.1.0/24 via "
            f"{address['faces-control-plane']}",
        ]

    def test_a_failed_creation_leaves_the_others_whole(self, world):  # defect 33
        world.rule("kind create .*--name color ", status=1, error="ERROR: too many open files\n")
        done = world.run("create", "clusters", "faces", "color", "smiley")
        assert done.status == 1
        assert {*world.nodes} == {"faces-control-plane", "smiley-control-plane"}
        pools = [c for c in world.calls("kubectl") if "IPAddressPool" in c.stdin]
        assert sorted(call.argv[2] for call in pools) == ["faces", "smiley"]
        routes = sorted(call.argv[2] for call in world.calls("docker", "exec"))
        assert routes == ["faces-control-plane", "smiley-control-plane"]
        assert "✗ color: kind create cluster --name color" in done.stderr
        assert "ended with 1" in done.stderr
        assert "fs.inotify.max_user_instances=512" in done.stderr
        assert "    ./localcluster create clusters faces color smiley\n" in done.stderr

    def test_docker_chooses_the_ports_of_this_machine(self, planned):
        """kind and k3d look for a free one, which another may have taken when a node is made."""
        for name, port in (("smiley", "apiServerPort: -1"), ("cdn", 'hostPort: "0"')):
            (made, *_) = [a for a in planned("create", name).actions if a.why == "the cluster"]
            assert port in made.line.stdin

    @pytest.mark.parametrize("address", ["", "invalid IP"])
    def test_no_address_gets_into_a_kubeconfig_but_a_node_s(self, world, address):
        """A node stops as soon as it is made: docker inspect succeeds, and has none."""
        world.rule("docker inspect -f", print=f"{address}\n", instead=True)
        done = world.run("create", "clusters", "smiley")
        assert done.status == 1
        assert not world.calls("kubectl", "--kubeconfig", "clusters/smiley/kubeconfig", "config",
                               "set-cluster")  # fmt: skip
        assert "smiley" not in world.kubeconfig.read_text()
        assert "its node has no address, so it does not run" in done.stderr

    def test_every_failure_is_one(self, world):  # defect 36
        world.rule("kubectl --kubeconfig .* rename-context", status=1)
        done = world.run("create", "clusters", "smiley")
        assert done.status == 1
        assert not world.calls("helm")

    def test_docker_that_cannot_be_asked_ends_it_before_anything(self, world):  # defect 36
        error = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.\n"
        world.rule("docker", status=1, error=error)
        done = world.run("create", "clusters", "smiley")
        assert done.status == 3
        assert (
            "localcluster: Docker cannot be asked: Cannot connect to the Docker daemon"
            in done.stderr
        )
        assert "start it (systemctl start docker, OrbStack, colima start)" in done.stderr
        assert "; --dryrun shows without Docker what is planned or defined\n" in done.stderr
        assert not world.calls("kind")

    def test_a_webhook_that_does_not_answer_at_once_is_tried_again(self, world):  # defect 25
        (world.bin / "sleep").write_text("#!/bin/sh\n")
        os.chmod(world.bin / "sleep", 0o755)
        error = 'failed calling webhook "ipaddresspoolvalidationwebhook.metallb.io"\n'
        world.rule("kubectl --context cdn apply -f -$", times=3, status=1, error=error)
        world.rule("kubectl .*wait nodes", times=2, status=1, error="no matching resources found\n")
        (world.fakes / "spent-0").write_text("2")  # the namespace is applied first, and passes
        world.run("create", "clusters", "cdn")
        assert len(world.calls("kubectl", "--context", "cdn", "wait")) == 3  # defect 20

    def test_what_a_program_prints_is_seen_while_it_runs(self, world):  # defect 28
        world.rule("kind create", print="Pulling …\n", sleep=0)
        world.rule("helm upgrade", print='Release "metallb" has been upgraded.\n')
        lines = world.ok("create", "clusters", "smiley").stdout.splitlines()
        assert "smiley | Pulling …" in lines
        assert 'smiley | Release "metallb" has been upgraded.' in lines
        begun = [number for number, text in enumerate(lines) if "$ kind create" in text]
        assert begun[0] < lines.index("smiley | Pulling …")

    @pytest.mark.parametrize("network", ["172.18.0.0/16", "10.200.0.0/24"])
    def test_a_network_that_is_there_is_used_as_it_is(self, world, network):  # defect 11
        gateway = network.replace(".0/", ".1/").partition("/")[0]
        subprocess.run(
            ["docker", "network", "create", f"--subnet={network}", f"--gateway={gateway}", "kind"],
            env=world.environment,
            check=True,
        )
        world.ok("create", "clusters", "cdn")
        assert len(world.calls("docker", "network", "create")) == 1
        (pools,) = [c for c in world.calls("kubectl") if "IPAddressPool" in c.stdin]
        pool, _ = yaml.safe_load_all(pools.stdin)
        assert pool["spec"]["addresses"][0].endswith(".144/28")
        assert pool["spec"]["addresses"][0].split(".")[0] == network.split(".")[0]

    def test_a_network_without_room_for_the_pools_is_an_error_before_anything(self, world):
        made = "docker network create --subnet=172.18.0.0/27 --gateway=172.18.0.1 kind"
        subprocess.run(made.split(), env=world.environment, check=True)
        done = world.run("create", "clusters", "cdn")
        assert done.status == 2
        assert "clusters/cdn/sma.yaml:" in done.stderr
        assert not world.calls("k3d")
