"""Kubeconfigs: one cluster, its administrator, one context."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.sandbox.tls import Credentials


def text(context: str, server: str, credentials: Credentials) -> str:
    """Return a kubeconfig as YAML (which JSON is).

    Args:
        context: The name of the context, of the cluster and of the user.
        server: The URL of the API server.
        credentials: Its authority, and a client's certificate and key.
    """

    def packed(pem: str) -> str:
        return base64.b64encode(pem.encode()).decode()

    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": context,
                    "cluster": {
                        "server": server,
                        "certificate-authority-data": packed(credentials.authority),
                    },
                }
            ],
            "users": [
                {
                    "name": context,
                    "user": {
                        "client-certificate-data": packed(credentials.certificate),
                        "client-key-data": packed(credentials.key),
                    },
                }
            ],
            "contexts": [{"name": context, "context": {"cluster": context, "user": context}}],
            "current-context": context,
        },
        indent=2,
    )
