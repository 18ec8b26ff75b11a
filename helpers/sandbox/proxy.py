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
        task = asyncio.create_task(_accept(machine, listening))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])


async def _accept(machine: Machine, listening: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as tasks:
        while True:
            try:
                connection, _ = await loop.sock_accept(listening)
            except OSError:  # too many files are open, or the client has gone already
                await asyncio.sleep(_PAUSE)
                continue
            tasks.create_task(_connect(machine, connection))


async def _connect(machine: Machine, connection: socket.socket) -> None:
    """Give a connection to the API server that it asks for, or end it."""
    loop = asyncio.get_running_loop()
    try:
        name = _find(machine, await _head(connection))
        await loop.sock_sendall(connection, _TAKEN if name else _REFUSED)
    except OSError:  # the client has gone
        name = ""
    if name not in machine.sandbox.clusters:
        connection.close()
        return
    with contextlib.suppress(OSError):  # it has no certificate; the connection is closed by now
        await machine.sandbox.take(name, connection)


async def _head(connection: socket.socket) -> bytes:
    """Return a request's head, or what came of it."""
    head = b""
    while not head.endswith(_END) and len(head) < _MOST:
        more = await asyncio.get_running_loop().sock_recv(connection, _MOST)
        if not more:
            break
        head += more
    return head


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
