"""The bookmark: where a presentation stands, so that another process can go on there."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from runner.shell.state import State
from runner.show.files import name_of, state_folder, write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.book.model import Step

_FORMAT = 1


class BookmarkError(Exception):
    """There is nothing to go on from. The message is for a person."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a presentation stands.

    Attributes:
        runbook: The runbook's absolute path.
        folder: The directory that cuebook was called in.
        choices: The command line's, by the names of its parameters, as words or lists of words.
        step: The number of the step that is up.
        digest: Of its text, which may hold what nobody may see.
        state: The shell's, None where none could be saved.
    """

    runbook: Path
    folder: Path
    choices: dict[str, object] = field(default_factory=dict)
    step: int = 1
    digest: str = ""
    state: State | None = None

    def find(self, steps: Sequence[Step]) -> tuple[int, str]:
        """Return the number of the step to go on at, and a sentence where the runbook changed."""
        same = [s.number for s in steps if digest(s) == self.digest]
        if self.step in same:
            return self.step, ""
        if same:
            number = min(same, key=lambda n: abs(n - self.step))
            return number, f"The runbook has changed: step {self.step} is step {number} now."
        number = min(self.step, steps[-1].number)
        return number, f"The runbook has changed: step {self.step} is not what it was."

    def save(self) -> None:
        """Write it for `load`.

        Raises:
            OSError: It cannot be written.
        """
        fields = dataclasses.asdict(self) | {
            "format": _FORMAT,
            "runbook": str(self.runbook),
            "folder": str(self.folder),
        }
        path = _path(self.runbook)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        # Surrogates are escaped: a variable may hold any bytes.
        write_whole(path, json.dumps(fields))

    def remove(self) -> None:
        """Forget it: the show is over."""
        _path(self.runbook).unlink(missing_ok=True)


def digest(step: Step) -> str:
    """Return what a step's text is known by."""
    return hashlib.sha256(step.text.encode("utf-8", "surrogateescape")).hexdigest()


def load(runbook: Path | None) -> Bookmark:
    """Return a runbook's bookmark, or the last that was saved.

    Raises:
        BookmarkError: There is none, or it cannot be read.
    """
    if runbook is not None:
        path = _path(runbook.absolute())
        if not path.exists():
            raise BookmarkError(f"no presentation of {runbook} was interrupted")
    else:
        saved = (state_folder() / "resume").glob("*.json")
        latest = max(saved, key=lambda p: p.stat().st_mtime, default=None)
        if latest is None:
            raise BookmarkError("no presentation was interrupted")
        path = latest
    try:
        return _parse(_mapping(json.loads(path.read_text())))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BookmarkError(
            f"{path} is no bookmark of this cuebook ({error}); delete it"
        ) from error


def _parse(fields: dict[str, object]) -> Bookmark:
    if fields.pop("format") != _FORMAT:
        raise ValueError("another format")
    state = fields.pop("state")
    return Bookmark(
        runbook=Path(_text(fields["runbook"])),
        folder=Path(_text(fields["folder"])),
        choices=_mapping(fields["choices"]),
        step=_number(fields["step"]),
        digest=_text(fields["digest"]),
        state=None if state is None else _state(_mapping(state)),
    )


def _state(fields: dict[str, object]) -> State:
    return State(
        commands=_text(fields["commands"]),
        jobs=_number(fields["jobs"]),
        cwd=_text(fields["cwd"]),
        flags=_text(fields["flags"]),
        traps={name: _text(action) for name, action in _mapping(fields["traps"]).items()},
        secret=tuple(map(_text, _list(fields["secret"]))),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no number")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return value


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is no object")
    return value


def _path(runbook: Path) -> Path:
    return state_folder() / "resume" / f"{name_of(runbook)}.json"
