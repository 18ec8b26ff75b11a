"""`repair`: after Docker has restarted, everything points to where nodes are now."""

from __future__ import annotations

import json

import pytest
import yaml

HELP = "  link-gen    Outputs the link\n"


@pytest.fixture
def made(world, api):
    (world.fakes / "linkerd-help").write_text(HELP)
    world.define(
        a='subnet: "41/4", provider: kind, v4Enabled: true, group: g',
        b='subnet: "51/5", provider: k3d, v4Enabled: true, group: g',
        c='subnet: "61/6", provider: kind, v4Enabled: true, links: [{to: a, gateway: true}]',
    )
    world.created("-j1")
    address = {name: node["v4"] for name, node in world.nodes.items()}
    url = {name: f"https://{address[node]}:6443" for name, node in NODES.items()}
    api.links = {
        "a": {"b": (url["b"], "")},
        "b": {"a": (url["a"], "")},
        "c": {"a": (url["a"], "10.0.0.1")},
    }
    world.forget()
    return world


NODES = {"a": "a-control-plane", "b": "k3d-b-server-0", "c": "c-control-plane"}


def change(world, **changes):
    file = world.fakes / "world.json"
    data = json.loads(file.read_text())
    for name, change in changes.items():
        data["nodes"][NODES[name]] |= change
    file.write_text(json.dumps(data))


def servers(world):
    config = yaml.safe_load(world.kubeconfig.read_text())
    return {each["name"]: each["cluster"]["server"] for each in config["clusters"]}


def swapped(world):
    """Swap the addresses of a and b, as Docker may at a restart."""
    a, b = (world.nodes[NODES[name]]["v4"] for name in ("a", "b"))
    change(world, a={"v4": b}, b={"v4": a})
    return {"a": b, "b": a}


def texts(world, *beginning):
    return sorted(call.text for call in world.calls(*beginning))


def test_where_nothing_has_moved_only_routes_are_set_again(made):
    made.ok("repair", "clusters")
    changes = [c.text for c in made.recorded() if c.argv[0] != "docker" or c.argv[1] == "exec"]
    assert all(" ip route replace " in text or "--help" in text for text in changes)


def test_contexts_and_links_follow_nodes_that_have_moved(made):  # defect 35
    now = swapped(made)
    made.ok("repair", "clusters")
    assert servers(made)["kind-a"] == f"https://{now['a']}:6443"
    assert servers(made)["k3d-b"] == f"https://{now['b']}:6443"
    links = [t for t in texts(made, "linkerd") if "link-gen" in t]
    assert links == sorted(
        [
            f"linkerd --context a multicluster link-gen --cluster-name a --gateway=false"
            f" --api-server-address https://{now['a']}:6443",
            f"linkerd --context a multicluster link-gen --cluster-name a"
            f" --api-server-address https://{now['a']}:6443",
            f"linkerd --context b multicluster link-gen --cluster-name b --gateway=false"
            f" --api-server-address https://{now['b']}:6443",
        ]
    )
    assert not [t for t in texts(made) if " install" in t or " create " in t or " delete " in t]


def test_an_old_route_gives_way_to_the_new_one(made):  # defect 5, defect 6, defect 35
    now = swapped(made)
    made.ok("repair", "clusters", "a", "b")
    assert texts(made, "docker", "exec") == [
        f"docker exec a-control-plane ip route replace 10.5.1.0/24 via {now['b']}",
        f"docker exec k3d-b-server-0 ip route replace 10.4.1.0/24 via {now['a']}",
    ]


def test_stopped_nodes_are_started_and_their_links_looked_at_then(made, api):
    change(made, a={"running": False})
    made.rule("docker start", times=1)
    moved = "https://127.0.0.9:6443"  # where the credentials say that a was
    api.links["b"] = {"a": (moved, "")}
    made.ok("repair", "clusters")
    order = [c.text for c in made.recorded()]
    started = order.index("docker start a-control-plane")
    linked = [n for n, t in enumerate(order) if "link-gen --cluster-name a" in t]
    assert linked
    assert linked[0] > started


def test_without_linkerd_there_are_no_links_to_mend(made):
    (made.bin / "linkerd").unlink()
    swapped(made)
    made.ok("repair", "clusters")


def test_none_of_the_clusters_is_there(world):
    done = world.run("repair", "clusters", "cdn")
    assert done.status == 1
    assert "none of these clusters is there: cdn" in done.stderr
    assert "./localcluster create clusters cdn" in done.stderr
