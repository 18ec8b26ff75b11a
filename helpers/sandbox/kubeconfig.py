"""Kubeconfigs: one cluster, one context and one user, of one name if the user has no other."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.sandbox.resources import Object
    from helpers.sandbox.tls import Credentials


def config(name: str, cluster: Object, user: Object, user_name: str = "") -> Object:
    """Return a kubeconfig with what it says of its cluster and of its user."""
    user_name = user_name or name
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": user_name, "user": user}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": user_name}}],
        "current-context": name,
    }


def administrator(
    name: str, server: str, credentials: Credentials, user_name: str = "", **more: str
) -> Object:
    """Return the kubeconfig of a cluster's administrator; `more` is said of the cluster too."""

    def packed(pem: str) -> str:
        return base64.b64encode(pem.encode()).decode()

    authority = {"server": server, "certificate-authority-data": packed(credentials.authority)}
    user = {
        "client-certificate-data": packed(credentials.certificate),
        "client-key-data": packed(credentials.key),
    }
    return config(name, authority | more, user, user_name)
