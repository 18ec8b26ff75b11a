"""What becomes of objects: addresses, endpoints, owners; and controllers that see all clusters."""

from __future__ import annotations

import functools
import time

import pytest

from helpers.sandbox import Node, addresses
from helpers.sandbox.controllers import objects

SERVICES = "/api/v1/namespaces/default/services"


def service(name, **spec):
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"ports": [{"port": 80}], **spec},
    }


def deployment(name, **spec):
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "containers": [{"name": "c", "image": "i", "ports": [{"containerPort": 80}]}]
                },
            },
            **spec,
        },
    }


def until(get, holds):
    """Wait until what `get` returns is as it should be, and return it."""
    end = time.monotonic() + 30
    while not holds(found := get()):
        assert time.monotonic() < end, found
    return found


def test_events_are_listed_in_the_order_in_which_they_came(client):
    pod = {"metadata": {"name": "one"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    client.make("/api/v1/namespaces/default/pods", pod)
    path = "/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Done"
    found = until(lambda: client.get(path)["items"], lambda items: len(items) == 4)
    assert [one["reason"] for one in found] == ["Scheduled", "Pulled", "Created", "Started"]


def test_what_is_put_into_a_pod_to_debug_it_runs(client):
    pod = {"metadata": {"name": "one"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    path = "/api/v1/namespaces/default/pods/one"
    client.make("/api/v1/namespaces/default/pods", pod)
    until(lambda: client.get(path)["status"]["phase"], lambda phase: phase == "Running")
    patch = {"spec": {"ephemeralContainers": [{"name": "look", "image": "i"}]}}
    kind = "application/strategic-merge-patch+json"
    status, found = client.ask("PATCH", f"{path}/ephemeralcontainers", patch, kind)
    assert status == 200, found
    [told] = until(
        lambda: client.get(path)["status"].get("ephemeralContainerStatuses"), lambda told: told
    )
    assert (told["name"], list(told["state"])) == ("look", ["running"])


def test_a_log_that_is_followed_ends_with_its_pod(client):
    pod = {"metadata": {"name": "one"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    path = "/api/v1/namespaces/default/pods"
    client.make(path, pod)
    until(lambda: client.get(f"{path}/one")["status"]["phase"], lambda phase: phase == "Running")
    answer = client.stream(f"{path}/one/log?follow=true")
    assert answer.readline() == b"[simulated] default/one, container c: nothing runs here\n"
    client.ask("DELETE", f"{path}/one")
    assert answer.read() == b""


KEPT = {
    "limitranges": {"limits": [{"type": "Container", "max": {"memory": "1Mi"}}]},
    "resourcequotas": {"hard": {"pods": "0"}},
}


def test_quotas_limits_and_policies_are_kept_and_not_enforced(client):
    space = "/api/v1/namespaces/default"
    for resource, spec in KEPT.items():
        client.make(f"{space}/{resource}", {"metadata": {"name": "none"}, "spec": spec})
    policy = {
        "matchConstraints": {
            "resourceRules": [
                {
                    "apiGroups": [""],
                    "apiVersions": ["v1"],
                    "operations": ["CREATE"],
                    "resources": ["pods"],
                }
            ]
        },
        "validations": [{"expression": "false"}],
    }
    kinds = "/apis/admissionregistration.k8s.io/v1"
    client.make(
        f"{kinds}/validatingadmissionpolicies", {"metadata": {"name": "none"}, "spec": policy}
    )
    bound = {"policyName": "none", "validationActions": ["Deny"]}
    client.make(
        f"{kinds}/validatingadmissionpolicybindings", {"metadata": {"name": "none"}, "spec": bound}
    )
    needs = {"limits": {"memory": "1Gi"}}
    container = {"name": "c", "image": "i", "resources": needs}
    client.make(f"{space}/pods", {"metadata": {"name": "one"}, "spec": {"containers": [container]}})


def test_addresses_are_of_the_clusters_own_ranges(sandbox_clusters, tmp_path):
    from tests.sandbox.client import Client

    [cluster] = sandbox_clusters(
        pods=["10.7.1.0/24"], services=["10.7.2.0/24"], pools=["198.51.100.16/28"]
    )
    client = Client(cluster, tmp_path)
    made = client.make(SERVICES, service("web", type="LoadBalancer", selector={"app": "web"}))
    assert made["spec"]["clusterIP"].startswith("10.7.2.")
    client.make("/apis/apps/v1/namespaces/default/deployments", deployment("web", replicas=2))
    found = until(
        lambda: client.get(f"{SERVICES}/web")["status"]["loadBalancer"],
        lambda state: state.get("ingress"),
    )
    assert [one["ip"] for one in found["ingress"]] == ["198.51.100.16"]
    subsets = until(
        lambda: client.get("/api/v1/namespaces/default/endpoints/web").get("subsets") or [],
        lambda subsets: subsets and len(subsets[0]["addresses"]) == 2,
    )
    assert all(one["ip"].startswith("10.7.1.") for one in subsets[0]["addresses"])


def test_two_families(sandbox_clusters, tmp_path):
    from tests.sandbox.client import Client

    [cluster] = sandbox_clusters(
        pods=["10.8.1.0/24", "fd00:8:1::/64"],
        services=["10.8.2.0/24", "fd00:8:2::/112"],
        pools=["192.0.2.128/28", "2001:db8:0:0:8::/96"],
        nodes=[Node("one", ("192.0.2.8", "2001:db8::8"))],
    )
    client = Client(cluster, tmp_path)
    both = {"type": "LoadBalancer", "ipFamilyPolicy": "PreferDualStack", "selector": {"app": "web"}}
    made = client.make(SERVICES, service("web", **both))
    assert made["spec"]["ipFamilies"] == ["IPv4", "IPv6"]
    assert made["spec"]["clusterIPs"][1].startswith("fd00:8:2::")
    client.make("/apis/apps/v1/namespaces/default/deployments", deployment("web"))
    path = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
    slices = until(
        lambda: client.get(f"{path}?labelSelector=kubernetes.io/service-name=web")["items"],
        lambda items: sum(bool(one["endpoints"]) for one in items) == 2,
    )
    addresses = {
        one["addressType"]: one["endpoints"][0]["addresses"][0]
        for one in slices
        if one["endpoints"]
    }
    assert addresses["IPv4"].startswith("10.8.1.")
    assert addresses["IPv6"].startswith("fd00:8:1:")
    balancer = client.get(f"{SERVICES}/web")["status"]["loadBalancer"]["ingress"]
    assert [one["ip"] for one in balancer] == ["192.0.2.128", "2001:db8:0:0:8::"]


def test_no_pool_leaves_load_balancers_pending(sandbox_clusters, tmp_path):
    from tests.sandbox.client import Client

    [cluster] = sandbox_clusters(pools=[])
    client = Client(cluster, tmp_path)
    client.make(SERVICES, service("web", type="LoadBalancer"))
    client.make(SERVICES, service("other"))
    assert client.get(f"{SERVICES}/web")["status"] == {"loadBalancer": {}}


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"clusterIP": "10.96.0.10"}, "provided IP is already allocated"),
        ({"clusterIP": "10.1.1.1"}, "does not match the current range: 10.96.0.0/16"),
        ({"ipFamilies": ["IPv6"]}, "not configured"),
        ({"type": "NodePort", "ports": [{"port": 1, "nodePort": 80}]}, "30000-32767"),
        ({"ports": []}, "spec.ports: Required value"),
    ],
)
def test_services_that_cannot_be(client, spec, message):
    status, found = client.ask("POST", SERVICES, service("web", **spec))
    assert (status, found["reason"]) == (422, "Invalid")
    assert message in found["message"]


def test_a_service_that_becomes_another_type(client):
    client.make(SERVICES, service("web", type="LoadBalancer"))
    until(
        lambda: client.get(f"{SERVICES}/web")["status"]["loadBalancer"],
        lambda state: state.get("ingress"),
    )
    patch = {"spec": {"type": "ClusterIP"}}
    client.ask("PATCH", f"{SERVICES}/web", patch, "application/merge-patch+json")
    found = until(
        lambda: client.get(f"{SERVICES}/web"),
        lambda found: found["status"] == {"loadBalancer": {}},
    )
    assert "nodePort" not in found["spec"]["ports"][0]
    assert "externalTrafficPolicy" not in found["spec"]


def test_owners_take_what_they_own_with_them(client):
    maps = "/api/v1/namespaces/default/configmaps"
    owner = client.make(maps, {"metadata": {"name": "owner"}})
    reference = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "name": "owner",
        "uid": owner["metadata"]["uid"],
    }
    client.make(maps, {"metadata": {"name": "owned", "ownerReferences": [reference]}})
    assert client.ask("GET", f"{maps}/owned")[0] == 200
    client.ask("DELETE", f"{maps}/owner")
    until(lambda: client.ask("GET", f"{maps}/owned")[0], lambda code: code == 404)


def test_claims_are_bound_and_volumes_go_with_them(client):
    claims = "/api/v1/namespaces/default/persistentvolumeclaims"
    room = {"requests": {"storage": "1Gi"}}
    spec = {"accessModes": ["ReadWriteOnce"], "resources": room}
    client.make(claims, {"metadata": {"name": "disk"}, "spec": spec})
    found = until(
        lambda: client.get(f"{claims}/disk"), lambda one: one["status"]["phase"] == "Bound"
    )
    volume = f"/api/v1/persistentvolumes/{found['spec']['volumeName']}"
    assert client.get(volume)["spec"]["claimRef"]["name"] == "disk"
    client.ask("DELETE", f"{claims}/disk")
    until(lambda: client.ask("GET", volume)[0], lambda code: code == 404)


def test_each_pod_of_a_stateful_set_has_a_claim_of_its_own(client):
    body = deployment("db", serviceName="db", replicas=2) | {"kind": "StatefulSet"}
    room = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    body["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": room}]
    client.make("/apis/apps/v1/namespaces/default/statefulsets", body)
    space = "/api/v1/namespaces/default"
    claims = until(
        lambda: client.get(f"{space}/persistentvolumeclaims")["items"],
        lambda items: [one["status"]["phase"] for one in items] == ["Bound", "Bound"],
    )
    assert [one["metadata"]["name"] for one in claims] == ["data-db-0", "data-db-1"]
    spec = client.get(f"{space}/pods/db-1")["spec"]
    assert (spec["hostname"], spec["subdomain"]) == ("db-1", "db")
    assert {"name": "data", "persistentVolumeClaim": {"claimName": "data-db-1"}} in spec["volumes"]


