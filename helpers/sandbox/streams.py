"""logs, exec and attach: marked text, since nothing runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from helpers.sandbox import read, watch
from helpers.sandbox.parts import deleting, state
from helpers.sandbox.status import bad_request, not_simulated

if TYPE_CHECKING:
    import asyncio

    from aiohttp.web import BaseRequest, StreamResponse

    from helpers.sandbox.call import Call
    from helpers.sandbox.resources import Object

MARK = "[simulated]"
PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
_OUT, _ERROR = b"\x01", b"\x03"


def _container(call: Call, pod: Object) -> str:
    names = [
        one["name"]
        for field in ("containers", "initContainers", "ephemeralContainers")
        for one in pod["spec"].get(field) or ()
    ]
    wanted = call.query.get("container") or names[0]
    if wanted not in names:
        raise bad_request(f"container {wanted} is not valid for pod {call.name}")
    return str(wanted)


def log(call: Call) -> bytes:
    """Return what a container is said to have printed: one marked line.

    Raises:
        ApiError: 404: no such pod; 400: no such container, or it has not started.
    """
    pod = call.need()
    container = _container(call, pod)
    if not state(pod).get("containerStatuses"):
        raise bad_request(
            f'container "{container}" in pod "{call.name}" is waiting to start: ContainerCreating'
        )
    if call.query.get("previous") == "true":
        raise bad_request(
            f'previous terminated container "{container}" in pod "{call.name}" not found'
        )
    if call.query.get("tailLines") == "0":
        return b""
    stamp = f"{pod['status'].get('startTime')} " if call.query.get("timestamps") == "true" else ""
    text = f"{MARK} {call.namespace}/{call.name}, container {container}: nothing runs here"
    call.cluster.tell(f"the log of {call.namespace}/{call.name} needs a pod that runs")
    return f"{stamp}{text}\n".encode()


async def follow(call: Call, request: BaseRequest, stop: asyncio.Event) -> StreamResponse:
    """Send a log and then wait, as `kubectl logs -f` does, until the pod is gone."""
    from aiohttp.web import StreamResponse

    from helpers.sandbox.controllers.objects import done

    text, pod = log(call), call.need()
    pods = watch.Watch(call.resource, read.wanted(call), since=call.cluster.store.version)
    response = StreamResponse(headers={"Content-Type": "text/plain"})
    await response.prepare(request)
    await response.write(text)
    if not done(pod):
        async for kind, found in watch.events(call.cluster.store, pods, stop):
            if kind == "DELETED" or deleting(found) or done(found):
                break
    await response.write_eof()
    return response


async def run(call: Call, request: BaseRequest, command: list[str]) -> StreamResponse:
    """Answer exec and attach on a WebSocket: one marked line, and success.

    Raises:
        ApiError: As for a log; 501: the client wants SPDY.
    """
    from aiohttp.web import WebSocketResponse

    if call.subresource == "portforward":
        raise not_simulated("port-forward: nothing listens in a pod")
    pod = call.need()
    container = _container(call, pod)
    if state(pod).get("phase") not in ("Running", "Succeeded"):
        raise bad_request(f"pod {call.name} does not have a host assigned")
    if call.subresource == "exec" and state(pod).get("phase") == "Succeeded":
        text = "cannot exec into a container in a completed pod; current phase is Succeeded"
        raise bad_request(text)
    if request.headers.get("Upgrade", "").lower() != "websocket":
        raise not_simulated(f"{call.subresource} over SPDY: it takes kubectl 1.30 or newer")
    socket = WebSocketResponse(protocols=PROTOCOLS, timeout=5)
    if not socket.can_prepare(request).ok:
        raise bad_request("the request is no WebSocket's")
    call.cluster.tell(f"{call.subresource} in {call.namespace}/{call.name} needs a pod that runs")
    await socket.prepare(request)
    did = " ".join(command) if command else "nothing runs here"
    text = f"{MARK} {call.namespace}/{call.name}, container {container}: {did}"
    newline = "\r\n" if call.query.get("tty") == "true" else "\n"
    if call.query.get("stdout", "true") == "true":
        await socket.send_bytes(_OUT + (text + newline).encode())
    result = {"metadata": {}, "status": "Success"}
    await socket.send_bytes(_ERROR + json.dumps(result).encode())
    await socket.close()
    return socket
