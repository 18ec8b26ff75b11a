"""The plugin for MkDocs: `plugins: [cuebook]` makes each runbook a page of the site.

MkDocs reads Markdown, so a runbook is given to it as the Markdown that `cuebook render` makes. What
is no runbook, as `cuebook rehearse` finds them in a folder, stays as it is. Links are MkDocs' own.
"""

from __future__ import annotations

import html
import os
from itertools import islice
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from markdown.extensions import Extension  # type: ignore[import-untyped]
from markdown.treeprocessors import Treeprocessor  # type: ignore[import-untyped]
from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, get_plugin_logger

from runner.book.find import FindError, find
from runner.book.read import read
from runner.book.text import told
from runner.render import markdown
from runner.render.collect import Options, page_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from markdown import Markdown  # type: ignore[import-untyped]
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

    from runner.render.content import Heading

_LOG = get_plugin_logger("cuebook")
_WITHOUT = "%s: %s; `cuebook rehearse %s` keeps one, and with `take: none` no page has output"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Settings(Config):  # type: ignore[no-untyped-call]
    """What stands below `cuebook:` in mkdocs.yml."""

    take = config_options.Choice(("latest", "none"), default="latest")
    notes = config_options.Type(bool, default=False)
    trust = config_options.Type(bool, default=False)


class Plugin(BasePlugin[Settings]):  # type: ignore[no-untyped-call]
    """Gives MkDocs its runbooks as Markdown."""

    def __init__(self) -> None:
        self._runbooks: set[Path] = set()
        self._anchors = _Anchors()

    def on_config(self, config: MkDocsConfig) -> None:
        """Let headings of runbooks have our ids."""
        config.markdown_extensions.append(_OurIds(self._anchors))

    def on_files(self, files: Files, *, config: MkDocsConfig) -> None:
        """Find the runbooks among the files of a site."""
        try:
            self._runbooks = {path.resolve() for path in find(Path(config.docs_dir))}
        except FindError:
            self._runbooks = set()

    def on_page_read_source(self, *, page: Page, config: MkDocsConfig) -> str | None:
        """Return a runbook's Markdown, None for another page.

        Raises:
            PluginError: The runbook has errors, which MkDocs tells.
        """
        self._anchors.headings = ()
        path = Path(page.file.abs_src_path or "")
        if path.resolve() not in self._runbooks:
            return None
        runbook = read(path)
        if runbook.errors:
            raise PluginError("\n".join(told(error) for error in runbook.errors))
        options = Options(
            take="latest" if self.config.take == "latest" else None,
            notes=self.config.notes,
            trust=self.config.trust,
            nested=False,  # Python-Markdown knows no fences in lists
        )
        name = os.path.relpath(path)
        made, why = page_of(runbook, options)
        if why:
            _LOG.warning(_WITHOUT, name, why, quote(name))
        self._anchors.headings, self._anchors.titled = made.headings, made.heading is None
        return markdown.render(made)


class _Anchors(Treeprocessor):  # type: ignore[misc]
    """Gives the headings of a runbook's page the ids that `cuebook render` gives them.

    By itself MkDocs makes other ones of signs, of letters that are not ASCII, and of a heading that
    comes again, so links that lead somewhere on GitHub and on our pages would lead nowhere.
    """

    def __init__(self) -> None:
        super().__init__()
        self.headings: Sequence[Heading] = ()
        self.titled = False  # The first heading is the page's title, and none of the runbook's.

    def run(self, root: Element) -> None:
        """Set the ids."""
        left = list(self.headings)
        elements = (element for element in root.iter() if element.tag in _HEADINGS)
        for element in islice(elements, int(self.titled), None):
            named = _plain("".join(element.itertext()))
            same = (n for n, heading in enumerate(left) if _plain(heading.text) == named)
            if (found := next(same, None)) is not None:
                element.set("id", left[found].anchor)
                del left[: found + 1]


class _OurIds(Extension):  # type: ignore[misc]
    """Puts `_Anchors` before what makes ids and the table of contents (toc, 5)."""

    def __init__(self, anchors: _Anchors) -> None:
        super().__init__()
        self._anchors = anchors

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - its name
        """Take part in reading a page."""
        md.treeprocessors.register(self._anchors, "cuebook", 6)


def _plain(text: str) -> str:
    """Return a heading's letters and digits alone: marks are not told alike everywhere."""
    return "".join(sign for sign in html.unescape(text).lower() if sign.isalnum())