def test_dependents_are_let_go_where_that_is_asked_for(client):
    path = "/apis/apps/v1/namespaces/default"
    client.make(f"{path}/deployments", deployment("web"))
    sets = until(lambda: client.get(f"{path}/replicasets")["items"], bool)
    client.ask("DELETE", f"{path}/deployments/web?propagationPolicy=Orphan")
    until(lambda: client.ask("GET", f"{path}/deployments/web")[0], lambda code: code == 404)
    [left] = client.get(f"{path}/replicasets")["items"]
    assert left["metadata"]["uid"] == sets[0]["metadata"]["uid"]
    assert "ownerReferences" not in left["metadata"]


def test_endpoints_by_hand_are_mirrored(client):
    client.make(SERVICES, service("far"))
    ports = [{"port": 8080, "name": "http"}]
    body = {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": "far"},
        "subsets": [{"addresses": [{"ip": "198.51.100.1"}], "ports": ports}],
    }
    client.make("/api/v1/namespaces/default/endpoints", body)
    [found] = until(
        lambda: client.get(
            "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
            "?labelSelector=kubernetes.io/service-name=far"
        )["items"],
        lambda items: items,
    )
    assert found["endpoints"][0]["addresses"] == ["198.51.100.1"]
    assert found["ports"][0]["port"] == 8080


