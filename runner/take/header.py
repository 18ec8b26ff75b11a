"""A take's first line: what is performed, how, and with what."""

from __future__ import annotations

import datetime
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from runner import __version__
from runner.shell.find import bash_version
from runner.show.require import requirements
from runner.take.model import FORMAT, Header, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.book.model import Runbook
    from runner.take.model import Mode


def header(
    runbook: Runbook,
    mode: Mode,
    *,
    size: tuple[int, int],
    env: Mapping[str, str],
    environment: str = "",
    whole: bool = True,
) -> Header:
    """Return the header of a take that begins now.

    Asks each program that the runbook requires for its version, all at once; one that says nothing
    within two seconds has none.

    Args:
        runbook: What is performed.
        mode: How.
        size: The terminal's rows and columns.
        env: The environment of the shell.
        environment: The label of what stands in for the real environment, or "".
        whole: The whole runbook is performed, and not a part of it.

    Raises:
        ShellError: There is no bash that works.
    """
    rows, columns = size
    imports = tuple(source(path) for path in runbook.files if path != runbook.path)
    programs = {"bash": bash_version(env)}
    if asked := [name for name in required(runbook) if name not in programs]:
        from runner.take.versions import versions

        programs |= versions(asked, env)
    return Header(
        format=FORMAT,
        runbook=source(runbook.path),
        imports=imports,
        title=runbook.front.title,
        mode=mode,
        environment=environment,
        rows=rows,
        columns=columns,
        versions={"cuebook": __version__, **programs},
        started=datetime.datetime.now().astimezone().isoformat(timespec="milliseconds"),
        whole=whole,
    )


def required(runbook: Runbook) -> list[str]:
    """Return the programs that a runbook requires, each once."""
    return list(dict.fromkeys(wanted.program for wanted in requirements(runbook)))


def source(path: Path) -> Source:
    """Return a file's name and digest; no digest for a pipe, which can be read only once."""
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    except OSError:
        digest = ""
    return Source(shown_path(path), digest)


def shown_path(path: Path) -> str:
    """Return a path as it is told: relative to the current directory if it stands below."""
    try:
        return str(Path(os.path.abspath(path)).relative_to(Path.cwd()))  # noqa: PTH100 - links stay
    except (OSError, ValueError):  # the directory is gone; it does not stand below
        return str(path)
