"""A fake of the API servers of clusters: on real addresses of 127.0.0.0/8, with real TLS.

What it says of a cluster is what the fake programs have put into the world, unless told otherwise.
"""

from __future__ import annotations

import base64
import datetime
import ipaddress
import json
import re
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import yaml


def certificate(folder):
    """Write a key and a certificate of its own into one file, and return it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "fake")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    none = serialization.NoEncryption()
    pkcs8 = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, none)
    file = folder / "fake.pem"
    file.write_bytes(key.private_bytes(*pkcs8) + made.public_bytes(serialization.Encoding.PEM))
    return file


class FakeApi:
    """Answers on PREFIX.2 to PREFIX.N, port 6443, for the nodes that have these addresses."""

    def __init__(self, pem, prefix, count=8):
        self.prefix = prefix
        self.closed = False
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.servers = []
        for number in range(2, 2 + count):
            server = ThreadingHTTPServer((f"{prefix}{number}", 6443), self._handler())
            server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            self.servers.append(server)

    def serve(self, world):
        """Be the API servers of this world from now on."""
        self.world = world
        self.answers = {}  # cluster -> path -> what it says instead
        self.links = {}  # cluster -> name of another one -> (API server, gateway's address)

    def close(self):
        if self.closed:
            return
        self.closed = True
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def _handler(self):
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                said = api.say(self.server.server_address[0], self.path)
                body = json.dumps(said or {"kind": "Status", "code": 404}).encode()
                self.send_response(200 if said else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler

    def say(self, address, path):
        nodes = {n: node for n, node in self.world.nodes.items() if node["v4"] == address}
        if not nodes:
            return None
        (node,) = nodes.values()
        labels = node["labels"]
        cluster = labels.get("io.x-k8s.kind.cluster") or labels["k3d.cluster"]
        told = self.answers.get(cluster, {})
        if path in told:
            return told[path]
        return self.healthy(cluster, node["config"]).get(path)

    def healthy(self, cluster, config):
        pods, services = re.findall(r"(?:Subnet: \"|-cidr=)([0-9a-f.:/,]+)", config)[:2]
        zone = re.search(r"zone[=:] ?\"?([a-z]+)", config)
        node = {
            "metadata": {"labels": {"topology.kubernetes.io/zone": zone[1]} if zone else {}},
            "spec": {"podCIDRs": pods.split(",")},
            "status": {"conditions": [{"type": "Ready", "status": "True"}]},
        }
        first = str(ipaddress.ip_network(services.split(",")[0])[1])
        world = json.loads((self.world.fakes / "world.json").read_text())
        said = {
            "/api/v1/nodes": {"items": [node]},
            "/api/v1/namespaces/default/services/kubernetes": {"spec": {"clusterIP": first}},
        }
        if chart := world["helm"].get(cluster):
            apps = "/apis/apps/v1/namespaces/metallb"
            said[f"{apps}/deployments/metallb-controller"] = {
                "metadata": {"labels": {"helm.sh/chart": chart}},
                "status": {"availableReplicas": 1},
            }
            status = {"numberReady": 1, "desiredNumberScheduled": 1}
            said[f"{apps}/daemonsets/metallb-speaker"] = {"status": status}
        applied = [
            each
            for text in world["applied"].get(cluster, [])
            for each in yaml.safe_load_all(text)
            if isinstance(each, dict)
        ]
        metallb = "/apis/metallb.io/v1beta1/namespaces/metallb"
        for kind in ("IPAddressPool", "L2Advertisement"):
            of_kind = [each for each in applied if each["kind"] == kind]
            said[f"{metallb}/{kind.lower()}s"] = {"items": of_kind}
        said |= self._links(cluster)
        return said

    def _links(self, cluster):
        links = self.links.get(cluster, {})
        secrets = []
        for name, (server, _) in links.items():
            text = json.dumps({"clusters": [{"cluster": {"server": server}}]})
            data = {"kubeconfig": base64.b64encode(text.encode()).decode()}
            secrets.append({"metadata": {"name": f"cluster-credentials-{name}"}, "data": data})
        objects = [
            {"metadata": {"name": name}, "spec": {"gatewayAddress": gateway}}
            for name, (_, gateway) in links.items()
        ]
        namespace = "namespaces/linkerd-multicluster"
        return {
            f"/apis/multicluster.linkerd.io/v1alpha3/{namespace}/links": {"items": objects},
            f"/api/v1/{namespace}/secrets": {"items": secrets},
        }