def test_controllers_come_to_rest(cluster, client):
    """A controller that always writes would never let the version stand still."""
    client.make("/apis/apps/v1/namespaces/default/deployments", deployment("web", replicas=3))
    client.make(SERVICES, service("web", selector={"app": "web"}))
    until(
        lambda: client.get("/apis/apps/v1/namespaces/default/deployments/web")["status"],
        lambda status: status.get("readyReplicas") == 3,
    )

    def version():
        return client.get("/api/v1/namespaces")["metadata"]["resourceVersion"]

    until(lambda: [version() for _ in range(20)], lambda found: len(set(found)) == 1)


class Mirror:
    """Puts every exported Service into all other clusters: what a mesh would do, in short."""

    wants = staticmethod(objects.of("services"))

    def reconcile(self, clusters):
        for name, cluster in clusters.items():
            for found in cluster.store.all("services", "default"):
                if not (found["metadata"].get("labels") or {}).get("exported"):
                    continue
                mirrored = f"{found['metadata']['name']}-{name}"
                for other in clusters.values():
                    if other is not cluster and not other.store.get(
                        "services", "default", mirrored
                    ):
                        meta = {"name": mirrored, "namespace": "default"}
                        objects.make(other, "services", {"metadata": meta, "spec": found["spec"]})


def test_a_controller_that_sees_several_clusters(sandbox_session, sandbox_clusters, tmp_path):
    from tests.sandbox.client import Client

    west, east = sandbox_clusters("mirror-west", "mirror-east")
    sandbox_session.add_controller(Mirror())
    [late] = sandbox_clusters("mirror-late")
    body = service("web")
    body["metadata"]["labels"] = {"exported": "yes"}
    Client(west, tmp_path).make(SERVICES, body)
    for client in (Client(east, tmp_path), Client(late, tmp_path)):
        ask = functools.partial(client.ask, "GET", f"{SERVICES}/web-mirror-west")
        until(ask, lambda answer: answer[0] == 200)


@pytest.mark.parametrize(
    ("text", "first", "last", "count"),
    [
        ("192.0.2.16/28", "192.0.2.16", "192.0.2.31", 16),
        ("192.0.2.200-192.0.2.210", "192.0.2.200", "192.0.2.210", 11),
        ("192.0.2.9 - 192.0.2.9", "192.0.2.9", "192.0.2.9", 1),
        ("2001:db8::1-2001:db8::4", "2001:db8::1", "2001:db8::4", 4),
    ],
)
def test_a_pool_as_metallb_has_it_gives_all_its_addresses(text, first, last, count):
    used = []
    for part in addresses.ranges(text):
        while one := addresses.free(part, used, 0):
            used.append(one)
    assert (used[0], used[-1], len(used)) == (first, last, count)


@pytest.mark.parametrize("text", ["", "192.0.2.9-", "192.0.2.9-2001:db8::1", "192.0.2.9-192.0.2.1"])
def test_what_is_no_pool(text):
    with pytest.raises(ValueError, match=r"."):
        addresses.ranges(text)
