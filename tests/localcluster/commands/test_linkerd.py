"""`certs`, `linkerd`, `group`, `link`: what the installed linkerd is called with."""

from __future__ import annotations

import pytest

NEW = "Available Commands:\n  link        (deprecated)\n  link-gen    Outputs the link\n"
OLD = "Available Commands:\n  link        Outputs the link\n"


@pytest.fixture(params=["link-gen", "link"])
def generation(request, world):
    (world.fakes / "linkerd-help").write_text(NEW if request.param == "link-gen" else OLD)
    return request.param


@pytest.fixture
def newest(world):
    (world.fakes / "linkerd-help").write_text(NEW)


def linkerd(world, *words):
    """Return the calls of linkerd that change something, and begin so after --context NAME."""
    calls = [call for call in world.calls("linkerd") if "--help" not in call.argv]
    return [call.text for call in calls if call.argv[3 : 3 + len(words)] == list(words)]


def test_certificates_are_made_once_and_only_where_they_are_missing(world):
    world.ok("certs", "clusters", "smiley", "faces")
    made = {p: p.read_bytes() for p in world.work.rglob("*.key")}
    assert {p.name for p in made} == {"root.key", "issuer.key"}
    assert all(p.stat().st_mode & 0o777 == 0o600 for p in made)
    assert world.recorded() == [], "certificates are no business of Docker's"
    again = world.ok("certs", "clusters", "smiley", "faces")
    assert "smiley, faces: nothing to do" in again.stdout
    assert {p: p.read_bytes() for p in world.work.rglob("*.key")} == made


def test_a_trust_anchor_under_others_issuers_stays(world):  # defect 9
    world.ok("certs", "clusters", "smiley", "faces")
    done = world.run("certs", "--force", "clusters", "smiley")
    assert done.status == 1
    assert "faces" in done.stderr
    world.ok("certs", "--force", "clusters", "smiley", "faces")


def test_linkerd_is_installed_under_the_certificates_and_checked(world, newest):
    world.created("smiley")
    world.forget()
    world.ok("linkerd", "clusters", "smiley")
    assert linkerd(world) == [
        "linkerd --context smiley install --crds",
        "linkerd --context smiley install --identity-trust-anchors-file certs/root.crt"
        " --identity-issuer-certificate-file clusters/smiley/issuer.crt"
        " --identity-issuer-key-file clusters/smiley/issuer.key",
        "linkerd --context smiley check",
    ]
    applied = [c for c in world.calls("kubectl") if c.argv[-2:] == ["-f", "-"]]
    assert [c.stdin for c in applied] == [f"# from {text}\n" for text in linkerd(world)[:2]]


def test_gateway_api_comes_first_where_linkerd_wants_it(world, generation):  # defect 34
    world.created("smiley")
    world.ok("linkerd", "clusters", "smiley")
    resources = [c.text for c in world.calls("kubectl") if "gateway-api" in c.text]
    wanted = (
        "kubectl --context smiley apply --server-side -f https://github.com/kubernetes-sigs/"
        "gateway-api/releases/download/v1.2.1/standard-install.yaml"
    )
    assert resources == ([wanted] if generation == "link-gen" else [])


def test_a_cluster_with_ipv6_has_linkerd_with_ipv6(planned):  # defect 29
    for families, wanted in (
        ("v4Enabled: true", False),
        ("v4Enabled: true, v6Enabled: true", True),
        ("v6Enabled: true", True),
    ):
        plan = planned("linkerd", specs={"a": f'subnet: "41/4", provider: kind, {families}'})
        (control,) = [str(a.line) for a in plan.actions if "identity" in str(a.line)]
        assert ("--set disableIPv6=false" in control) is wanted
        assert "disableIPv6=true" not in control


def test_a_failing_half_of_a_pair_is_a_failure_and_named(world, newest):  # defect 28
    world.created("smiley")
    world.rule("linkerd --context smiley install --crds", status=2, error="no such template\n")
    done = world.run("linkerd", "clusters", "smiley")
    assert done.status == 1
    assert "linkerd | kubectl: linkerd ended with 2, kubectl with 1" in done.stderr
    assert "smiley | no such template" in done.stdout
    assert not linkerd(world, "check")


def test_a_group_is_linked_from_pod_to_pod_both_ways(world, generation):  # defect 30
    world.created("faces", "smiley")
    address = {name: node["v4"] for name, node in world.nodes.items()}
    world.ok("group", "clusters", "smiley")
    verb = generation
    assert sorted(linkerd(world, "multicluster", verb)) == [
        f"linkerd --context {name} multicluster {verb} --cluster-name {name} --gateway=false"
        f" --api-server-address https://{address[f'{name}-control-plane']}:6443"
        for name in ("faces", "smiley")
    ]
    applied = {c.stdin.strip(): c.argv[2] for c in world.calls("kubectl") if "link" in c.stdin}
    for text in linkerd(world, "multicluster", verb):
        source = "smiley" if "--context faces" in text else "faces"
        assert applied[f"# from {text}"] == source


def test_each_link_has_a_controller_where_linkerd_leaves_that_to_us(world, generation):
    world.created("faces", "smiley")
    world.ok("group", "clusters", "smiley")
    controllers = {
        "link-gen": " --set controllers[0].link.ref.name=faces"
        " --set controllers[0].gateway.enabled=false",
        "link": "",
    }
    assert (
        f"linkerd --context smiley multicluster install --gateway=false{controllers[generation]}"
    ) in linkerd(world, "multicluster", "install")


