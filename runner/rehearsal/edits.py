"""The edits of `@edit`: what the editor of a rehearsal applies, and what came of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from runner.shell import folder as folders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runner.book.model import Directive, Step
    from runner.show.demands import Demands
    from runner.take.model import Verdict


class Edits:
    """A folder in which the editor finds its scripts. A context manager: it is gone afterwards.

    There is one only where a step has an `@edit`. That of a rehearsal which was killed is removed
    by a later engine, as the shell's is.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        """Make it, if one of the steps needs it.

        Raises:
            OSError: It cannot be made.
        """
        self._folder: Path | None = None
        if any(_edits(step) for step in steps):
            self._folder = folders.create()
            self._hold = folders.hold(self._folder)

    @property
    def variable(self) -> str:
        """What `$CUEBOOK_EDITS` has to say."""
        return str(self._folder or "")

    def __enter__(self) -> Edits:
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder:
            folders.remove(self._folder)
            os.close(self._hold)

    def prepare(self, step: Step, wanted: Demands) -> None:
        """Have the next command's scripts ready, and forget those before."""
        if not self._folder:
            return
        for path in self._folder.iterdir():
            if path.name != folders.PIPE:
                path.unlink()
        for number, (edit, script) in enumerate(zip(_edits(step), wanted.edits, strict=True), 1):
            (self._folder / f"{number}.sed").write_text(f"{script}\n", encoding="utf-8")
            place = f"{edit.place.file}:{edit.place.line}"
            (self._folder / f"{number}.place").write_text(place, encoding="utf-8")

    def verdicts(self, step: Step) -> list[Verdict]:
        """Return what came of each `@edit` of the command that has run."""
        opened = self._read("opened")
        times = int(opened) if opened.isdigit() else 0
        refused = self._read("refused")
        return [
            _verdict(edit, number, times, refused if number == times else "")
            for number, edit in enumerate(_edits(step), 1)
        ]

    def _read(self, name: str) -> str:
        if not self._folder:
            return ""
        try:
            return (self._folder / name).read_text(errors="replace").strip()
        except FileNotFoundError:
            return ""


def _edits(step: Step) -> list[Directive]:
    return [modifier for modifier in step.modifiers if modifier.name == "edit"]


def _verdict(edit: Directive, number: int, opened: int, refused: str) -> Verdict:
    from runner.take.model import Verdict

    message = ""
    if number > opened:
        times = {0: "never", 1: "once", 2: "twice"}.get(opened, f"{opened} times")
        message = f"it was not applied: the command opened the editor {times}"
    elif refused:
        message = f"sed refused it: {refused.removeprefix('sed: ')}"
    return Verdict(str(edit), not message, message, str(edit.place.file), edit.place.line)
