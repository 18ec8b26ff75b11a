import pytest

from helpers.sandbox.pytest import sandbox_clusters, sandbox_session
from tests.sandbox.client import Client

__all__ = ["sandbox_clusters", "sandbox_session"]


@pytest.fixture
def cluster(sandbox_clusters):
    return sandbox_clusters()[0]


@pytest.fixture
def client(cluster, tmp_path):
    return Client(cluster, tmp_path)
