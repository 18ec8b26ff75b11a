"""The plugin for pytest: runbooks as tests, each rehearsed in a process of its own.

Without `--runbooks`, or `runbooks = true` in the ini file, it does nothing but add these two.
pytest imports it at each start, so heavy imports stand where they are used.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

SHOWN = 64 * 1024
"""Bytes of a rehearsal's output that are in a test's report: the last ones."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the ini setting."""
    meaning = "rehearse the runbooks that are found, as tests"
    group = parser.getgroup("cuebook", "runbooks (cuebook)")
    group.addoption("--runbooks", action="store_true", help=meaning)
    parser.addini("runbooks", meaning, type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Collect runbooks, if they are wanted."""
    if config.getoption("--runbooks") or config.getini("runbooks"):
        config.addinivalue_line("markers", "runbook: a runbook that cuebook rehearses")
        config.pluginmanager.register(_Collection(config), "cuebook-collection")


class _Collection:
    """Knows which files are runbooks."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._found: set[Path] | None = None

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> Runbook | None:
        """Take a runbook: one that is found in a folder, or a file that was named."""
        from runner.book.source import is_markdown

        named = parent.session.isinitpath(file_path)
        markdown = is_markdown(file_path)
        if named and (markdown or file_path.suffix == ".sh"):
            return Runbook.from_parent(parent, path=file_path)
        if markdown and file_path.resolve() in self._all():
            return Runbook.from_parent(parent, path=file_path)
        return None

    def _all(self) -> set[Path]:
        """Return the runbooks in all folders that were named, by their real paths."""
        if self._found is None:
            from runner.book.find import FindError, NoRunbookError, find

            self._found = set()
            for argument in self._config.args:
                folder = self._config.invocation_params.dir / argument.split("::")[0]
                try:
                    found = find(folder) if folder.is_dir() else []
                except NoRunbookError:
                    continue
                except FindError as error:
                    raise pytest.Collector.CollectError(str(error)) from error
                self._found.update(path.resolve() for path in found)
        return self._found


class Runbook(pytest.File):
    """A runbook."""

    def collect(self) -> Iterator[Rehearsal]:
        """Yield its rehearsal, which `-m runbook` selects, and `-k` by each part of its path."""
        item: Rehearsal = Rehearsal.from_parent(self, name="rehearsal")
        item.add_marker("runbook")
        item.extra_keyword_matches.update(Path(self.nodeid).with_suffix("").parts)
        yield item


class Rehearsal(pytest.Item):
    """The rehearsal of a runbook."""

    def runtest(self) -> None:
        """Rehearse it; fail with the summary, or with what is wrong with the runbook."""
        from runner.rehearsal.child import Child

        name = _from_here(self.path)
        child = Child(["--no-take", "--no-colour", "--", name])
        try:
            while child.listen():
                pass
            status = child.wait()
            printed, closing = _parts(_end(child.output), status)
        finally:
            child.close()  # where pytest is interrupted: its clean-up runs
        if printed:
            self.add_report_section("call", "rehearsal", printed)
        if status < 0:
            pytest.fail(f"{name}: the rehearsal was killed by signal {-status}", pytrace=False)
        if status:
            pytest.fail(closing, pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where it stands, and its name in headlines."""
        return self.path, 0, self.nodeid.split("::")[0]


def _from_here(path: Path) -> str:
    """Return a path as short as it can be named from the working directory."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _end(output: IO[bytes]) -> str:
    """Return the end of what was printed, as text."""
    size = output.seek(0, 2)
    left_out = max(0, size - SHOWN)
    output.seek(left_out)
    text = output.read().decode("utf-8", "replace")
    return f"({left_out} bytes before this are left out)\n{text}" if left_out else text


def _parts(text: str, status: int) -> tuple[str, str]:
    """Return what a rehearsal's commands printed, and what cuebook says of it."""
    if status == 3:  # the last line tells why
        printed, _, closing = text.rstrip().rpartition("\n")
    else:
        printed, _, closing = text.rstrip().rpartition("\n\n")
    return printed.strip("\n"), closing
