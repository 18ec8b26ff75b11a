"""The way in: a runbook's file to its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.book.assemble import MAX_ELEMENTS, Assembly, TooMuchError
from runner.book.library import PRELUDE, Library
from runner.book.lookup import look_up
from runner.book.model import FrontMatter, Kind, Place, Problem, Runbook, Severity
from runner.book.scope import Scope, View
from runner.book.source import MissingError, UnreadableError, is_folder, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runner.book.parse import Parsed


def read(
    path: Path, *, init: Sequence[Path] = (), cwd: Path | None = None, bash: str = "bash"
) -> Runbook:
    """Read a runbook, all that it imports and the start-up files.

    Nothing of it is run. A runbook with something wrong is read as far as possible; a file that
    cannot be read at all is a problem too.

    Args:
        path: The runbook.
        init: The start-up files that exist, in their order; their steps come first, as if all
            were one long file.
        cwd: The directory that commands start in instead of the front matter's, or None.
        bash: The bash whose syntax counts.

    Returns:
        All its steps and all its problems.

    Raises:
        OSError: There is a bash, and it cannot be started.
    """
    library = Library(bash)
    assembly = Assembly(library)
    assembly.define_builtins(library.parsed(PRELUDE))
    view = View()
    front = FrontMatter()
    begun = 0
    try:
        for file in (*init, path):
            begun = len(assembly.steps)
            try:
                parsed = library.parsed(file)
            except MissingError:
                _add(assembly, file, _missing(file))
                continue
            except UnreadableError as error:
                _add(assembly, file, f"it {error}")
                continue
            assembly.add_file(parsed, view, Scope({}))
            if file == path:
                front = parsed.front.matter
                if cwd is None:
                    _check_folder(assembly, parsed)
        assembly.walk_unused()
        look_up(assembly, library.gate, front.env.get("PATH"))
    except TooMuchError:
        _add(assembly, path, f"it has more than {MAX_ELEMENTS:,} steps, with imports and macros")
    if path in assembly.files and not _has_error(assembly):
        _check_commands(assembly, path, begun)
    return Runbook(
        path,
        front,
        tuple(assembly.steps),
        assembly.hooks,
        tuple(sorted(assembly.problems.values())),
        (path, *(file for file in assembly.files if file != path)),
    )


def _missing(file: Path) -> str:
    """Say that there is no such file, and what is to be done."""
    if str(file) == "-":
        return "standard input is not read: save the runbook in a file, and name that"
    near = nearest(file)
    return "there is no such file" + (f"; did you mean {near}?" if near else "")


def _has_error(assembly: Assembly) -> bool:
    return any(p.severity is Severity.ERROR for p in assembly.problems.values())


def _check_folder(assembly: Assembly, parsed: Parsed) -> None:
    """Complain about a front matter's `cwd` that is no directory."""
    wanted = parsed.front.matter.cwd
    if wanted is not None and not is_folder(parsed.source.path.parent / wanted):
        message = f"`cwd` must be a directory; there is none at {wanted}"
        assembly.report(Severity.ERROR, parsed.front.places["cwd"], message, Scope({}))


def _check_commands(assembly: Assembly, path: Path, begun: int) -> None:
    """Complain about a runbook that would perform nothing."""
    source = assembly.files[path].source
    if not source.text.strip():
        where = ", in a block that begins ```bash" if source.markdown else ""
        _add(assembly, path, f"the file is empty: a runbook has a command at least{where}")
    elif not any(step.kind is Kind.COMMAND for step in assembly.steps[begun:]):
        _add(assembly, path, "there is no command to run in it: no bash, sh or shell block has one")


def _add(assembly: Assembly, path: Path, message: str) -> None:
    """Complain of a file as a whole."""
    place = Place(path, 0, 0)
    assembly.problems[place, message] = Problem(place, Severity.ERROR, message)
