"""The page of a hostile take in a real browser: it shows all, and runs and loads nothing."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from runner.report.html import render
from runner.take.model import Noted, Printed, Source

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
OWNED = "document.documentElement.id='owned'"
HOSTILE = [
    f"<script>{OWNED}</script>",
    f"</style></title></pre><script>{OWNED}</script>",
    f'"><img src=x onerror="{OWNED}">',
    f"<svg onload={OWNED}>",
    "<!--",
    "{{ 7 * 7 }}{% raw %}",
]

pytestmark = pytest.mark.skipif(
    not BROWSER, reason="needs Chromium as `chromium` or `google-chrome` (Debian: chromium)"
)


@pytest.fixture
def dom(tmp_path):
    """Return a function: a page -> its elements, once a browser has loaded it."""

    def dom(html: str) -> str:
        page = tmp_path / "page.html"
        page.write_text(html)
        words = [
            BROWSER,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--virtual-time-budget=5000",
        ]
        words += [f"--user-data-dir={tmp_path}/profile", "--dump-dom", f"file://{page}"]
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=120)
        return done.stdout

    return dom


def test_the_browser_runs_scripts_where_there_are_any(dom):
    """Else the test below could not fail."""
    for hostile in HOSTILE[:4]:
        html = f'<!doctype html><title></title><style></style><p title="{hostile}">{hostile}</p>'
        assert re.match(r'<!DOCTYPE html>\s*<html id="owned"', dom(html)), hostile


def test_what_a_take_holds_is_only_shown(performed, entries, dom):
    everything = " ".join(HOSTILE)
    steps = []
    for number, hostile in enumerate(HOSTILE, 1):
        verdict = entries.verdict._replace(
            rule=hostile,
            message=hostile,
            file=hostile,
            difference=(f"- {hostile}", f"+ {hostile}", hostile),
        )
        steps += [
            entries.begun(number, hostile, heading=hostile, file=hostile),
            Printed(0.1, f"{hostile}\r\n"),
            Noted(0.1, hostile),
            entries.done(number, result="failed", reason=hostile, verdicts=(verdict,)),
        ]
    found = performed(
        *steps,
        entries.totals(130, reason=everything),
        title=everything,
        environment=everything,
        runbook=Source(everything, everything),
        versions={everything: everything},
    )
    page = dom(render([found]))
    assert re.match(r'<!DOCTYPE html>\s*<html lang="en">', page), page[:200]
    assert not re.search(r"<(script|img|svg)", page)
    assert page.count("{{ 7 * 7 }}") > 10
