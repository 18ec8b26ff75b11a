"""A plain client of a simulated cluster: requests as bytes, answers as JSON."""

from __future__ import annotations

import http.client
import json
import ssl
from urllib.parse import urlsplit


class Client:
    """Speaks to one cluster as its administrator, on one connection."""

    def __init__(self, cluster, folder):
        context = ssl.create_default_context(cadata=cluster.authority)
        pair = folder / f"{cluster.name}.pem"
        pair.write_text(cluster.credentials.certificate + cluster.credentials.key)
        context.load_cert_chain(pair)
        self.address = urlsplit(cluster.server).netloc
        self.connection = http.client.HTTPSConnection(self.address, context=context, timeout=30)

    def send(self, method, path, body=None, kind="application/json", **headers):
        """Send a request; return the status, and the body as it came."""
        self.connection.request(method, path, body, {"Content-Type": kind, **headers})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def ask(self, method, path, body=None, kind="application/json", **headers):
        """Send an object; return the status and the object that is answered."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        status, text = self.send(method, path, data, kind, **headers)
        return status, json.loads(text)

    def get(self, path, **headers):
        status, found = self.ask("GET", path, **headers)
        assert status == 200, found
        return found

    def make(self, path, body):
        status, found = self.ask("POST", path, body)
        assert status == 201, found
        return found

    def stream(self, path):
        """Return what is answered on a connection of its own, to be read as it comes."""
        connection = http.client.HTTPSConnection(
            self.address, context=self.connection._context, timeout=30
        )
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        return answer

    def events(self, path, count):
        """Return the first events of a watch, as (type, object)."""
        with self.stream(path) as answer:
            lines = (json.loads(answer.readline()) for _ in range(count))
            return [(line["type"], line["object"]) for line in lines]
