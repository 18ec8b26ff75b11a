"""`cuebook render --watch`: pages on the loopback interface, made again when a file changes.

Pages on the disk are as they are without it; what makes a page reload itself is put into what is
served. Files are looked at often instead of being told of by the system: that is the same on every
system, and a look at a thousand files takes some milliseconds.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote, unquote, urlsplit

from runner.render.looks import looks, sure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

EVERY = 0.05
"""Seconds between two looks at the files."""

_TICK = 20_000_000
"""Nanoseconds: more than a step of the clock by which Linux says when a file was written, 4 or
10 ms (CONFIG_HZ)."""

CHANGES = "/cue:changes"
"""Where the server tells, as server-sent events (HTML, 9.2), that pages are other ones."""

_ALIVE = 15.0  # seconds after which something is sent, so that it is found out who has gone
_LIVE = "\n" + Path(__file__).with_name("live.js").read_text(encoding="utf-8")
_DIGEST = base64.b64encode(hashlib.sha256(_LIVE.encode()).digest()).decode()


class _Changes:
    """How often pages have changed; who wants to know waits for the next time."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    @property
    def count(self) -> int:
        return self._count

    def tell(self) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait(self, count: int) -> bool:
        """Wait until it is not `count` any more; False where nothing has changed for a while."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count != count, _ALIVE)


class Server:
    """Serves a folder to this machine alone."""

    def __init__(self, root: Path, first: Path) -> None:
        """Listen on a free port of the loopback interface.

        Args:
            root: The folder.
            first: The page in it that `/` leads to.

        Raises:
            OSError: There is no port.
        """
        self._changes = _Changes()
        start = quote(first.resolve().relative_to(root.resolve()).as_posix())
        known = {"root": root.resolve(), "changes": self._changes, "first": start}
        handler = type("Handler", (_Handler,), known)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def tell(self) -> None:
        """Let the pages that are open load themselves again."""
        self._changes.tell()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


def watch(files: Iterable[Path], changed: Callable[[], Iterable[Path]], *, since: int) -> NoReturn:
    """Call `changed` each time that one of some files has changed, until interrupted.

    Args:
        files: They, and folders, in which files may come and go.
        changed: Returns the files to look at from then on.
        since: When their reading began, in nanoseconds since 1970: what was written later than that
            may not have been read.
    """
    looked = sure(files, since)
    while True:
        time.sleep(EVERY)
        if looks(looked) != looked:
            # What changes meanwhile is seen the next time.
            looked = sure(looked, time.time_ns() - _TICK)
            # A file that is new may have been read when it was half written: once more, then.
            looked = {path: looked.get(path, (-1, -1)) for path in changed()}


class _Handler(BaseHTTPRequestHandler):
    root: Path
    first: str
    changes: _Changes

    def do_GET(self) -> None:
        port = self.connection.getsockname()[1]
        if self.headers.get("Host") not in (f"127.0.0.1:{port}", f"localhost:{port}"):
            # Another site's name that leads here (DNS rebinding) reads nothing.
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        asked = urlsplit(self.path)
        path = unquote(asked.path)
        if path == CHANGES:
            self._tell(int(asked.query[:9]) if asked.query.isdecimal() else self.changes.count)
        elif path == "/":
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", f"/{self.first}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._file(path)

    def _file(self, path: str) -> None:
        try:
            file = (self.root / path.lstrip("/")).resolve()
            if not file.is_relative_to(self.root):
                raise FileNotFoundError(path)
            count = self.changes.count  # before: what changes meanwhile is told
            content = file.read_bytes()
        except (OSError, ValueError):
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if kind == "text/html":
            content = live(content.decode(), count).encode()
            kind = "text/html; charset=utf-8"
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def _tell(self, count: int) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        try:
            self.wfile.write(b": here\n\n")
            while True:
                told = b"data: changed\n\n" if self.changes.wait(count) else b": still here\n\n"
                count = self.changes.count
                self.wfile.write(told)
        except OSError:
            pass  # the page is closed

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal is for what changes."""


def live(page: str, count: int) -> str:
    """Return a page that loads itself again when it has changed, and may do so.

    Args:
        page: Its HTML.
        count: How often pages had changed when it was read.
    """
    page = page.replace("script-src 'sha256-", f"script-src 'sha256-{_DIGEST}' 'sha256-", 1)
    page = page.replace("form-action 'none'", "form-action 'none'; connect-src 'self'", 1)
    before, end, after = page.rpartition("</body>")
    return f'{before}<script data-count="{count}">{_LIVE}</script>\n{end}{after}' if end else page
