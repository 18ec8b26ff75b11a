"""`--approve`: the output that came, written into the `output` blocks of the runbook's files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runner.show.files import usual_mode, write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from runner.book.model import Place
    from runner.checks.rewrite import Edit


class ApprovalError(Exception):
    """A file cannot be written, or is not what it was when it was read; for a person."""


class Approval:
    """What is written into each file, and where its lines are then."""

    def __init__(self, edits: Mapping[Path, Sequence[Edit]]) -> None:
        """Approve what came; `edits` says for each file which of its blocks get what."""
        self._edits = edits
        self._written: set[Path] = set()

    def write(self, path: Path) -> str:
        """Write into one file. Returns what was done, a sentence.

        Raises:
            ApprovalError: The file cannot be written, or is not what it was when it was read.
        """
        from runner.checks.rewrite import ChangedError, rewrite

        edits = self._edits[path]
        try:
            text = path.read_bytes().decode()
            new = rewrite(text, edits)
            if new == text:
                return f"{path}: every output block is right as it stands"
            write_whole(path, new, mode=usual_mode(path))
        except UnicodeDecodeError:
            why = "it has been changed, and is not UTF-8 any more"
        except ChangedError as error:
            why = str(error)
        except OSError as error:
            why = error.strerror or str(error)
        else:
            self._written.add(path)
            changed = sum(edit.old != edit.new for edit in edits)
            what = "an output block is" if changed == 1 else f"{changed} output blocks are"
            return f"{path}: {what} rewritten"
        raise ApprovalError(f"{path}: nothing is approved: {why}")

    def now(self, place: Place) -> Place:
        """Return where something stands that stood at `place` before."""
        if place.file not in self._written:
            return place
        before = (e for e in self._edits[place.file] if e.line + e.old.count("\n") <= place.line)
        moved = sum(edit.new.count("\n") - edit.old.count("\n") for edit in before)
        return replace(place, line=place.line + moved)
