"""Finding the `@edit` scripts that sed would refuse."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from runner.book.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.book.model import Step

_PATIENCE = 5.0  # seconds; a script may go on for ever, also without input


def refused(steps: Iterable[Step]) -> Iterator[Problem]:
    """Yield a warning for each script of `@edit` that sed refuses.

    sed reads them with `--sandbox`, which neither runs a program nor opens a file (GNU sed 4.3).
    Where it does not know that, and where a script needs a file, nothing is found out.

    Args:
        steps: A runbook's steps.
    """
    edits = [m for step in steps for m in step.modifiers if m.name == "edit"]
    if not edits or _said("p"):
        return
    for edit in edits:
        said = _said(edit.argument)
        if said and "sandbox" not in said:
            message = f"sed refuses the script of `@edit`: {said}"
            yield Problem(edit.place, Severity.WARNING, message, str(edit))


def _said(script: str) -> str:
    """Return what sed has against a script, "" for nothing or where there is no sed."""
    try:
        done = subprocess.run(
            ["sed", "--sandbox", "-n", "-e", script],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ""
    said = done.stderr.decode("utf-8", "replace").strip()
    # sed: -e expression #1, char 5: unterminated `s' command
    return said.rpartition(", ")[2] if done.returncode else ""