def test_all_pairs_of_a_group_and_no_other(planned):
    plan = planned("group", "faces", "cdn")
    pairs = [(a.about, a.why.split()[2].rstrip(",")) for a in plan.actions if "linked to" in a.why]
    others = ("color", "color-b", "smiley")
    assert sorted(pairs) == sorted([(o, "faces") for o in others] + [("faces", o) for o in others])


def test_clusters_without_a_group_are_not_a_group(planned):  # defect 8
    specs = {
        name: f'subnet: "{n}1/{n}", provider: kind, v4Enabled: true'
        for name, n in (("east", 4), ("west", 5))
    }
    with pytest.raises(Exception, match="nothing to link"):
        planned("group", specs=specs)
    assert not planned("route", specs=specs).actions


def test_a_gateway_link_waits_for_the_gateway_s_address(world, generation):  # defect 30
    world.created("faces", "cdn")
    node = world.nodes["faces-control-plane"]["v4"]
    world.forget()
    world.ok("link", "clusters", "--src", "cdn", "--dst", "faces", "--gateway")
    texts = [call.text for call in world.recorded()]
    waited = texts.index(
        "kubectl --context faces -n linkerd-multicluster wait service/linkerd-gateway"
        " --for=jsonpath={.status.loadBalancer.ingress[0].ip} --timeout=5m"
    )
    linked = texts.index(
        f"linkerd --context faces multicluster {generation} --cluster-name faces"
        f" --api-server-address https://{node}:6443"
    )
    assert waited < linked
    installs = {t.split()[2]: t for t in linkerd(world, "multicluster", "install")}
    assert "--gateway=false" not in installs["faces"]
    assert "--gateway=false" in installs["cdn"]


def test_a_link_between_groups_from_pod_to_pod_has_routes(world, newest):
    world.created("cdn", "smiley-dr")
    world.forget()
    world.ok("link", "clusters", "--src", "cdn", "--dst", "smiley-dr")
    routes = [call.text.split(" via ")[0] for call in world.calls("docker", "exec")]
    assert sorted(routes) == [
        "docker exec k3d-cdn-server-0 ip route replace 10.8.1.0/24",
        "docker exec k3d-smiley-dr-server-0 ip route replace 10.9.1.0/24",
    ]


def test_a_link_to_what_is_not_there_says_how_to_make_it(world, newest):
    world.created("cdn")
    done = world.run("link", "clusters", "--src", "cdn", "--dst", "faces", "--gateway")
    assert done.status == 1
    assert "faces is not there; make it first: ./localcluster create clusters faces" in done.stderr


def test_without_linkerd_it_says_where_to_get_it(world):
    world.created("cdn")
    (world.bin / "linkerd").unlink()
    done = world.run("linkerd", "clusters", "cdn")
    assert done.status == 1
    assert "linkerd is not on PATH" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["link", "clusters", "--src", "cdn"], "a link needs both --src and --dst"),
        (
            ["create", "clusters", "--src", "cdn", "--dst", "faces"],
            "--src is for link, not for create",
        ),
        (["create", "clusters", "--format", "json"], "--format is for info and doctor"),
        (["link", "clusters", "--src", "cdn", "--dst", "nowhere"], "unknown cluster `nowhere`"),
        (["create", "clusters", "smily"], "did you mean `smiley`? the clusters are cdn, color,"),
        (["create", "nowhere"], "nowhere: error: there is no such folder"),
        (["crate", "clusters"], "there is no command 'crate'; did you mean create?"),
        (["plan", "clusters"], "there is no command 'plan'; there are create, lb, route, certs"),
        ([], "which command? There are create, lb, route, certs"),
        (["create"], "which folder of definitions? For example: localcluster create clusters"),
    ],
)
def test_what_cannot_be_meant_ends_with_2_and_says_what_can(world, words, said):  # defect 32
    done = world.run(*words)
    assert done.status == 2
    assert said in done.stderr
    assert world.recorded() == []


def test_help_is_a_word_too(world):
    assert world.ok("help").stdout == world.ok("--help").stdout


def test_an_installed_linkerd_is_upgraded(world, api, newest):
    world.created("smiley")
    path = "/api/v1/namespaces/linkerd/configmaps/linkerd-config"
    api.answers["smiley"] = {path: {"kind": "ConfigMap"}}
    world.ok("linkerd", "clusters", "smiley")
    assert linkerd(world)[0] == "linkerd --context smiley upgrade --crds"
    assert linkerd(world)[1].startswith("linkerd --context smiley upgrade --identity-trust-anchors")


def test_links_that_are_there_keep_their_controllers(world, api, newest):
    world.created("faces", "cdn", "-j1")
    url = "https://127.0.0.1:6443"
    api.links["cdn"] = {"elsewhere": (url, "")}
    world.ok("link", "clusters", "--src", "cdn", "--dst", "faces", "--gateway")
    (install,) = [t for t in linkerd(world, "multicluster", "install") if "--context cdn" in t]
    assert install.endswith(
        " --set controllers[0].link.ref.name=elsewhere --set controllers[0].gateway.enabled=false"
        " --set controllers[1].link.ref.name=faces --set controllers[1].gateway.enabled=true"
    )


def test_a_linkerd_that_fails_is_not_taken_for_an_old_one(world):
    world.created("smiley")
    world.rule("linkerd multicluster --help", status=1, error="linkerd: cannot find plugins\n")
    done = world.run("linkerd", "clusters", "smiley")
    assert done.status == 1
    assert done.stderr.splitlines()[-1] == (
        "localcluster: `linkerd multicluster --help` fails, so what linkerd offers is not known: "
        "linkerd: cannot find plugins"
    )
    assert not linkerd(world, "install")
