"""The registry of reports: each kind is a module here that has `render`."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.report.model import Performance, Refusal

KINDS = {
    "github": "annotations and the job summary of GitHub Actions",
    "html": "a page for people, in one file",
    "json": "an object for programs",
    "junit": "JUnit's XML, which CI systems read",
    "markdown": "a short summary",
}
"""Every kind: runner/report/NAME.py makes it. The words are for people."""


class Kind(Protocol):
    """What the module of a kind has."""

    def render(self, performances: Sequence[Performance], refusals: Sequence[Refusal] = ()) -> str:
        """Return the report, the same for the same performances; it holds no surrogates.

        Args:
            performances: What was performed.
            refusals: Why something was not performed.
        """


def kind(name: str) -> Kind:
    """Return the module of a kind, which is imported now."""
    return cast("Kind", importlib.import_module(f"runner.report.{name}"))
