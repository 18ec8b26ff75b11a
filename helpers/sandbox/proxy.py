"""A proxy on loopback by which the nodes' addresses lead to their clusters.

Kubeconfigs in the sandbox name it (`proxy-url`). It takes CONNECT alone (RFC 9110, 9.3.6), and to
nothing but the API servers of the sandbox, which take the connection over: nothing is copied.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from helpers.sandbox.programs.machine import Machine

LOOPBACK = "127.0.0.1"
_PORT = 6443
_MOST = 8192  # bytes of a request's head
_END = b"\r\n\r\n"
_PAUSE = 0.1  # seconds
_TAKEN = b"HTTP/1.1 200 OK" + _END
_REFUSED = b"HTTP/1.1 502 not an API server of the sandbox" + _END


@contextlib.asynccontextmanager
async def serve(machine: Machine) -> AsyncIterator[None]:
    """Listen; `machine.proxy` is the proxy's URL."""
    with socket.create_server((LOOPBACK, 0)) as listening:
        listening.setblocking(False)
        machine.proxy = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        proxy = _Proxy(machine, listening)
        proxy.listen()
        try:
            yield
        finally:
            await proxy.stop()


class _Proxy:
    """Reads what clients say first, in callbacks: kubectl waits for it, and tasks cost more."""

    def __init__(self, machine: Machine, listening: socket.socket) -> None:
        self._machine = machine
        self._listening = listening
        self._loop = asyncio.get_running_loop()
        self._heads: dict[socket.socket, bytes] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def listen(self) -> None:
        if self._listening.fileno() >= 0:  # it was not closed in the pause
            self._loop.add_reader(self._listening, self._accept)

    async def stop(self) -> None:
        self._loop.remove_reader(self._listening)
        self._listening.close()
        for connection in list(self._heads):
            self._drop(connection)
            connection.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _accept(self) -> None:
        try:
            connection, _ = self._listening.accept()
        except OSError:  # too many files are open, or the client has gone already
            self._loop.remove_reader(self._listening)
            self._loop.call_later(_PAUSE, self.listen)
            return
        connection.setblocking(False)
        self._heads[connection] = b""
        self._loop.add_reader(connection, self._read, connection)

    def _read(self, connection: socket.socket) -> None:
        """Give a connection to the API server that its head asks for, or end it."""
        try:
            more = connection.recv(_MOST)
        except BlockingIOError:
            return
        except OSError:  # the client has gone
            more = b""
        head = self._heads[connection] = self._heads[connection] + more
        if more and not head.endswith(_END) and len(head) < _MOST:
            return
        self._drop(connection)
        name = _find(self._machine, head)
        try:
            connection.sendall(_TAKEN if name else _REFUSED)
        except OSError:
            name = ""
        if not name:
            connection.close()
            return
        task = self._loop.create_task(self._give(name, connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _drop(self, connection: socket.socket) -> None:
        self._loop.remove_reader(connection)
        del self._heads[connection]

    async def _give(self, name: str, connection: socket.socket) -> None:
        try:
            await self._machine.sandbox.take(name, connection)
        except (OSError, KeyError):  # it has no certificate, or the cluster has gone meanwhile
            connection.close()


def _find(machine: Machine, head: bytes) -> str:
    """Return the cluster whose API server a request is to be connected to, "" for none."""
    method, _, rest = head.decode("latin-1").partition(" ")
    try:
        parts = urlsplit(f"//{rest.partition(' ')[0]}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if method != "CONNECT" or not head.endswith(_END):
        return ""
    for name, cluster in machine.sandbox.clusters.items():
        own = host == LOOPBACK and port == urlsplit(cluster.server).port
        if own or (port == _PORT and machine.at(host) == name):
            return name
    return ""
