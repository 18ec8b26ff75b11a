"""What the mesh makes of links, labels and routes."""

from __future__ import annotations

import asyncio

import pytest

from helpers.sandbox import Sandbox, mesh
from helpers.sandbox.programs import manifests
from helpers.sandbox.programs.apply import apply, remove


def namespace(name):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def config_map():
    meta = {"name": "linkerd-config", "namespace": mesh.NAMESPACE}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {}}


def link(to, gateway=""):
    spec = {"targetClusterName": to} | ({"gatewayAddress": gateway} if gateway else {})
    meta = {"name": to, "namespace": mesh.EXTENSION}
    return {
        "apiVersion": "multicluster.linkerd.io/v1alpha3",
        "kind": "Link",
        "metadata": meta,
        "spec": spec,
    }


def exported(mode):
    labels = {mesh.EXPORTED: mode} if mode else {}
    return manifests.service("smiley", [("http", 80, 8000)], namespace="faces", labels=labels)


async def quiet(sandbox):
    for _ in range(200):
        await asyncio.sleep(0)


@pytest.fixture
def mirrored():
    """Return a function: how it is exported, by which link, to the ports and addresses in west."""

    def mirrored(mode, gateway="", then=None):
        async def work():
            async with Sandbox() as sandbox:
                sandbox.add_controller(mesh)
                west = await sandbox.add("west", pods=["10.1.0.0/24"])
                east = await sandbox.add("east", pods=["10.2.0.0/24"])
                crd = manifests.crd("multicluster.linkerd.io", "Link", ["v1alpha3"])
                spaces = [namespace(n) for n in (mesh.NAMESPACE, mesh.EXTENSION, "faces")]
                apply(west, [crd, *spaces, config_map(), link("east", gateway)], "test")
                pod = manifests.workload("Deployment", "smiley", "x", namespace="faces", port=8000)
                apply(east, [*spaces, pod, exported(mode)], "test")
                await quiet(sandbox)
                if then:
                    then(east)
                    await quiet(sandbox)
                service = west.store.get("services", "faces", "smiley-east")
                return service, mesh.behind(west, "faces", "smiley-east")

        return asyncio.run(work())

    return mirrored


def test_by_the_gateway(mirrored):
    service, behind = mirrored("true", "192.0.2.20")
    assert service["spec"]["ports"][0]["port"] == 80
    assert service["spec"]["clusterIP"]
    assert behind == [("192.0.2.20", 4143, "")]


def test_from_pod_to_pod(mirrored):
    service, behind = mirrored("remote-discovery")
    ((address, port, pod),) = behind
    assert address.startswith("10.2.0.")
    assert (port, pod.startswith("smiley-")) == (8000, True)
    assert service["metadata"]["labels"]["multicluster.linkerd.io/remote-discovery"] == "east"


@pytest.mark.parametrize(("mode", "gateway"), [("", "192.0.2.20"), ("true", ""), ("no", "")])
def test_what_is_not_mirrored(mirrored, mode, gateway):
    assert mirrored(mode, gateway) == (None, [])


def test_what_is_exported_no_more(mirrored):
    def take_back(east):
        remove(east, [exported("true")])

    assert mirrored("true", "192.0.2.20", take_back) == (None, [])


@pytest.mark.parametrize(
    ("backend", "conditions"),
    [
        ("smiley", [("Accepted", "True"), ("ResolvedRefs", "True")]),
        ("nobody", [("Accepted", "True"), ("ResolvedRefs", "False")]),
    ],
)
def test_a_route_is_told_what_became_of_it(backend, conditions):
    route = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "r", "namespace": "faces"},
        "spec": {
            "parentRefs": [{"kind": "Service", "group": "core", "name": "smiley", "port": 80}],
            "rules": [{"backendRefs": [{"name": backend, "port": 80}]}],
        },
    }

    async def work():
        async with Sandbox() as sandbox:
            sandbox.add_controller(mesh)
            west = await sandbox.add("west")
            crd = manifests.crd("multicluster.linkerd.io", "Link", ["v1alpha3"])
            spaces = [namespace(mesh.NAMESPACE), namespace("faces")]
            apply(west, [crd, *manifests.gateway_api(), *spaces, config_map()], "test")
            apply(west, [exported(""), route], "test")
            await quiet(sandbox)
            found = west.store.get("httproutes.gateway.networking.k8s.io", "faces", "r")
            (parent,) = found["status"]["parents"]
            return [(one["type"], one["status"]) for one in parent["conditions"]]

    assert asyncio.run(work()) == conditions
