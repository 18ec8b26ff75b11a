"""What runs controllers: each one again, as long as something changes that it wants to know of.

Controllers are level-triggered: they look at what there is, not at what happened, and write only
what is not yet so. One is anything with `wants(change)` and `reconcile(subject)`; the subject is a
cluster, or, for those that see several, all of them by name.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from helpers.sandbox.controllers import (
    api,
    claim,
    daemonset,
    definition,
    deployment,
    endpoints,
    garbage,
    job,
    namespace,
    pod,
    replicaset,
    service,
    statefulset,
    token,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.sandbox.store import Change

Subject = TypeVar("Subject")
_Subject_contra = TypeVar("_Subject_contra", contravariant=True)

log = logging.getLogger(__name__)


class Controller(Protocol[_Subject_contra]):
    """Something that brings objects to where they should be."""

    @property
    def wants(self) -> Callable[[Change], bool]:
        """Whether a change may give this controller something to do."""

    @property
    def reconcile(self) -> Callable[[_Subject_contra], None]:
        """Do one step for everything that is not yet as it should be."""


OF_A_CLUSTER = (
    api,
    definition,
    namespace,
    deployment,
    replicaset,
    statefulset,
    daemonset,
    job,
    claim,
    pod,
    service,
    endpoints,
    token,
    garbage,
)


class Manager(Generic[Subject]):
    """Runs some controllers on one subject, in the event loop, between requests."""

    def __init__(self, subject: Subject, controllers: list[Controller[Subject]]) -> None:
        """Take what they act on, and who they are; run each once, soon."""
        self.subject = subject
        self.controllers = controllers
        self._due = list(controllers)
        self._planned: asyncio.Handle | None = None
        self._plan()

    def add(self, controller: Controller[Subject]) -> None:
        """Run one more controller."""
        self.controllers.append(controller)
        self._due.append(controller)
        self._plan()

    def changed(self, change: Change) -> None:
        """Run whoever wants to know of a change, soon."""
        for controller in self.controllers:
            if controller not in self._due and controller.wants(change):
                self._due.append(controller)
        self._plan()

    @property
    def busy(self) -> bool:
        """Whether something is left to do."""
        return self._planned is not None

    def stop(self) -> None:
        """Run nothing more."""
        if self._planned:
            self._planned.cancel()
        self._due, self.controllers = [], []

    def _plan(self) -> None:
        if self._due and self._planned is None:
            self._planned = asyncio.get_running_loop().call_soon(self._run)

    def _run(self) -> None:
        self._planned = None
        if self._due:
            controller = self._due.pop(0)
            try:
                controller.reconcile(self.subject)
            except Exception:
                # One controller's fault must not stop the API server; the log has it.
                log.exception("a controller of the sandbox failed")
            self._plan()
