"""One cluster's API server: TLS on a port of 127.0.0.1, for clients with a certificate."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

from aiohttp import ClientError, web
from aiohttp.http_exceptions import HttpProcessingError

from helpers.sandbox import answer, discovery, openapi, rbac, read, route, streams, watch
from helpers.sandbox import call as calls
from helpers.sandbox.status import ApiError, bad_request, no_such_path
from helpers.sandbox.tls import ADMINISTRATOR, MASTERS

if TYPE_CHECKING:
    import socket
    import ssl

    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

LOOPBACK = "127.0.0.1"
AUTHENTICATED = "system:authenticated"

log = logging.getLogger(__name__)


class Server:
    """Serves one cluster."""

    def __init__(self, cluster: Cluster, context: ssl.SSLContext) -> None:
        """Take the cluster and what it says and asks of clients by TLS; nothing listens yet."""
        self._cluster = cluster
        self._context = context
        self._stop = asyncio.Event()
        self._greeted = False
        self._runner = web.ServerRunner(
            web.Server(self._handle, access_log=None), shutdown_timeout=0.1
        )

    async def start(self) -> int:
        """Listen on a port that is free, and return it."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, LOOPBACK, 0, ssl_context=self._context)
        await site.start()
        found: int = self._runner.addresses[0][1]
        return found

    async def take(self, connection: socket.socket) -> None:
        """Serve a connection that another has accepted.

        Raises:
            OSError: The client has gone, or has no certificate.
        """
        serve = self._runner.server
        assert serve  # noqa: S101 - it was started
        loop = asyncio.get_running_loop()
        await loop.connect_accepted_socket(serve, connection, ssl=self._context)

    async def stop(self) -> None:
        """End watches and connections, and listen no more."""
        self._stop.set()
        await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await self._answer(request)
        except ApiError as error:
            wrong = error
        except (ClientError, HttpProcessingError) as error:
            wrong = bad_request(f"the body cannot be read: {error}")
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception as error:
            log.exception("the sandbox failed to answer %s %s", request.method, request.rel_url)
            text = f"Internal error occurred: {type(error).__name__} in the sandbox"
            wrong = ApiError(500, "InternalError", text)
        return _json(wrong.status, wrong.code)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = route.parts(request.rel_url.raw_path)
        if (fixed := self._fixed(request, path)) is not None:
            return fixed
        if len(path) < 3 or path[0] not in ("api", "apis"):
            raise no_such_path()
        call = calls.Call(
            self._cluster,
            *route.find(self._cluster, path),
            request.rel_url.query,
            await _body(request),
            request.headers.get("Content-Type", calls.JSON),
            request.headers.get("User-Agent", ""),
            *_user(request),
        )
        method = request.method
        if call.subresource in ("exec", "attach", "portforward"):
            return await streams.run(call, request, request.rel_url.query.getall("command", []))
        verb = answer.verb(call, method)
        rbac.check(call, verb)
        if call.subresource == "log":
            if call.query.get("follow") == "true":
                return await streams.follow(call, request, self._stop)
            return web.Response(body=streams.log(call), content_type="text/plain")
        form = answer.accepted(request.headers.get("Accept", ""))
        if verb == "watch":
            return await self._watch(call, request, form)
        code, obj = answer.give(call, method)
        definition = self._cluster.definition(call.resource)
        if definition and definition.deprecated:
            call.warnings.append(definition.deprecated)
        response = _json(answer.formed(call, obj, form), code)
        self._warn(response, call)
        return response

    def _fixed(self, request: web.BaseRequest, path: list[str]) -> web.Response | None:
        """Return the answer at a path that is no resource's, None where it may be one's."""
        cluster = self._cluster
        found: Object | bytes | None
        match path:
            case ["healthz" | "livez" | "readyz"]:
                return web.Response(text="ok")
            case ["api" | "apis" as root]:
                return _roots(cluster, request, core=root == "api")
            case ["apis", name]:
                versions = discovery.groups(cluster).get(name)
                found = discovery.group(name, versions) if versions else None
            case ["api", version]:
                found = discovery.resource_list(cluster, "", version)
            case ["apis", name, version]:
                found = discovery.resource_list(cluster, name, version)
            case ["openapi", "v3"]:
                found = openapi.index(cluster)
            case ["openapi", "v3", "api" | "apis", *group, version]:
                found = openapi.document(cluster, ".".join(group), version)
            case ["version"]:
                found = _version(cluster)
            case []:
                found = {"paths": ["/api", "/apis", "/healthz", "/openapi/v3", "/version"]}
            case _:
                return None
        if found is None:
            raise no_such_path()
        if isinstance(found, bytes):
            return web.Response(body=found, content_type=calls.JSON)
        return _json(found, 200)

    def _warn(self, response: web.Response, call: calls.Call) -> None:
        """Add the headers that kubectl prints as warnings."""
        texts = list(dict.fromkeys(call.warnings))
        if not self._greeted:
            self._greeted = True
            texts.insert(0, f"cluster {self._cluster.name} is simulated: nothing runs in it")
        for text in texts:
            safe = json.dumps(text.encode("ascii", "replace").decode()[:1000])
            response.headers.add("Warning", f"299 - {safe}")

    async def _watch(
        self, call: calls.Call, request: web.BaseRequest, form: str
    ) -> web.StreamResponse:
        initial = call.query.get("sendInitialEvents") == "true"
        wanted = watch.Watch(
            call.resource,
            read.wanted(call),
            since=None if initial else read.number(call, "resourceVersion") or None,
            initial_bookmark=initial,
            bookmarks=call.query.get("allowWatchBookmarks") == "true",
            seconds=read.number(call, "timeoutSeconds"),
        )
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)

        async def send(kind: str, obj: Object) -> None:
            line = json.dumps({"type": kind, "object": obj}, separators=(",", ":"))
            await response.write(line.encode() + b"\n")

        try:
            async for kind, obj in watch.events(self._cluster.store, wanted, self._stop):
                shown = read.shown(call.resource, obj)
                if kind != "BOOKMARK" or form:
                    shown = answer.formed(call, shown, form)
                await send(kind, shown)
        except ApiError as error:
            await send("ERROR", error.status)
        except ConnectionError:
            # The client has gone, as clients of watches do.
            return response
        await response.write_eof()
        return response


