"""Pages that are served: requests -> answers; and files that are watched."""

from __future__ import annotations

import http.client
import os
import socket
import struct
import threading
import time
import urllib.request
from contextlib import closing

import pytest

from runner.render.serve import CHANGES, Server, live, watch


class EnoughError(Exception):
    pass


def test_what_was_written_while_the_files_were_read_is_a_change(tmp_path):
    old, late = tmp_path / "old.md", tmp_path / "late.md"
    since = time.time_ns()
    for path, written in ((old, since - 10**9), (late, since + 1)):
        path.touch()
        os.utime(path, ns=(written, written))
    calls = []

    def changed():
        calls.append(1)
        raise EnoughError

    with pytest.raises(EnoughError):
        watch([old, late], changed, since=since)
    assert calls == [1]


@pytest.fixture
def server(tmp_path):
    (tmp_path / "a.html").write_text("<html><body>a page</body></html>")
    (tmp_path / "note.txt").write_text("a note")
    server = Server(tmp_path, tmp_path / "a.html")
    yield server
    server.close()


def answer(server, method: str, path: str) -> tuple[int, dict[str, str], bytes]:
    with closing(http.client.HTTPConnection(server.address.split("/")[2], timeout=10)) as asked:
        asked.request(method, path)
        came = asked.getresponse()
        said = {k: v for k, v in came.getheaders() if k not in ("Date", "Connection")}
        return came.status, said, came.read()


@pytest.mark.parametrize("path", ["/", "/a.html", "/note.txt", "/gone.html", "/%00"])
def test_head_is_answered_as_get_without_what_it_would_get(server, path):
    status, said, body = answer(server, "GET", path)
    assert answer(server, "HEAD", path) == (status, said, b"")
    assert body or status == 302


def test_head_of_the_changes_does_not_wait_for_one(server):
    status, said, body = answer(server, "HEAD", CHANGES)
    assert (status, said["Content-Type"], body) == (200, "text/event-stream", b"")


def test_a_page_without_an_end_is_made_again_too():
    """As one of the user's template while that is being written."""
    assert "EventSource" in live("<p>half", 0)


def told(server, count: int = 0):
    """Return a function that returns the next event that a page is told of."""
    came = urllib.request.urlopen(f"{server.address.rstrip('/')}{CHANGES}?{count}", timeout=10)

    def event() -> str:
        lines = iter(lambda: came.readline().decode(), "\n")
        found = "".join(line for line in lines if not line.startswith(":"))
        return found or event()

    return event


def test_an_open_page_is_told_what_is_wrong_and_when_it_is_mended(server):
    event = told(server)
    server.tell("a.md:1:2: error: wrong\n    <!-- @wiat -->")
    assert event() == ("event: wrong\ndata: a.md:1:2: error: wrong\ndata:     <!-- @wiat -->\n")
    server.tell()
    assert event() == "data: changed\n"


def test_a_page_that_is_opened_meanwhile_is_told_too(server):
    server.tell("wrong \udcff")
    event = told(server, count=1)
    assert event() == "event: wrong\ndata: wrong ?\n"
    server.tell("still wrong")
    assert event() == "event: wrong\ndata: still wrong\n"


def test_a_page_that_is_closed_while_it_is_sent_is_nothing_to_tell(server, capfd):
    before = set(threading.enumerate())
    asking = socket.create_connection(server.address.split("/")[2].split(":"), timeout=10)
    asking.sendall(b"GET /a.html")
    answer(server, "GET", "/a.html")  # so the first one has been taken
    asking.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    asking.close()  # by that, with a reset
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    assert capfd.readouterr().err == ""
