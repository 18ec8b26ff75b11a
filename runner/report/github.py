"""The report for GitHub Actions: an annotation at each line that is to be mended.

The form is that of `ActionCommand.cs` in actions/runner and `command.ts` in actions/toolkit: a line
`::error KEY=VALUE,…::MESSAGE`, where `%`, CR and LF are escaped, and in a value `:` and `,` too. So
nothing that a command printed begins a line; and within such a line, the runner looks for nothing
else. Of all that a step of a job says, GitHub shows the first 10 errors and the first 10 notices.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from runner.book.text import printable
from runner.report.model import NOTHING
from runner.report.words import check, first_line, plain, title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from runner.report.model import Performance, Refusal, Reported

LINES = 10
"""How many lines of its output are told of a step that failed."""

SUMMARY = "GITHUB_STEP_SUMMARY"
"""The variable with the path of the job summary's file."""

_ESCAPED = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_DATA = str.maketrans(_ESCAPED)
_PROPERTY = str.maketrans({**_ESCAPED, ":": "%3A", ",": "%2C"})


def render(performances: Sequence[Performance], refusals: Sequence[Refusal] = ()) -> str:
    """Return the annotations, each a line, in the order in which things went wrong.

    Paths are relative to the repository, where `$GITHUB_WORKSPACE` says which it is. A performance
    in an environment that stood in for a real one has a notice that says so.
    """
    if not performances and not refusals:
        return _line("error", {"title": "cuebook"}, [NOTHING])
    told = [line for p in performances for line in _annotations(p)]
    return "".join([*map(_of_refusal, refusals), *told])


def silence(token: str) -> str:
    """Return the line from which on the runner obeys nothing in the log, up to `obey`'s.

    Args:
        token: What nobody can guess who prints in between (`ActionCommandManager.cs`).
    """
    return f"::stop-commands::{token}\n"


def obey(token: str) -> str:
    """Return the line from which on the runner obeys again."""
    return f"::{token}::\n"


def summary() -> Path | None:
    """Return the file of the job summary, None outside of GitHub Actions."""
    name = os.environ.get(SUMMARY)
    return Path(name) if name else None


def _annotations(performance: Performance) -> Iterator[str]:
    header = performance.header
    name = title(performance)
    for step in performance.bad:
        yield from _of_step(f"{name}, step {step.begun.number}", step)
    if performance.why:
        yield _line("error", {"file": header.runbook.path, "title": name}, [performance.why])
    if header.environment:
        told = f"{header.runbook.path} was {header.mode} in {header.environment}"
        yield _line("notice", {"file": header.runbook.path, "title": name}, [told])


def _of_refusal(refusal: Refusal) -> str:
    at: dict[str, str | int] = {"file": refusal.file} if refusal.file else {}
    at |= {"line": refusal.line, "col": refusal.column} if refusal.line else {}
    return _line("error", at | {"title": plain(refusal.runbook or "cuebook")}, [refusal.message])


def _of_step(name: str, step: Reported) -> Iterator[str]:
    """Yield one at each check that did not hold, or one at the step."""
    begun = step.begun
    name = f"{name}: {first_line(begun.text)}"
    output = list(step.output.lines[-LINES:])
    for verdict in step.broken:
        at: dict[str, str | int] = {"file": verdict.file, "line": verdict.line, "title": name}
        yield _line("error", at, check(verdict) + ([] if verdict.difference else output))
    if not step.broken:
        at = {"file": begun.file, "line": begun.line, "col": begun.column, "title": name}
        yield _line("error", at, [step.told, *output])


def _line(
    command: Literal["error", "notice"], at: Mapping[str, str | int], message: Iterable[str]
) -> str:
    said = {
        key: _in_repository(str(value)) if key == "file" else value for key, value in at.items()
    }
    properties = ",".join(
        f"{key}={printable(str(value)).translate(_PROPERTY)}" for key, value in said.items()
    )
    data = "\n".join(map(printable, message)).translate(_DATA)
    return f"::{command} {properties}::{data}\n"


def _in_repository(file: str) -> str:
    """Return a path, as a take tells it, from the repository's root, if it is below that."""
    root = os.environ.get("GITHUB_WORKSPACE")
    if not root:
        return file
    try:
        return str(Path(os.path.abspath(file)).relative_to(root))  # noqa: PTH100 - links stay
    except ValueError:
        return file