def _roots(cluster: Cluster, request: web.BaseRequest, *, core: bool) -> web.Response:
    """Answer at /api or /apis, in the form that lists all resources where that is accepted."""
    for one in request.headers.get("Accept", "").replace(" ", "").split(","):
        if set(discovery.AGGREGATED.split(";")) <= set(one.split(";")):
            return _json(discovery.aggregated(cluster, core=core), 200, discovery.AGGREGATED)
    found = discovery.versions(cluster.server) if core else discovery.group_list(cluster)
    return _json(found, 200)


def _json(obj: Object, code: int, kind: str = calls.JSON) -> web.Response:
    text = json.dumps(obj, separators=(",", ":"))
    return web.Response(body=text.encode(), status=code, headers={"Content-Type": kind})


async def _body(request: web.BaseRequest) -> bytes:
    if not request.body_exists:
        return b""
    out = bytearray()
    async for part in request.content.iter_any():
        out += part
        if len(out) > calls.LARGEST:
            text = f"Request entity too large: limit is {calls.LARGEST}"
            raise ApiError(413, "RequestEntityTooLarge", text)
    return bytes(out)


def _user(request: web.BaseRequest) -> tuple[str, tuple[str, ...]]:
    """Return who asks: whom an administrator impersonates, or the certificate's own."""
    if asked := request.headers.get("Impersonate-User"):
        groups = request.headers.getall("Impersonate-Group", [])
        return asked, (*groups, AUTHENTICATED)
    certificate: Any = request.transport and request.transport.get_extra_info("peercert")
    found = {key: value for part in (certificate or {}).get("subject", ()) for key, value in part}
    name = found.get("commonName", ADMINISTRATOR)
    return name, (found.get("organizationName", MASTERS), AUTHENTICATED)


def _version(cluster: Cluster) -> Object:
    major, minor, *_ = cluster.settings.version.split(".")
    return {
        "major": major,
        "minor": minor,
        "gitVersion": cluster.git_version,
        "gitCommit": "simulated",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "none",
        "compiler": "none",
        "platform": "simulated/simulated",
    }
