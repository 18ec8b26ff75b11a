"""Prose -> HTML that loads nothing."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from runner.render import prose
from runner.render.content import Prose

PIXEL = base64.b64decode(
    "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"  # a GIF of one pixel
)
COMMAND = "\n\n```bash\nls\n```\n"


@pytest.fixture
def html(page):
    """Return a function: a runbook's text -> its prose as HTML."""

    def html(text: str, **more) -> str:
        found = page(text + COMMAND, **more)
        known = prose.references(found)
        blocks = [found.heading, *found.body]
        return "".join(prose.html(b, known, Path()) for b in blocks if isinstance(b, Prose)).strip()

    return html


def test_a_block_in_a_list_is_in_its_item(page):
    found = page("1. a\n\n   ```bash\n   ls\n   ```\n\n   b\n2. <!-- @wait --> c\n")
    (block,) = found.body
    made = prose.html(block, {}, Path(), block=lambda one: f"[{one.items[0].text}]")
    assert re.sub(r"\n|</?p>", "", made) == "<ol><li>a[ls]b</li><li>c</li></ol>"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("# A *b*", '<h1 id="a-b">A <em>b</em></h1>'),
        ("## A\n\n## A", '<h2 id="a">A</h2>\n<h2 id="a-1">A</h2>'),
        ("~~no~~", "<p><s>no</s></p>"),
        ("![x](gone.png)", '<p><a href="gone.png" rel="noopener noreferrer">x</a></p>'),
        (
            "![x](https://example.org/x.png)",
            '<p><a href="https://example.org/x.png" rel="noopener noreferrer">x</a></p>',
        ),
        (
            "[![x](https://example.org/x.png)](b.md)",
            '<p><a href="b.md" rel="noopener noreferrer">x</a></p>',
        ),
        ("[x](<ä b.md>)", '<p><a href="%C3%A4%20b.md" rel="noopener noreferrer">x</a></p>'),
        ('<img src="https://example.org/x.png" alt="y">', '<img alt="y">'),
        ("a\n\n[x]: y.md", "<p>a</p>"),
    ],
)
def test_html(html, text, made):
    assert html(text) == made


def test_an_image_of_the_runbook_is_in_the_page(html, tmp_path):
    (tmp_path / "a b.gif").write_bytes(PIXEL)
    found = html("![x](<a b.gif>)")
    kind, data = re.fullmatch(r'<p><img src="data:(.*?);base64,(.*?)" alt="x"></p>', found).groups()
    assert kind == "image/gif"
    assert base64.b64decode(data) == PIXEL


@pytest.mark.parametrize("address", ["/etc/passwd.png", "a.txt", "a.png%00", "..", "folder.png"])
def test_what_is_no_image_at_hand_is_linked(html, tmp_path, address):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "a.txt").write_text("x")
    assert "data:" not in html(f"![x]({address})")


def test_cells_are_aligned_by_a_class(html):
    found = html("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |")
    assert re.findall(r'<td class="(\w+)">(\d)', found) == [
        ("left", "1"),
        ("center", "2"),
        ("right", "3"),
    ]
    assert "style" not in found


def test_a_link_may_be_defined_elsewhere_on_the_page(html):
    found = html("[x][y]" + COMMAND + "\nmore\n\n[y]: b.md 'title'")
    assert found.startswith('<p><a href="b.md" title="title" rel="noopener noreferrer">x</a></p>')
