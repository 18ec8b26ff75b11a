"""Simulated clusters in one process: added, found by name, removed."""

from __future__ import annotations

import asyncio
import json
import threading
from ipaddress import ip_network
from typing import TYPE_CHECKING, TypeVar

from helpers.sandbox.cluster import VERSION, Cluster, Node, Settings

if TYPE_CHECKING:
    import socket
    from collections.abc import Coroutine, Iterable, Mapping
    from pathlib import Path

    from helpers.sandbox.controllers.manager import Controller, Manager
    from helpers.sandbox.resources import Json
    from helpers.sandbox.server import Server

Result = TypeVar("Result")

PODS = ("10.244.0.0/24",)
SERVICES = ("10.96.0.0/16",)
POOLS = ("192.0.2.224/28",)
"""A load balancer's addresses, in a range for documentation (RFC 5737): nobody's."""
NODES = (Node("control-plane", ("192.0.2.2",)),)


class Sandbox:
    """An async context manager with clusters in it, which all end with it.

        async with Sandbox() as sandbox:
            west = await sandbox.add("west", pools=["192.0.2.16/28"])
            Path("kubeconfig").write_text(west.kubeconfig)

    Controllers that see several clusters (what a mesh would do) are added with `add_controller`.
    """

    def __init__(self, told: Path | None = None) -> None:
        """Hold no cluster.

        Args:
            told: A file that gets a line, a sentence, for each answer that only something that runs
                could give; None tells nobody.
        """
        self._told = told
        self._clusters: dict[str, Cluster] = {}
        self._servers: dict[str, Server] = {}
        self._managers: dict[str, Manager[Cluster]] = {}
        self._shared: Manager[Mapping[str, Cluster]] | None = None

    async def __aenter__(self) -> Sandbox:
        """Return itself."""
        return self

    async def __aexit__(self, *error: object) -> None:
        """Remove all clusters."""
        for name in tuple(self._clusters):
            await self.remove(name)
        if self._shared:
            self._shared.stop()

    @property
    def clusters(self) -> Mapping[str, Cluster]:
        """The clusters that there are, by name."""
        return self._clusters

    async def add(
        self,
        name: str,
        *,
        version: str = VERSION,
        pods: Iterable[str] = PODS,
        services: Iterable[str] = SERVICES,
        pools: Iterable[str] = POOLS,
        nodes: Iterable[Node] = NODES,
        hosts: Iterable[str] = (),
    ) -> Cluster:
        """Add a cluster, which answers at once.

        Args:
            name: What it is called; the context in its kubeconfig too.
            version: The Kubernetes version that it says it is, "1.35.0".
            pods: The ranges of its pods' addresses: one, or one of each family.
            services: The ranges of its Services' addresses, the first family first.
            pools: The ranges of its load balancers' addresses; none leaves them pending.
            nodes: Its nodes.
            hosts: Names and addresses beside 127.0.0.1 that its server's certificate is for.

        Raises:
            ValueError: There is a cluster of that name, or a range is none.
        """
        from helpers.sandbox import bootstrap, kubeconfig, tls
        from helpers.sandbox.controllers.manager import OF_A_CLUSTER, Manager
        from helpers.sandbox.server import LOOPBACK, Server

        if name in self._clusters:
            raise ValueError(f"there is a cluster `{name}` already")
        settings = Settings(
            name,
            version.removeprefix("v"),
            tuple(map(ip_network, pods)),
            tuple(map(ip_network, services)),
            tuple(map(ip_network, pools)),
            tuple(nodes),
        )
        cluster = Cluster(settings, self._told)
        context, credentials = tls.make(name, (LOOPBACK, "localhost", "kubernetes", *hosts))
        cluster.credentials = credentials
        bootstrap.fill(cluster)
        server = Server(cluster, context)
        cluster.server = f"https://{LOOPBACK}:{await server.start()}"
        cluster.kubeconfig = json.dumps(
            kubeconfig.administrator(name, cluster.server, credentials), indent=2
        )
        manager = Manager(cluster, list(OF_A_CLUSTER))
        cluster.store.listen(manager.changed)
        if self._shared:
            cluster.store.listen(self._shared.changed)
        self._clusters[name], self._servers[name] = cluster, server
        self._managers[name] = manager
        await _quiet([manager])
        return cluster

    async def remove(self, name: str) -> None:
        """Take a cluster away: its port, its watches, all that it held.

        Raises:
            KeyError: There is none of that name.
        """
        del self._clusters[name]
        self._managers.pop(name).stop()
        await self._servers.pop(name).stop()

    async def quiet(self) -> None:
        """Wait until no controller has anything left to do."""
        await _quiet([*self._managers.values(), *([self._shared] if self._shared else ())])

    async def take(self, name: str, connection: socket.socket) -> None:
        """Serve a client of a cluster that has not said anything yet, nor heard.

        Args:
            name: The cluster's.
            connection: Does not block; it is the cluster's from now on.

        Raises:
            KeyError: There is none of that name.
            OSError: The client has gone, or has no certificate.
        """
        await self._servers[name].take(connection)

    def add_controller(self, controller: Controller[Mapping[str, Cluster]]) -> None:
        """Run a controller that sees all clusters, whenever something changes that it wants.

        To be called in the event loop, as `add` is.
        """
        from helpers.sandbox.controllers.manager import Manager

        if self._shared is None:
            self._shared = Manager(self._clusters, [])
            for cluster in self._clusters.values():
                cluster.store.listen(self._shared.changed)
        self._shared.add(controller)


async def _quiet(managers: Iterable[Manager[Cluster] | Manager[Mapping[str, Cluster]]]) -> None:
    while any(one.busy for one in managers):
        await asyncio.sleep(0)


class ThreadedSandbox:
    """The same for code that is not async: a context manager with a thread of its own.

    with ThreadedSandbox() as sandbox:
        west = sandbox.add("west")
    """

    def __init__(self) -> None:
        """Make the event loop; the thread starts when it is entered."""
        self.sandbox = Sandbox()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sandbox", daemon=True)

    def __enter__(self) -> ThreadedSandbox:
        """Start the thread."""
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Remove all clusters and end the thread."""
        try:
            self.run(self.sandbox.__aexit__(*error))
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    @property
    def clusters(self) -> Mapping[str, Cluster]:
        """The clusters that there are, by name: to be read; write by their API."""
        return self.sandbox.clusters

    def add(self, name: str, **settings: Json) -> Cluster:
        """Add a cluster, as `Sandbox.add` does."""
        return self.run(self.sandbox.add(name, **settings))

    def remove(self, name: str) -> None:
        """Take a cluster away, as `Sandbox.remove` does."""
        self.run(self.sandbox.remove(name))

    def add_controller(self, controller: Controller[Mapping[str, Cluster]]) -> None:
        """Run a controller that sees all clusters, as `Sandbox.add_controller` does."""

        async def add() -> None:
            self.sandbox.add_controller(controller)

        self.run(add())

    def run(self, work: Coroutine[object, object, Result]) -> Result:
        """Run a coroutine in the sandbox's thread, and return what it returns."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
