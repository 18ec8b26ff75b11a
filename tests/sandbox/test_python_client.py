"""The official Python client, which localcluster reads Kubernetes with."""

from __future__ import annotations

import pytest
import yaml

client = pytest.importorskip("kubernetes.client")
from kubernetes import config, dynamic, watch  # noqa: E402
from kubernetes.client.exceptions import ApiException  # noqa: E402
from kubernetes.stream import stream  # noqa: E402


@pytest.fixture
def api(cluster, tmp_path, monkeypatch):
    # The client writes certificates to temporary files.
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return config.new_client_from_config_dict(yaml.safe_load(cluster.kubeconfig))


def test_the_official_client(api):
    core, apps = client.CoreV1Api(api), client.AppsV1Api(api)
    assert client.VersionApi(api).get_code().git_version == "v1.35.0+simulated"
    assert {one.metadata.name for one in core.list_namespace().items} >= {"default", "kube-system"}
    [node] = core.list_node().items
    assert [one.status for one in node.status.conditions if one.type == "Ready"] == ["True"]

    core.create_namespace({"metadata": {"name": "shop"}})
    labels = {"app": "web"}
    apps.create_namespaced_deployment(
        "shop",
        {
            "metadata": {"name": "web"},
            "spec": {
                "replicas": 2,
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {"containers": [{"name": "web", "image": "nginx"}]},
                },
            },
        },
    )
    watcher = watch.Watch()
    for event in watcher.stream(apps.list_namespaced_deployment, "shop", timeout_seconds=30):
        if event["object"].status.available_replicas == 2:
            watcher.stop()
            break
    else:
        pytest.fail("the deployment never became available")

    pods = core.list_namespaced_pod("shop", label_selector="app=web", limit=1)
    assert len(pods.items) == 1
    assert pods.metadata._continue
    name = pods.items[0].metadata.name
    assert core.read_namespaced_pod_log(name, "shop").startswith("[simulated] ")
    printed = stream(
        core.connect_get_namespaced_pod_exec, name, "shop", command=["echo", "hi"], stdout=True
    )
    assert printed == f"[simulated] shop/{name}, container web: echo hi\n"

    apps.patch_namespaced_deployment_scale("web", "shop", {"spec": {"replicas": 1}})
    assert apps.read_namespaced_deployment_scale("web", "shop").spec.replicas == 1
    with pytest.raises(ApiException) as missing:
        core.read_namespaced_service("nothing", "shop")
    assert missing.value.status == 404


def test_the_dynamic_client_and_server_side_apply(api):
    found = dynamic.DynamicClient(api).resources.get(api_version="v1", kind="ConfigMap")
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}}
    made = found.server_side_apply(body=body, namespace="default", field_manager="m")
    assert made.data.k == "v"
    assert made.metadata.managedFields[0].manager == "m"
