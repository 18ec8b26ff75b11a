"""A proxy on loopback by which the nodes' addresses lead to their clusters.

Kubeconfigs in the sandbox name it (`proxy-url`). It takes CONNECT alone (RFC 9110, 9.3.6), and to
nothing but the API servers of the sandbox.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from helpers.sandbox.programs.machine import Machine

LOOPBACK = "127.0.0.1"
_PORT = 6443
_MOST = 8192  # bytes of a request's head


async def serve(machine: Machine) -> asyncio.Server:
    """Listen; `machine.proxy` becomes the proxy's URL."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, *_ = head.decode("latin-1").split(" ", 2)
            port = _find(machine, target) if method == "CONNECT" else 0
            if not port:
                writer.write(b"HTTP/1.1 502 not an API server of the sandbox\r\n\r\n")
                return
            there, to = await asyncio.open_connection(LOOPBACK, port)
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await asyncio.gather(_copy(reader, to), _copy(there, writer))
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # either side has gone, or it is no request
        finally:
            writer.close()

    server = await asyncio.start_server(talk, LOOPBACK, 0, limit=_MOST)
    machine.proxy = f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
    return server


def _find(machine: Machine, target: str) -> int:
    """Return the port of the API server that a `HOST:PORT` means, 0 for none."""
    parts = urlsplit(f"//{target}")
    for name, cluster in machine.sandbox.clusters.items():
        own = urlsplit(cluster.server).port or 0
        if parts.hostname == LOOPBACK and parts.port == own:
            return own
        if parts.port == _PORT and machine.at(parts.hostname or "") == name:
            return own
    return 0


async def _copy(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            to.write(data)
            await to.drain()
    except OSError:
        pass
    finally:
        to.close()
