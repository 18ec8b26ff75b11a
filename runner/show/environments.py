"""Environments: what stands in for the real thing while runbooks are performed.

One is an entry point of the group `cuebook.environments`. It names a function without arguments
that returns a context manager, around all performances of a call, which gives an `Environment`.
How programs in it say that they have stood in for real traffic, `simulated.py` tells.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Protocol

from runner.show.events import PerformanceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

GROUP = "cuebook.environments"
LABEL = "CUEBOOK_ENVIRONMENT"
"""The variable with the label, for a runbook that a runbook performs."""


class Environment(Protocol):
    """What an environment gives."""

    @property
    def label(self) -> str:
        """What it is, after "in" and "on": "simulated clusters"."""

    @property
    def variables(self) -> Mapping[str, str]:
        """Environment variables of the shell."""

    @property
    def path(self) -> Sequence[str]:
        """Folders that stand before all others in PATH."""


@contextlib.contextmanager
def entered(name: str) -> Iterator[str]:
    """Perform in an environment, "" for the real one: its variables and PATH are ours meanwhile.

    Yields:
        Its label, "" for the real one; a runbook within one that is performed in an environment
        has the same.

    Raises:
        PerformanceError: There is no environment of that name, or it cannot be had.
    """
    if not name:
        yield ""
        return
    before = dict(os.environ)
    with contextlib.ExitStack() as stack:
        try:
            environment = stack.enter_context(_find(name)())
        except OSError as error:
            raise PerformanceError(str(error)) from error
        path = os.pathsep.join([*environment.path, before.get("PATH", os.defpath)])
        os.environ.update({**environment.variables, "PATH": path, LABEL: environment.label})
        try:
            yield environment.label
        finally:
            os.environ.clear()
            os.environ.update(before)


def label() -> str:
    """Return the label of the environment that we are in, "" for the real one.

    A runbook within one is, and what is called by `cuebook sandbox run`.
    """
    return os.environ.get(LABEL, "")


def _find(name: str) -> Callable[[], AbstractContextManager[Environment]]:
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP, name=name):
        try:
            made: Callable[[], AbstractContextManager[Environment]] = entry.load()
        except ImportError as error:
            raise PerformanceError(f"the environment `{name}` cannot be had: {error}") from error
        return made
    raise PerformanceError(f"there is no environment `{name}`: no installed package has it")
