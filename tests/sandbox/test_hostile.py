"""Whatever is sent: the answer is a Kubernetes Status or what was asked for; the server lives."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import ssl

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.sandbox import protobuf
from helpers.sandbox.patch.apply import FieldManager, apply
from helpers.sandbox.patch.json import PatchError, json_patch
from helpers.sandbox.patch.strategic import strategic
from helpers.sandbox.schemas import resolve
from helpers.sandbox.status import ApiError

FIELDS = [
    "metadata",
    "spec",
    "name",
    "labels",
    "template",
    "containers",
    "ports",
    "data",
    "$patch",
    "finalizers",
    "managedFields",
    "status",
    "selector",
    "kind",
    "port",
]
PARAMETERS = [
    "dryRun",
    "limit",
    "continue",
    "labelSelector",
    "fieldSelector",
    "fieldManager",
    "force",
    "fieldValidation",
    "resourceVersion",
    "propagationPolicy",
    "gracePeriodSeconds",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 1 << 40) | st.text(max_size=8),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(FIELDS) | st.text(max_size=4),
            below,
            max_size=4,
        )
    ),
    max_leaves=12,
)
PATHS = [
    "/api/v1/namespaces/default/configmaps",
    "/api/v1/namespaces/default/configmaps/there",
    "/api/v1/namespaces/default/services/kubernetes",
    "/api/v1/namespaces/default/pods",
    "/apis/apps/v1/namespaces/kube-system/deployments/coredns",
    "/apis/apps/v1/namespaces/kube-system/deployments/coredns/scale",
    "/apis/apps/v1/namespaces/kube-system/deployments/coredns/status",
    "/apis/apps/v1/namespaces/default/statefulsets",
    "/apis/batch/v1/namespaces/default/jobs",
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/cluster-admin",
    "/apis/contract.example.com/v1/namespaces/default/widgets",
    "/apis/contract.example.com/v1/namespaces/default/widgets/there",
    "/api/v1/nodes/control-plane",
    "/api/v1/namespaces/default",
    "/openapi/v3/apis/apps",
    "/api/v1/namespaces//%2e%2e/x",
]
KINDS = [
    "application/json",
    "application/yaml",
    "application/vnd.kubernetes.protobuf",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
    "text/plain",
    "",
]
QUERY = st.dictionaries(
    st.sampled_from(PARAMETERS),
    st.sampled_from(["All", "true", "Strict", "m", "0", "9" * 30]) | st.text(max_size=5),
    max_size=3,
)
CRD = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.contract.example.com"},
    "spec": {
        "group": "contract.example.com",
        "scope": "Namespaced",
        "names": {"plural": "widgets", "kind": "Widget"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {
                                "type": "object",
                                "properties": {
                                    "size": {"type": "integer"},
                                    "data": {"type": "array", "items": {"type": "string"}},
                                },
                            }
                        },
                    }
                },
            }
        ],
    },
}
WEB = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "selector": {"matchLabels": {"a": "b"}},
        "template": {
            "metadata": {"labels": {"a": "b"}},
            "spec": {"containers": [{"name": "c", "image": "d", "ports": [{"containerPort": 1}]}]},
        },
    },
}


@pytest.fixture
def hostile(client, caplog):
    """A client of a cluster with something of everything in it; nothing may be logged meanwhile."""
    client.make("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", CRD)
    made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "there"}}
    client.make("/api/v1/namespaces/default/configmaps", made)
    custom = {"apiVersion": "contract.example.com/v1", "kind": "Widget"}
    client.make(
        "/apis/contract.example.com/v1/namespaces/default/widgets",
        custom | {"metadata": {"name": "there"}},
    )
    with caplog.at_level(logging.ERROR):
        yield client
    assert not caplog.records, caplog.text


def check(status, text):
    """A body is JSON; an error is a Status with that code, and none of ours."""
    found = json.loads(text)
    if status >= 400:
        assert found["kind"] == "Status", found
        assert found["code"] == status
        assert found["message"]
    assert status != 500, found
    return found


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    path=st.sampled_from(PATHS),
    query=QUERY,
    kind=st.sampled_from(KINDS),
    body=JSON.map(lambda one: json.dumps(one).encode())
    | st.binary(max_size=60)
    | st.binary(max_size=60).map(lambda one: protobuf.MAGIC + one),
    accept=st.sampled_from(["application/json", "application/json;as=Table;v=v1;g=meta.k8s.io"]),
)
def test_any_request(hostile, method, path, query, kind, body, accept):
    from urllib.parse import urlencode

    status, text = hostile.send(method, f"{path}?{urlencode(query)}", body, kind, Accept=accept)
    check(status, text)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from(
        ["/apis/apps/v1/namespaces/kube-system/deployments/coredns", *PATHS[1:3], PATHS[13]]
    ),
    kind=st.sampled_from(KINDS[3:7]),
    spec=JSON,
    data=JSON,
)
def test_patches_of_the_right_shape(hostile, path, kind, spec, data):
    """Patches that get past the first look: what they make is still checked."""
    body = {"spec": spec, "data": data}
    if "apply" in kind:
        _, live = hostile.ask("GET", path)
        if live["kind"] != "Status":
            body |= {key: live[key] for key in ("apiVersion", "kind")}
            body["metadata"] = {"name": live["metadata"]["name"]}
    elif "json-patch" in kind:
        body = [{"op": "add", "path": "/spec", "value": spec}]
    status, text = hostile.send(
        "PATCH", f"{path}?fieldManager=m&force=true", json.dumps(body).encode(), kind
    )
    check(status, text)
    # Whatever came of it can be shown.
    check(*hostile.send("GET", path, Accept="application/json;as=Table;v=v1;g=meta.k8s.io"))


def of(schema, depth=0):
    """Objects that a schema allows: any part of their fields, with values of the right types."""
    schema = resolve(schema)
    if schema.get("x-int-or-string"):
        return st.sampled_from([1, 80, "http", "25%", "1Gi"])
    kind = schema.get("type")
    if kind == "object" and "properties" in schema and depth < 7:
        properties = {
            name: below for name, below in schema["properties"].items() if name != "managedFields"
        }
        must = set(schema.get("required", ())) | {"template", "containers", "name", "image"}
        names = st.sets(st.sampled_from(sorted(properties)), max_size=4)
        return names.flatmap(
            lambda chosen: st.fixed_dictionaries(
                {
                    name: of(below, depth + 1)
                    for name, below in properties.items()
                    if name in chosen or name in must
                }
            )
        )
    if kind == "object":
        return st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["a", "b"]), max_size=2)
    if kind == "array":
        return st.lists(of(schema.get("items", {}), depth + 1) | st.none(), max_size=2)
    plain = {
        "integer": st.integers(-1, 3),
        "boolean": st.booleans(),
        "number": st.floats(0, 1),
    }
    words = ["a", "b", "", "None", "Never", "ClusterIP", "LoadBalancer", "10.96.0.20", "Recreate"]
    return plain.get(kind, st.sampled_from([*words, "IPv4", "IPv6", "RollingUpdate", "OnDelete"]))


SERVED = [
    ("/api/v1/namespaces/default/pods", "core.v1.Pod"),
    ("/api/v1/namespaces/default/services", "core.v1.Service"),
    ("/api/v1/namespaces/default/endpoints", "core.v1.Endpoints"),
    ("/api/v1/namespaces/default/persistentvolumeclaims", "core.v1.PersistentVolumeClaim"),
    ("/api/v1/nodes", "core.v1.Node"),
    ("/apis/apps/v1/namespaces/default/deployments", "apps.v1.Deployment"),
    ("/apis/apps/v1/namespaces/default/replicasets", "apps.v1.ReplicaSet"),
    ("/apis/apps/v1/namespaces/default/statefulsets", "apps.v1.StatefulSet"),
    ("/apis/apps/v1/namespaces/default/daemonsets", "apps.v1.DaemonSet"),
    ("/apis/batch/v1/namespaces/default/jobs", "batch.v1.Job"),
    ("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", "discovery.v1.EndpointSlice"),
    ("/apis/storage.k8s.io/v1/storageclasses", "storage.v1.StorageClass"),
    ("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", "rbac.v1.ClusterRoleBinding"),
]


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_objects_of_the_right_types(hostile, data):
    """What gets past the types meets defaults, validation, and the controllers."""
    path, name = data.draw(st.sampled_from(SERVED))
    schema = resolve({"$ref": f"io.k8s.api.{name}"})
    fields = {
        key: data.draw(of(below))
        for key, below in schema["properties"].items()
        if key not in ("apiVersion", "kind", "metadata")
    }
    labels = {"labels": {"a": "a"}}
    fields["metadata"] = {"generateName": "x-", **labels}
    spec = fields.get("spec", {})
    if "template" in spec and "selector" in spec:
        spec["selector"] = {"matchLabels": labels["labels"]}
        spec["template"]["metadata"] = labels
    found = check(*hostile.send("POST", path, json.dumps(fields).encode()))
    form = "application/json;as=Table;v=v1;g=meta.k8s.io"
    check(*hostile.send("GET", path, Accept=form))
    if "uid" in found.get("metadata", {}):
        check(*hostile.send("DELETE", f"{path}/{found['metadata']['name']}"))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_broken_protobuf(data):
    whole = protobuf.MAGIC + data.draw(st.binary(max_size=200))
    with contextlib.suppress(protobuf.ProtobufError):
        protobuf.decode(whole)


def test_cut_off_protobuf():
    # A ConfigMap {metadata: {name: "a"}, data: {"k": "v"}} as kubectl sends it.
    kind = b"\x0a\x0f\x0a\x02v1\x12\x09ConfigMap"
    raw = b"\x0a\x03\x0a\x01a\x12\x06\x0a\x01k\x12\x01v"
    whole = protobuf.MAGIC + kind + b"\x12" + bytes([len(raw)]) + raw
    assert protobuf.decode(whole) == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a"},
        "data": {"k": "v"},
    }
    for size in range(len(whole)):
        with contextlib.suppress(protobuf.ProtobufError):
            assert protobuf.decode(whole[:size]) != {}


@settings(max_examples=100, deadline=None)
@given(JSON, JSON)
def test_patches_never_fail_otherwise(target, patch):
    schema = {"$ref": "io.k8s.api.apps.v1.Deployment"}
    for work in (
        lambda: json_patch(WEB, patch),
        lambda: strategic(WEB, patch if isinstance(patch, dict) else {"spec": patch}, schema),
    ):
        with contextlib.suppress(PatchError):
            work()


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["spec", "data", "metadata"]), JSON, max_size=2))
def test_apply_of_what_fits(patch):
    """Applied objects have been decoded before, and are of the right types; so are these."""
    from helpers.sandbox import strict

    schema = {"$ref": "io.k8s.api.apps.v1.Deployment"}
    decoded = strict.decode(patch, schema)
    if decoded.wrong:
        return
    manager = FieldManager("m", apply=True, api_version="apps/v1", time="2026-01-01T00:00:00Z")
    with contextlib.suppress(ApiError):
        once = apply(WEB, decoded.value, schema, manager, force=True)
        assert apply(once, decoded.value, schema, manager, force=True) == once


def test_a_body_that_is_cut_off(cluster, client):
    """The connection ends in the middle of a body; others are answered on."""
    context = client.connection._context
    host, port = client.address.split(":")
    with (
        socket.create_connection((host, int(port))) as plain,
        context.wrap_socket(plain, server_hostname=host) as link,
    ):
        link.sendall(
            b"POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: x\r\n"
            b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n" + b'{"kind":'
        )
    assert client.get("/api/v1/namespaces")["kind"] == "NamespaceList"


def test_a_body_that_is_too_large(client):
    status, found = client.ask("POST", "/api/v1/namespaces/default/configmaps", b" " * (4 << 20))
    assert (status, found["reason"]) == (413, "RequestEntityTooLarge")


def test_yaml_that_would_be_endless(client):
    path = "/api/v1/namespaces/default/configmaps/a?fieldManager=m"
    body = b"a: &a [x, x]\nb: &b [*a, *a]\n"
    status, found = client.ask("PATCH", path, body, "application/apply-patch+yaml")
    assert (status, found["reason"]) == (400, "BadRequest")
    assert "aliases" in found["message"]


def ask_with(context, cluster):
    """Ask a cluster something; a server that closes instead of answering is an OSError too."""
    host, port = cluster.server.removeprefix("https://").split(":")
    with (
        socket.create_connection((host, int(port)), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname=host) as link,
    ):
        link.sendall(b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n")
        if not link.recv(100):
            raise OSError("EOF")


def test_without_its_certificate_nothing_is_answered(cluster):
    context = ssl.create_default_context(cadata=cluster.authority)
    with pytest.raises(OSError, match=r"certificate required|reset|EOF"):
        ask_with(context, cluster)


def test_another_clusters_certificate_is_refused(sandbox_clusters, tmp_path):
    west, east = sandbox_clusters("west-refuses", "east-refuses")
    for cluster in (west, east):
        pair = tmp_path / f"{cluster.name}.pem"
        pair.write_text(cluster.credentials.certificate + cluster.credentials.key)
        context = ssl.create_default_context(cadata=west.authority)
        context.load_cert_chain(pair)
        if cluster is west:
            ask_with(context, west)
        else:
            with pytest.raises(OSError, match=r"unknown ca|reset|EOF"):
                ask_with(context, west)


def test_it_listens_on_one_address_only(cluster):
    """A server of all addresses would answer at this one too; elsewhere than on Linux none does."""
    port = int(cluster.server.rpartition(":")[2])
    with pytest.raises(OSError, match=r"refused|assign|unreachable|timed out"):
        socket.create_connection(("127.0.0.2", port), timeout=5)
