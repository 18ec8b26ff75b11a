"""`@browse` where nobody looks: a real web server on loopback, and what it answers."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from runner.rehearsal.fetch import fetch


@pytest.fixture
def server():
    """Return a function: answers, as (status, text), one after the other, to the server's URL."""
    servers = []

    def server(*answers):
        left = list(answers)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                status, text = left.pop(0) if len(left) > 1 else left[0]
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        one = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=one.serve_forever, daemon=True).start()
        servers.append(one)
        return f"http://127.0.0.1:{one.server_port}/page"

    yield server
    for one in servers:
        one.shutdown()
        one.server_close()


@pytest.mark.parametrize(
    ("answers", "text", "problem"),
    [
        ([(200, "Welcome")], "", ""),
        ([(204, "")], "", ""),
        ([(200, "Welcome to all")], "come to", ""),
        ([(503, ""), (503, ""), (200, "up")], "up", ""),
        ([(200, "starting"), (200, "up")], "up", ""),
        ([(404, "")], "", "URL answers with status 404, for 1.5 s"),
        ([(200, "Welcome")], "Farewell", "URL answers, and 'Farewell' is not in it, for 1.5 s"),
    ],
)
def test_what_a_page_answers(server, monkeypatch, answers, text, problem):
    monkeypatch.setattr("runner.rehearsal.fetch.PAUSE", 0.05)
    url = server(*answers)
    assert fetch(f"{url} {text}", 1.5).replace(url, "URL") == problem


@pytest.fixture
def slow():
    """Return a function: bytes to the URL of a server that sends them, then a byte now and then."""
    with contextlib.ExitStack() as stack:

        def slow(begin: bytes) -> str:
            listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            stack.callback(listening.shutdown, socket.SHUT_RDWR)

            def serve():
                with contextlib.suppress(OSError):
                    while True:
                        caller, _ = listening.accept()
                        stack.callback(caller.close)
                        caller.sendall(begin)
                        for _ in range(200):
                            time.sleep(0.05)
                            caller.sendall(b"x")

            threading.Thread(target=serve, daemon=True).start()
            return f"http://127.0.0.1:{listening.getsockname()[1]}/"

        yield slow


@pytest.mark.parametrize(
    "begin",
    [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"],
    ids=["status", "header", "body"],
)
def test_an_answer_that_trickles_and_does_not_end(slow, begin):
    url = slow(begin)
    assert fetch(url, 0.3) == f"{url} does not answer: timed out, for 0.3 s"


def test_an_address_that_is_listened_to_by_nobody_who_answers():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        assert fetch(url, 0.3) == f"{url} does not answer: timed out, for 0.3 s"


def test_a_rehearsal_with_a_page_that_never_answers(rehearse, slow):
    url = slow(b"")
    page = f"# A page\n\n<!-- @browse {url} Welcome -->\n\n```bash\necho no\n```\n"
    cleanup = "<!-- @cleanup -->\n```bash\necho cleaned\n```\n<!-- @end -->\n"
    result = rehearse(page + cleanup, "--timeout", "500ms")
    assert result.status == 1, result
    assert result.summary == [
        f"demo.md:3:6: {url} does not answer: timed out, for 0.5 s",
        f"  @browse {url} Welcome",
        "✗ demo.md: 1 step passed, 1 failed",
    ]
    assert result.printed == [
        "A page",
        f"2 @browse {url} Welcome",
        f"✗ {url} does not answer: timed out, for 0.5 s",
        "cleaned",
    ]


def test_a_rehearsal_with_a_page_that_answers(rehearse, server):
    result = rehearse(f"<!-- @browse {server((200, 'Welcome'))} Wel -->\n\n```bash\ntrue\n```\n")
    assert (result.status, result.summary) == (0, ["✓ demo.md: 2 steps passed"])


def test_the_budget_holds_for_a_page(rehearse, slow):
    page = f"<!-- @browse {slow(b'')} -->\n\n```bash\necho no\n```\n"
    result = rehearse(page, "--budget", "500ms")
    assert (result.status, result.commands) == (1, []), result


def test_an_address_that_refuses():
    assert fetch("http://127.0.0.1:1/", 0.2) == (
        "http://127.0.0.1:1/ does not answer: [Errno 111] Connection refused, for 0.2 s"
    )


def test_what_a_variable_has_made_no_address():
    assert fetch("file:///etc/passwd", 0.2) == "file:///etc/passwd is no http or https address"
