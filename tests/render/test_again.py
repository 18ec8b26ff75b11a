"""A site that is made again -> the files that are written again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner.render import site
from runner.render.collect import Collector, Options
from runner.render.html import Manner

OUT = Path("out")
BOOK = "# Book {}\n\n<!-- @SHOW -->\n\n```bash\necho {}\n```\n"


@pytest.fixture
def again(tmp_path, monkeypatch):
    """Return a function that writes files, makes the site, and returns the names of its new files.

    The files are an hour old, so that nobody doubts how they look.
    """
    monkeypatch.chdir(tmp_path)
    collector, done = Collector(Options()), site.Done()
    manner = Manner(tmp_path / "templates")
    manner.templates.mkdir()
    hours = iter(range(100, 0, -1))

    def again(**texts: str) -> list[str]:
        hour = next(hours)
        for name, text in texts.items():
            path = Path(name.replace("_", "."))
            path.write_text(text)
            os.utime(path, ns=(0, path.stat().st_mtime_ns - hour * 3600 * 10**9))
        places = {
            OUT / path.with_suffix(".html").name: path for path in sorted(Path().glob("*.md"))
        }
        found = collector.collect(places)
        assert not found.problems, found.problems
        made = site.pages(found.pages, OUT, title="Books", mark="0", manner=manner, done=done)
        return [place.name for place, _ in made]

    again(**{f"{name}_md": BOOK.format(name, name) for name in "abc"})
    return again


def test_nothing_has_changed(again):
    assert again() == ["index.html"]


def test_one_has_changed(again):
    assert again(b_md=BOOK.format("b", "other")) == ["b.html", "index.html"]
    assert again() == ["index.html"]


def test_a_title_stands_on_other_pages_too(again):
    assert again(b_md=BOOK.format("other", "b")) == ["a.html", "b.html", "c.html", "index.html"]


def test_what_is_imported_has_changed(again):
    again(lib_sh="echo one\n", c_md=BOOK.format("c", "c") + "\n<!-- @import lib.sh -->\n")
    assert again(lib_sh="echo two\n") == ["c.html", "index.html"]


def test_a_link_leads_elsewhere_when_a_heading_has_gone(again):
    book = BOOK.format("a", "a") + "\nSee [b](b.md#book-b).\n"
    assert again(a_md=book) == ["a.html", "index.html"]
    with pytest.raises(AssertionError, match="has no heading #book-b"):
        again(b_md=BOOK.format("other", "b"))
    again(b_md=BOOK.format("b", "b"))
    assert again() == ["index.html"]


def test_a_template_has_changed(again):
    Path("templates/style.css").write_text("body { color: red; }")
    assert again() == ["a.html", "b.html", "c.html", "index.html"]
