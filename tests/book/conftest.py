"""Reading runbooks as text -> lines: one line a step, one a problem."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.book.read import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.book.model import Runbook, Step


def line(step: Step) -> str:
    """Return `kind|+ or -|text|directives`, the last part left out where there are none."""
    notes = [str(modifier) for modifier in step.modifiers] + [f"if {h}" for h in step.hooks]
    parts = [str(step.kind), "+" if step.shown else "-", step.text.strip("\n"), " ".join(notes)]
    if step.cleanup:
        parts.append("cleanup")
    if step.looked_up:
        parts.append("looked up")
    return "|".join(parts).rstrip("|")


class Read:
    """What came of reading one runbook."""

    def __init__(self, runbook: Runbook) -> None:
        self.runbook = runbook
        self.steps = [line(step) for step in runbook.steps]

    @property
    def problems(self) -> list[str]:
        """Problems as `file:line:column: severity: message`, the file by its name alone."""
        return [
            str(replace(p, place=replace(p.place, file=Path(p.place.file.name))))
            for p in self.runbook.problems
        ]

    @property
    def errors(self) -> list[str]:
        return [p for p in self.problems if ": error: " in p]

    @property
    def commands(self) -> list[str]:
        return [step.text for step in self.runbook.steps if step.kind == "command"]


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Read]:
    """Return a function that reads a runbook's text; keyword `files` are put beside it."""
    monkeypatch.chdir(tmp_path)

    def read_text(text: str, name: str = "demo.md", *, init: tuple[str, ...] = (), **files: str):
        for key, content in {name: text, **_names(files)}.items():
            path = tmp_path / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode())
        return Read(read(tmp_path / name, init=[tmp_path / file for file in init]))

    return read_text


@pytest.fixture
def shell(book: Callable[..., Read]) -> Callable[..., Read]:
    """Return a function that reads the text of a shell runbook."""

    def read_text(text: str, **files: str) -> Read:
        return book(text, "demo.sh", **files)

    return read_text


def _names(files: dict[str, str]) -> dict[str, str]:
    """Turn `lib_sh` into `lib.sh`."""
    return {".".join(key.rsplit("_", 1)): content for key, content in files.items()}
