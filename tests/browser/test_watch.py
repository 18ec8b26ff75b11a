"""`cuebook render --watch`: a real server, a real browser, files that change."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

BOOK = "# A demo\n\n<!-- @SHOW -->\n\n```bash\necho {}\n```\n"
TEMPLATE = '{% extends "base.html" %}{% block main %}mine{% endblock %}'


@contextlib.contextmanager
def watching(folder, *words: str):
    """Run `cuebook render WORDS --watch` in a folder; yield its address and its process."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "runner.cli.main", "render", "--no-init", *words, "--watch"],
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    found = re.search(r"http://127\.0\.0\.1:\d+/", process.stderr.readline())
    try:
        yield found[0], process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.fixture
def serving(tmp_path):
    """Start `cuebook render book --watch`; return its address and its process."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "a.md").write_text(BOOK.format("one"))
    with watching(tmp_path, "book", "-o", "out") as started:
        yield started


def test_a_change_shows_by_itself(serving, tmp_path, show):
    address, _ = serving
    shown = show(f"{address}a.html")
    for word in ("two", "three"):
        (tmp_path / "book" / "a.md").write_text(BOOK.format(word))
        shown.get_by_text(f"echo {word}").wait_for()


def test_a_new_runbook_and_one_that_is_wrong(serving, tmp_path, show):
    address, process = serving
    shown = show(address)
    (tmp_path / "book" / "b.md").write_text(BOOK.format("b").replace("A demo", "Another"))
    shown.locator(".list a", has_text="Another").wait_for()
    (tmp_path / "book" / "b.md").write_text(BOOK.format("b") + "<!-- @wiat -->\n")
    assert "b.md:8:6: error: `@wiat` is no directive" in process.stderr.readline()
    assert process.poll() is None
    shown.get_by_role("alert").get_by_text("b.md:8:6: error: `@wiat` is no directive").wait_for()
    (tmp_path / "book" / "b.md").write_text(BOOK.format("b").replace("A demo", "Mended"))
    shown.locator(".list a", has_text="Mended").wait_for()
    assert not shown.get_by_role("alert").count()


def test_what_is_wrong_is_text(serving, tmp_path, show):
    address, _ = serving
    hostile = "<!-- @<img/src=x/onerror=alert(1)> -->"
    (tmp_path / "book" / "a.md").write_text(BOOK.format("one") + hostile)
    for _opened in ("while it is wrong", "again"):
        alert = show(f"{address}a.html").get_by_role("alert")
        alert.get_by_text(hostile).wait_for()
        assert not alert.locator("img").count()


def test_a_template_that_is_wrong_is_told_on_the_page(tmp_path, show):
    for name, text in {"book/a.md": BOOK.format("one"), "mine/runbook.html": TEMPLATE}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    with watching(tmp_path, "book", "-o", "out", "--templates", "mine") as (address, _):
        shown = show(f"{address}a.html")
        (tmp_path / "mine" / "runbook.html").write_text(TEMPLATE + "{% if %}")
        shown.get_by_role("alert").get_by_text("mine/runbook.html:1: Expected an expr").wait_for()
        (tmp_path / "mine" / "runbook.html").write_text(TEMPLATE.replace("mine", "my mended one"))
        shown.get_by_text("my mended one").wait_for()
        shown.close()


def test_a_runbook_that_goes_and_comes_back(serving, tmp_path, show):
    address, process = serving
    book, page = tmp_path / "book" / "b.md", tmp_path / "out" / "b.html"
    book.write_text(BOOK.format("b").replace("A demo", "Another"))
    shown = show(address)
    shown.locator(".list a", has_text="Another").wait_for()
    book.rename(tmp_path / "b.md")
    shown.locator(".list a", has_text="Another").wait_for(state="detached")
    assert "out/b.html: removed, as no runbook becomes" in process.stderr.readline()
    assert not page.exists()
    (tmp_path / "b.md").rename(book)
    shown.locator(".list a", has_text="Another").wait_for()
    assert page.exists()


def test_a_new_take_shows_by_itself(tmp_path, show, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "book").mkdir()
    for name in ("a", "b"):
        (tmp_path / "book" / f"{name}.md").write_text(BOOK.format(f"$(({name} + 41))"))
    cuebook = [sys.executable, "-P", "-m", "runner.cli.main"]
    rehearse = [*cuebook, "rehearse", "--no-init"]
    subprocess.run([*rehearse, "book/a.md"], cwd=tmp_path, check=True)
    words = ["render", "--no-init", "--take", "latest", "book", "-o", "out", "--watch"]
    with subprocess.Popen(
        [*cuebook, *words], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as process:
        while not (found := re.search(r"http://127\.0\.0\.1:\d+/", process.stderr.readline())):
            pass
        try:
            shown = show(f"{found[0]}b.html")
            assert not shown.locator(".output").count()
            subprocess.run([*rehearse, "book/b.md"], cwd=tmp_path, check=True)
            shown.locator(".output", has_text="41").wait_for()
        finally:
            process.send_signal(signal.SIGINT)


def test_nobody_else_can_read_it(serving, tmp_path):
    address, _ = serving
    (tmp_path / "secret").write_text("secret")
    for path, host in [
        ("../secret", None),
        ("%2e%2e/secret", None),
        ("a.html", "evil.example"),
        ("%00", None),
        ("/etc/passwd", None),
    ]:
        request = urllib.request.Request(address + path)
        if host:
            request.add_header("Host", host)
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=10)
        assert caught.value.code in (404, 421)


def test_on_the_disk_the_page_does_not_reload(serving, tmp_path):
    address, _ = serving
    served = urllib.request.urlopen(f"{address}a.html", timeout=10).read().decode()
    assert "EventSource" in served
    assert "EventSource" not in (tmp_path / "out" / "a.html").read_text()
