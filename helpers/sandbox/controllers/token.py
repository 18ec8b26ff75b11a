"""Secrets that hold a ServiceAccount's token: filled in, with a token that opens nothing."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from helpers.sandbox.controllers import objects
from helpers.sandbox.parts import notes
from helpers.sandbox.subresources import marked_token

if TYPE_CHECKING:
    from helpers.sandbox.cluster import Cluster

KIND = "kubernetes.io/service-account-token"
NAME = "kubernetes.io/service-account.name"
UID = "kubernetes.io/service-account.uid"

wants = objects.of("secrets", "serviceaccounts")


def reconcile(cluster: Cluster) -> None:
    """Fill in the secrets whose ServiceAccount is there."""
    for secret in cluster.store.all("secrets"):
        meta, noted = secret["metadata"], notes(secret)
        if secret.get("type") != KIND or "token" in (secret.get("data") or {}):
            continue
        account = cluster.store.get("serviceaccounts", meta["namespace"], noted.get(NAME, ""))
        if account is None:
            continue
        name = account["metadata"]["name"]
        texts = {
            "ca.crt": cluster.authority,
            "namespace": meta["namespace"],
            "token": marked_token(meta["namespace"], name),
        }
        data = {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()}
        changed = {**meta, "annotations": {**noted, UID: account["metadata"]["uid"]}}
        merged = {**(secret.get("data") or {}), **data}
        objects.write(cluster, "secrets", secret, metadata=changed, data=merged)
