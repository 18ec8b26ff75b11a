"""A folder -> the runbooks in it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.book.directives import DIRECTIVES
from runner.book.find import FindError, NoRunbookError, find, said
from runner.book.gate import Gate
from runner.book.model import Directive
from runner.book.nest import Region
from runner.book.parse import parse
from runner.book.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from runner.book.nest import Node

SHOW = "<!-- @SHOW -->\n"
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def found(tmp_path, monkeypatch) -> Callable[..., list[str]]:
    """Return a function that writes files and finds runbooks in their folder, or one in it."""
    monkeypatch.chdir(tmp_path)

    def found(files: dict[str, str | bytes], folder: str = ".") -> list[str]:
        for name, text in files.items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_bytes(text.encode() if isinstance(text, str) else text)
        return [str(path) for path in find(Path(folder))]

    return found


def is_one(found, text: str | bytes) -> bool:
    return found({"asked.md": text, "other.md": SHOW}) == ["asked.md", "other.md"]


@pytest.mark.parametrize(
    "text",
    [
        "# A\n\n<!-- @SHOW -->\n",
        "<!--\n  @note\n-->\n",
        "> <!--\n> @wait\n> -->\n",
        "- <!-- @wait -->\n",
        "```bash\n#@immed\nls\n```\n",
        "1. x\n   ~~~sh\n   #@wait\n   ~~~\n",
        "---\ntimeout: 5s\n---\n# A\n",
        "\ufeff---\ntitle: A\nredact: [x]\n---\n",
        "<!-- @SHOW -->\r\n",
        "<!-- @import gone.md -->\n",
        "<!-- @import 'a -->\n",
    ],
)
def test_a_directive_or_front_matter_of_ours_makes_a_runbook(found, text):
    assert is_one(found, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Prose\n\n```bash\nls\n```\n",
        "<!-- a comment -->\n",
        "<!-- @wiat -->\n",
        '<!-- @TOC "another tool\'s" -->\n',
        "A `<!-- @SHOW -->` in a line.\n",
        "````markdown\n<!-- @SHOW -->\n```bash\n#@wait\n```\n````\n",
        "```bash\ncat <<E\n#@wait\nE\n```\n",
        "    <!-- @SHOW -->\n",
        "---\ntitle: Of a blog\nlayout: post\ntags: [a]\n---\n",
        "---\n\n# A line\n\n---\n",
        "---\nlayout: {{ page }}: x\n---\n",
        b"\xe9t\xe9 in Latin-1\n",
    ],
)
def test_anything_else_is_prose(found, text):
    assert not is_one(found, text)


def test_a_file_that_might_be_one_is_left_to_the_reader(found):
    assert is_one(found, b"<!-- @SHOW -->\n\xe9t\xe9\n")
    assert is_one(found, b"<!-- @SHOW -->\n\0\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything; run it as another user")
def test_a_file_that_may_not_be_read_is_left_to_the_reader(found):
    Path("asked.md").touch(mode=0)
    assert found({"other.md": SHOW}) == ["asked.md", "other.md"]


def test_in_all_folders_sorted(found):
    names = ["b.md", "a/z.md", "a/b/c.MD", "a.markdown", "Z.md", "a-b/x.md"]
    ours = dict.fromkeys(names, SHOW)
    others = dict.fromkeys(["a.sh", "a.txt", "md", "a.mdx"], SHOW)
    assert found(ours | others) == [
        "Z.md",
        "a/b/c.MD",
        "a/z.md",
        "a-b/x.md",
        "a.markdown",
        "b.md",
    ]


def test_hidden_things_and_node_modules_are_passed_over(found):
    names = [".git/a.md", ".venv/lib/a.md", "x/.cache/a.md", "x/node_modules/y/a.md", ".#a.md"]
    assert found(dict.fromkeys([*names, "x/a.md"], SHOW)) == ["x/a.md"]
    assert found({}, "x/.cache") == ["x/.cache/a.md"], "the folder itself is asked for"


def test_what_is_no_regular_file_is_passed_over(found):
    os.mkfifo("pipe.md")
    Path("nowhere.md").symlink_to("gone.md")
    Path("folder.md").mkdir()
    Path("loop").symlink_to(".")
    Path("link.md").symlink_to("a.txt")
    assert found({"a.txt": SHOW, "folder.md/b.md": SHOW}) == ["folder.md/b.md", "link.md"]


class TestGit:
    @pytest.fixture(autouse=True)
    def _repository(self, tmp_path, monkeypatch):
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
        subprocess.run(["git", "init", "-q", tmp_path], check=True)

    FILES = {  # noqa: RUF012
        ".gitignore": "build/\n*.tmp.md\n",
        **dict.fromkeys(["a.md", "x.tmp.md", "docs/build/a/b.md", "docs/b.md"], SHOW),
    }

    def test_what_it_ignores_is_passed_over(self, found):
        assert found(self.FILES) == ["a.md", "docs/b.md"]
        assert found({}, "docs") == ["docs/b.md"]

    @pytest.mark.parametrize("folder", ["docs/build", "docs/build/a"])
    def test_but_not_where_it_is_the_folder_that_is_asked_for(self, found, folder):
        found(self.FILES)
        assert found({}, folder) == ["docs/build/a/b.md"]

    def test_without_git_nothing_is_ignored(self, found, monkeypatch):
        monkeypatch.setenv("PATH", "/nowhere")
        assert len(found(self.FILES)) == 4


class TestParts:
    def test_what_another_one_imports_is_no_runbook_of_its_own(self, found):
        files = {
            "a.md": f"{SHOW}<!-- @import lib/part.md -->\n```sh\n#@import 'lib/b c.md'\n```\n",
            "lib/part.md": f"{SHOW}<!-- @import deep.sh -->\n",
            "lib/deep.sh": "#@macro x\n#@import deepest.md\n#@end\n",
            "lib/deepest.md": SHOW,
            "lib/b c.md": SHOW,
            "lib/other.md": SHOW,
        }
        assert found(files) == ["a.md", "lib/other.md"]

    def test_also_from_the_working_directory(self, found):
        files = {"docs/a.md": "<!-- @import parts/b.md -->", "parts/b.md": SHOW}
        assert found(files) == ["docs/a.md"]
        assert found({}, "parts") == ["parts/b.md"], "nothing that is found there imports it"

    def test_those_that_import_each_other_stay_for_the_reader_to_complain(self, found):
        files = {"a.md": "<!-- @import b.md -->", "b.md": "<!-- @import a.md -->"}
        assert found(files) == ["a.md", "b.md"]
        assert found({"c.md": "<!-- @import c.md -->"}) == ["a.md", "b.md", "c.md"]
        assert found({"d.md": "<!-- @import a.md -->"}) == ["c.md", "d.md"]


def test_a_folder_without_any_says_what_one_is(found):
    with pytest.raises(NoRunbookError, match=r"no runbook in x: .*<!-- @SHOW -->.*front matter"):
        found({"x/README.md": "# Prose\n"}, "x")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look everywhere; run it as another user")
def test_a_folder_that_may_not_be_looked_into(found):
    Path("x").mkdir(mode=0)
    with pytest.raises(FindError, match="x: Permission denied"):
        found({"a.md": SHOW})


def test_our_own_documentation():
    assert [p.name for p in find(DOCS)] == [
        path.name
        for path in sorted(DOCS.glob("*.md"))
        if any(_directives(parse(Source(path, path.read_text()), Gate("bash")).nodes))
    ]


def _directives(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        match node:
            case Directive(name) if name in DIRECTIVES:
                yield name
            case Region(opener, body):
                yield opener.name
                yield from _directives(body)


LINES = st.sampled_from(
    [
        *("```bash", "```", "~~~sh", "~~~", "```text", "- a", "> b", "  c", "# h", "---"),
        *("<!--", "-->", "@wait", "<!-- @wait -->", "<!-- @", "wait -->", "> <!--", "> @wait -->"),
        *("#@wait", "  #@immed \\", "# @wait", "x #@wait", "cat <<E", "E", "ls", "'", "timeout: 5"),
        *(
            "<div>",
            "<!-- @macro m -->",
            "<!-- @end -->",
            "<!-->@wait-->",
            "",
            "\u00a0@wait",
            "1. x",
        ),
        *("    <!-- @wait -->", "\t<!--", "<!-- @wiat -->", "<!-- @wait --> <!--\u2028@clear -->"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES, max_size=10).map(lambda lines: "\n".join([*lines, ""])))
def test_it_agrees_with_the_parser(text):
    """Every directive that stands in the tree is found, and no other one.

    An `@end` that ends nothing is none of the tree's, and an error of its own.
    """
    source = Source(Path("demo.md"), text)
    parsed = parse(source, Gate("bash"))
    ours = [d.name for d in said(source) if d.name != "end"]
    assert ours == list(_directives(parsed.nodes))
