"""Links of runbooks -> where they lead from their pages, or what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.render.build import build
from runner.render.links import linked

COMMAND = "\n\n```bash\nls\n```\n"


@pytest.fixture
def links(book, tmp_path):
    """Return a function: runbooks by name, and where pages go -> their prose, and problems."""

    def links(runbooks: dict[str, str], out: str = "site", ending: str = ".html", **files: str):
        for name, content in files.items():
            (tmp_path / name.replace("_", ".")).write_text(content)
        (tmp_path / "pics").mkdir(exist_ok=True)
        (tmp_path / "pics" / "a b.png").write_bytes(b"")
        read = [(name, book(text + COMMAND, name)) for name, text in runbooks.items()]
        pages = {
            Path(out) / Path(name).with_suffix(ending): build(runbook) for name, runbook in read
        }
        found, problems = linked(pages)
        return [page.body[0].text for page in found.values()], list(map(str, problems))

    return links


@pytest.mark.parametrize(
    ("written", "leads"),
    [
        ("[x](b.md)", "[x](b.html)"),
        ("[x](<b.md> 'title')", "[x](b.html 'title')"),
        ("[x](b.md#part-1)", "[x](b.html#part-1)"),
        ("[x](./b.md?y=z#part-1)", "[x](b.html?y=z#part-1)"),
        ("[x](sub/ä%20ö.md)", "[x](sub/%C3%A4%20%C3%B6.html)"),
        ("[x](<sub/ä ö.md>)", "[x](sub/%C3%A4%20%C3%B6.html)"),
        ("![x](pics/a%20b.png)", "![x](../pics/a%20b.png)"),
        ("[![x](<pics/a b.png>)](b.md)", "[![x](../pics/a%20b.png)](b.html)"),
        ("[x][y]\n\n[y]: b.md 'title'", "[x][y]\n\n[y]: b.html 'title'"),
        ("> - [x](b.md) and [y](b.md)", "> - [x](b.html) and [y](b.html)"),
        ("| [x](b.md) |\n|---|\n| [y](b.md) |", "| [x](b.html) |\n|---|\n| [y](b.html) |"),
        ("[x](#here)\n\n## Here", "[x](#here)\n\n## Here"),
        ("[x](a.md#here)\n\n## Here", "[x](a.html#here)\n\n## Here"),
        ("[x](https://example.org/b.md)", "[x](https://example.org/b.md)"),
        ("<https://example.org/b.md>", "<https://example.org/b.md>"),
        ("[x](//example.org)", "[x](//example.org)"),
        ("[x](/b.md)", "[x](/b.md)"),
        ("[x](mailto:a@example.org)", "[x](mailto:a@example.org)"),
        ("`[x](none.md)`", "`[x](none.md)`"),
        ("    [x](none.md)", "    [x](none.md)"),
        ("\\[x](none.md)", "\\[x](none.md)"),
        ("[x](http://${HOST}/)", "[x](http://${HOST}/)"),
        ("[x](${PAGE})", "[x](${PAGE})"),
        ("[x](sub)", "[x](../sub)"),
    ],
)
def test_links(links, written, leads):
    others = {"b.md": "# B\n\n## Part\n\n## Part\n", "sub/ä ö.md": "x"}
    (first, *_), problems = links({"a.md": written} | others)
    assert (first, problems) == (leads, [])


def test_links_between_markdown_pages_stay_as_they_are(links):
    text = "[x](sub/b.md#b) and [y](<sub/b.md>)"
    (first, _), problems = links({"a.md": text, "sub/b.md": "## B"}, out="site", ending=".md")
    assert (first, problems) == (text, [])


def test_links_of_what_is_imported_are_seen_from_there(links, tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "part.md").write_text("[x](other.md) [y](../a.md) [z](#a)\n")
    (tmp_path / "lib" / "other.md").write_text("")
    (first,), problems = links({"a.md": "# A\n\n<!-- @import lib/part.md -->"}, out="site/deep")
    assert (first, problems) == ("[x](../../lib/other.md) [y](a.html) [z](#a)", [])


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (
            "one\n[x](c.md)",
            "a.md:2:1: error: the link leads nowhere: there is no file c.md; did you mean b.md?",
        ),
        (
            "one [x](b.md#prat)",
            "a.md:1:5: error: the link leads nowhere: b.md has no heading #prat;"
            " did you mean #part?",
        ),
        ("[x](#none)", "a.md:1:1: error: the link leads nowhere: a.md has no heading #none"),
        (
            "> - ![x](gone/x.png)",
            "a.md:1:5: error: the link leads nowhere: there is no file gone/x.png",
        ),
        (
            "[x][y]\n\n[y]: gone.txt",
            "a.md:3:1: error: the link leads nowhere: there is no file gone.txt",
        ),
        ("[x](b.md%00)", "a.md:1:1: error: the link leads nowhere: there is no file b.md\x00"),
    ],
)
def test_what_leads_nowhere(links, written, problem):
    _, problems = links({"a.md": written, "b.md": "## Part"})
    assert problems == [problem]


def test_a_step_can_be_linked(links, book):
    from runner.book.identity import identities

    name = identities(book("ls" + COMMAND).steps)[1]
    assert links({"a.md": f"[x](#{name})"}) == ([f"[x](#{name})"], [])
