"""`cuebook render --watch`: pages on the loopback interface, made again when a file changes.

Pages on the disk are as they are without it; what makes a page reload itself is put into what is
served. Files are looked at often instead of being told of by the system: that is the same on every
system, and a look at a thousand files takes some milliseconds.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import sys
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
"""Where the server tells, as server-sent events (HTML, 9.2), that pages are other ones, or, as an
event `wrong`, why they could not be made anew; a page that is opened later is told that, too."""

_ALIVE = 15.0  # seconds after which something is sent, so that it is found out who has gone
_LIVE = "\n" + Path(__file__).with_name("live.js").read_text(encoding="utf-8")
_DIGEST = base64.b64encode(hashlib.sha256(_LIVE.encode()).digest()).decode()


class _Changes:
    """How often something has changed, and what is wrong since then; who wants to know waits."""

    def __init__(self) -> None:
        self._count, self._wrong = 0, ""
        self._changed = threading.Condition()

    @property
    def state(self) -> tuple[int, str]:
        """How often it has changed, and what is wrong now, or ""."""
        with self._changed:
            return self._count, self._wrong

    def tell(self, wrong: str) -> None:
        with self._changed:
            self._count, self._wrong = self._count + 1, wrong
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
        self._server = _Quiet(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def tell(self, wrong: str = "") -> None:
        """Let the pages that are open load themselves again, or say what is wrong.

        Args:
            wrong: Why pages could not be made anew: lines for a person, told as text.
        """
        self._changes.tell(wrong)

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


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing where a page goes while it is answered, as each does that loads itself."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    root: Path
    first: str
    changes: _Changes

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        port = self.connection.getsockname()[1]
        if self.headers.get("Host") not in (f"127.0.0.1:{port}", f"localhost:{port}"):
            # Another site's name that leads here (DNS rebinding) reads nothing.
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        asked = urlsplit(self.path)
        path = unquote(asked.path)
        if path == CHANGES:
            self._tell(int(asked.query[:9]) if asked.query.isdecimal() else None)
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
            count, _ = self.changes.state  # before: what changes meanwhile is told
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
        if self.command != "HEAD":
            self.wfile.write(content)

    def _tell(self, count: int | None) -> None:
        """Tell what happens after the change of this number, by default from now on."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command == "HEAD":
            return
        now, wrong = self.changes.state
        try:
            self.wfile.write(_event(wrong) if wrong else b": here\n\n")
            count = now if wrong or count is None else count
            while True:
                changed = self.changes.wait(count)
                count, wrong = self.changes.state
                self.wfile.write(_event(wrong) if changed else b": still here\n\n")
        except OSError:
            pass  # the page is closed

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal is for what changes."""


def _event(wrong: str) -> bytes:
    """Return what a page is told: to load itself again, or what is wrong."""
    if not wrong:
        return b"data: changed\n\n"
    data = "".join(f"data: {line}\n" for line in wrong.splitlines())
    return f"event: wrong\n{data}\n".encode(errors="replace")


def live(page: str, count: int) -> str:
    """Return a page that loads itself again when it has changed, and may do so.

    Args:
        page: Its HTML.
        count: How often pages had changed when it was read.
    """
    page = page.replace("script-src 'sha256-", f"script-src 'sha256-{_DIGEST}' 'sha256-", 1)
    page = page.replace("form-action 'none'", "form-action 'none'; connect-src 'self'", 1)
    script = f'<script data-count="{count}">{_LIVE}</script>\n'
    before, end, after = page.rpartition("</body>")
    return f"{before}{script}{end}{after}" if end else f"{page}{script}"
