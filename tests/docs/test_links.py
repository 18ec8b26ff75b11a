"""Links inside the repository lead somewhere: the file exists, and has that heading."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

REPO = Path(__file__).parents[2]
PAGES = [
    *(REPO / f"{name}.md" for name in ("README", "ARCHITECTURE", "CONTRIBUTING", "CHANGELOG")),
    *sorted((REPO / "docs").glob("*.md")),
]
WRITTEN_BY_MAKE = {REPO / "docs" / "performance.md": "make bench"}


@cache
def tokens(page: Path):
    return MarkdownIt("commonmark").enable("table").parse(page.read_text())


def inner(page: Path):
    return [child for token in tokens(page) for child in token.children or ()]


def links(page: Path) -> list[str]:
    """The targets of a page's links and pictures that are not addresses elsewhere."""
    targets = [str(t.attrGet("href") or t.attrGet("src") or "") for t in inner(page)]
    return [t for t in targets if t and not re.match(r"[a-z]+:", t)]


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors that GitHub gives to a page's headings."""
    found: dict[str, int] = {}
    for opening, content in pairwise(tokens(page)):
        if opening.type != "heading_open":
            continue
        text = "".join(t.content for t in content.children or ())
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        found[slug] = found.get(slug, -1) + 1
        if found[slug]:
            found[f"{slug}-{found[slug]}"] = 0
    return frozenset(found)


@pytest.mark.parametrize(
    ("page", "link"),
    [
        pytest.param(page, link, id=f"{page.name}->{link}")
        for page in PAGES
        for link in dict.fromkeys(links(page))
    ],
)
def test_a_link_leads_somewhere(page, link):
    path, _, anchor = unquote(link).partition("#")
    target = (page.parent / path).resolve() if path else page
    if target in WRITTEN_BY_MAKE and not target.exists():
        pytest.xfail(f"`{WRITTEN_BY_MAKE[target]}` has not written it yet")
    assert target.exists(), f"{page.name}: {link} does not exist"
    if anchor:
        assert anchor in anchors(target), f"{page.name}: {target.name} has no heading #{anchor}"


def test_there_are_links_to_check():
    assert {"docs/directives.md", "docs/shell.md"} <= set(links(REPO / "README.md"))
    assert "coming-from-demosh" in anchors(REPO / "README.md")
