"""What programs say when they fail -> what that is likely to mean."""

# ruff: noqa: E501 - what programs say is long

from __future__ import annotations

import pytest

from helpers.localcluster.failures import FAILURES, explain

SAID = {
    "inotify": [
        "Failed to create inotify object: Too many open files",
        "failed to create fsnotify watcher: too many open files",
    ],
    "another address than": ['level=fatal msg="failed to find interface with specified node ip"'],
    "range for nodes": [
        "Error response from daemon: no available IPv4 addresses on this network's address pools: kind"
    ],
    "subnets are in use": [
        "Error response from daemon: all predefined address pools have been fully subnetted",
        "Error response from daemon: Pool overlaps with other one on this address space",
    ],
    "webhook does not answer yet": [
        'Internal error occurred: failed calling webhook "ipaddresspoolvalidationwebhook.metallb.io": '
        'failed to call webhook: Post "https://metallb-webhook-service.metallb.svc:443/validate"',
    ],
    "without an IPv4 address": [
        'FATA[0000] failed to parse IP address of container x: netip.ParsePrefix("")',
        "unable to parse IP",
    ],
    "taken the port": [
        "docker: Error response from daemon: failed to bind host port 127.0.0.1:40437/tcp: "
        "address already in use",
        "listen tcp4 0.0.0.0:33409: bind: address already in use",
        "Bind for 0.0.0.0:6550 failed: port is already allocated",
    ],
    "one family only": [
        'level=fatal msg="cluster-cidr: [10.4.1.0/24 fd00:41:1::/64] and node-ip: [172.16.100.3], '
        'must share the same IP version (IPv4, IPv6 or dual-stack)"'
    ],
    "kubeconfig locked": [
        "ERROR: failed to create cluster: failed to lock config file: open /root/.kube/config.lock: file exists"
    ],
    "Gateway API": [
        'error: unable to recognize: no matches for kind "HTTPRoute" in version "gateway.networking.k8s.io/v1"',
    ],
    "no address yet": ["Gateway linkerd-gateway.linkerd-multicluster has no ingress addresses"],
    "points to the host": [
        'Get "https://0.0.0.0:45561/version": dial tcp 0.0.0.0:45561: connect: connection refused'
    ],
    "certificate does not have": [
        "tls: failed to verify certificate: x509: certificate is valid for 10.96.0.1, 172.18.0.2, not 172.18.0.3"
    ],
    "does not answer: the cluster": [
        'Get "https://172.16.100.2:6443/api?timeout=32s": dial tcp 172.16.100.2:6443: i/o timeout',
        "connect: no route to host",
    ],
    "Docker does not run": [
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
        "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
    ],
    "an image cannot be had": [
        "pull access denied for kindest/nod, repository does not exist",
        "toomanyrequests: You have reached your pull rate limit",
    ],
    "meanwhile": [
        'ERROR: failed to create cluster: node(s) already exist for a cluster with the name "smiley"',
        "FATA[0000] Failed to create cluster 'cdn' because a cluster with that name already exists",
    ],
    "disk is full": ["write /var/lib/docker/tmp/x: no space left on device"],
    "has not come up": [
        "ERROR: failed to create cluster: failed to init node with kubeadm: command failed",
        'could not find a log line that matches "Reached target .*Multi-User System.*"',
    ],
}
HARMLESS = [
    'Creating cluster "smiley" ...',
    " ✓ Ensuring node image (kindest/node:v1.35.0)",
    "INFO[0000] Using config file - (k3d.io/v1alpha5#simple)",
    "deployment.apps/metallb-controller condition met",
    'deployment "metallb-controller" successfully rolled out',
    'Release "metallb" does not exist. Installing it now.',
    "customresourcedefinition.apiextensions.k8s.io/httproutes.gateway.networking.k8s.io created",
    "√ control plane namespace exists",
    "namespace/metallb created",
]


@pytest.mark.parametrize(
    ("meaning", "text"), [(meaning, text) for meaning, texts in SAID.items() for text in texts]
)
def test_known_words_are_explained(meaning, text):
    known = explain(text)
    assert known, f"nothing is known of: {text}"
    assert meaning in known.meaning
    assert known.mend


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_well_is_not_explained(text):
    assert explain(text) is None


def test_each_explanation_is_tried_here():
    tried = {explain(text) for texts in SAID.values() for text in texts}
    assert tried == set(FAILURES)
