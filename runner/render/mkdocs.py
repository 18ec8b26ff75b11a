"""The plugin for MkDocs: `plugins: [cuebook]` makes each runbook a page of the site.

MkDocs reads Markdown, so a runbook is given to it as the Markdown that `cuebook render` makes. What
is no runbook, as `cuebook rehearse` finds them in a folder, stays as it is. Links are MkDocs' own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin

from runner.book.find import FindError, find
from runner.book.read import read
from runner.book.text import told
from runner.render import markdown
from runner.render.collect import Options, page_of

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


class Settings(Config):  # type: ignore[no-untyped-call]
    """What stands below `cuebook:` in mkdocs.yml."""

    take = config_options.Choice(("latest", "none"), default="latest")
    notes = config_options.Type(bool, default=False)
    trust = config_options.Type(bool, default=False)


class Plugin(BasePlugin[Settings]):  # type: ignore[no-untyped-call]
    """Gives MkDocs its runbooks as Markdown."""

    def __init__(self) -> None:
        self._runbooks: set[Path] = set()

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
        )
        return markdown.render(page_of(runbook, options)[0])
