"""A pytest fixture with simulated clusters, for the tests of whatever talks to Kubernetes.

In a `conftest.py`:

    from helpers.sandbox.pytest import sandbox_clusters

and in a test, which gets clusters of its own:

    def test_something(sandbox_clusters, tmp_path):
        west, east = sandbox_clusters("west", "east")
        (tmp_path / "kubeconfig").write_text(west.kubeconfig)

A process that runs kubectl needs a `KUBECACHEDIR` of its own beside `KUBECONFIG`: kubectl remembers
what a server of a port served, and a later cluster may be given the same port.
"""

from __future__ import annotations

import itertools
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from helpers.sandbox import Cluster, ThreadedSandbox
    from helpers.sandbox.resources import Json

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def sandbox_session() -> Iterator[ThreadedSandbox]:
    """Return the one sandbox of a test session."""
    from helpers.sandbox import ThreadedSandbox

    with ThreadedSandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox_clusters(sandbox_session: ThreadedSandbox) -> Iterator[Callable[..., list[Cluster]]]:
    """Return a function that gives clusters: names, and settings as `Sandbox.add` takes them."""
    made: list[str] = []

    def add(*names: str, **settings: Json) -> list[Cluster]:
        wanted = names or (f"cluster-{next(_numbers)}",)
        found = [sandbox_session.add(name, **settings) for name in wanted]
        made.extend(wanted)
        return found

    yield add
    for name in made:
        # A test may have removed it.
        with suppress(KeyError):
            sandbox_session.remove(name)
