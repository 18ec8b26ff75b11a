"""A headless Chromium, and the pages that it is shown."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.render import html, site
from runner.render.collect import Options, collect
from tests.render.conftest import book, page, write_take  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
AXE_VERSION = "4.14.1"
AXE = Path(__file__).parents[2] / ".cache" / "npm" / "node_modules" / "axe-core" / "axe.min.js"

_WANTED = "CUEBOOK_BROWSER"


def pytest_collection_modifyitems(items) -> None:
    """Leave these tests to `make test-browser`, which sees to it that all they need is there."""
    if os.environ.get(_WANTED):
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="needs a browser: run `make test-browser`"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def show(browser) -> Iterator[Callable[..., Page]]:
    """Return a function that shows a file or an address; any error or request outside fails."""
    wrong: list[str] = []
    contexts = []

    def show(place: Path | str, *, dark=False, width=1280, height=900, script=True, **more) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            permissions=["clipboard-read", "clipboard-write"],
            **more,
        )
        contexts.append(context)
        shown = context.new_page()
        shown.on("console", lambda said: wrong.append(f"console: {said.text}"))
        shown.on("pageerror", lambda error: wrong.append(f"script: {error}"))
        shown.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog}"), dialog.dismiss()))
        address = place if isinstance(place, str) else place.resolve().as_uri()
        own = address.partition("//")[0] + "//" + address.split("/")[2]
        shown.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((own, "data:"))
                else wrong.append(f"request: {request.url}")
            ),
        )
        shown.goto(address)
        return shown

    yield show
    for context in contexts:
        context.close()
    assert not wrong


@pytest.fixture
def written(tmp_path, page) -> Callable[..., Path]:  # noqa: F811
    """Return a function: a runbook's text and what its commands print -> the file of its page."""

    def written(text: str, printed=None, *, trust=False, **more) -> Path:
        made = page(text, printed, trust=trust, **more)
        place = tmp_path / "out" / "page.html"
        place.parent.mkdir(exist_ok=True)
        manner = html.Manner(trust=trust)
        place.write_text(html.render(made, place, manner=manner), encoding="utf-8")
        return place

    return written


@pytest.fixture
def written_site(tmp_path) -> Callable[..., Path]:
    """Return a function: runbooks by their names -> the start page of their site."""

    def written_site(books: dict[str, str]) -> Path:
        root = tmp_path / "site"
        places = {}
        for name, text in books.items():
            runbook = tmp_path / "books" / name
            runbook.parent.mkdir(parents=True, exist_ok=True)
            runbook.write_text(text)
            places[root / Path(name).with_suffix(".html")] = runbook
        found = collect(places, Options())
        assert not found.problems
        made = site.pages(found.pages, root, title="Books", mark="0", manner=html.Manner())
        for place, text in made:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        return root / "index.html"

    return written_site
