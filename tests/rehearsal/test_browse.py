"""`@browse` where nobody looks: a real web server on loopback, and what it answers."""

from __future__ import annotations

import threading
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


def test_an_address_that_never_answers():
    assert fetch("http://127.0.0.1:1/", 0.2) == (
        "http://127.0.0.1:1/ does not answer: [Errno 111] Connection refused, for 0.2 s"
    )


def test_what_a_variable_has_made_no_address():
    assert fetch("file:///etc/passwd", 0.2) == "file:///etc/passwd is no http or https address"
