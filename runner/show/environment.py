"""Where a runbook's commands start: their environment and their directory."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from runner.shell.find import ShellError

if TYPE_CHECKING:
    from runner.book.model import Runbook

_NESTED = Path(__file__).parent.parent / "shell" / "nested.sh"


def environment(runbook: Runbook, *, nested: str) -> dict[str, str]:
    """Return our environment with the runbook's own, and with `$SHELL` as the way to perform more.

    Args:
        runbook: The runbook.
        nested: The words after `cuebook` that perform a runbook as this one is performed, quoted
            for a shell.
    """
    return {
        **os.environ,
        **runbook.front.env,
        "SHELL": str(_NESTED),
        "CUEBOOK_PYTHON": sys.executable,
        "CUEBOOK_NESTED": nested,
    }


def folder(runbook: Runbook, wanted: Path | None) -> Path:
    """Return the directory that commands start in: the one wanted, the runbook's own, or ours.

    Raises:
        ShellError: It would be ours, and it is gone.
    """
    if wanted is not None:
        return wanted
    if runbook.front.cwd is not None:
        return runbook.path.parent / runbook.front.cwd
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise ShellError("the working directory is gone; go to one that exists") from error
