"""What one cluster holds: objects, their resourceVersions, and what happened to them lately."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from helpers.sandbox.status import expired

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from helpers.sandbox.resources import Object

Key: TypeAlias = tuple[str, str]
"""Namespace ("" where there is none) and name."""

REMEMBERED = 4000
"""How many changes a watch can go back."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one object."""

    version: int
    resource: str
    before: Object | None
    after: Object | None


class Store:
    """Objects by resource ("deployments.apps") and key.

    What is in the store is never changed in place: a write puts another object there, and whoever
    wants to change one copies it first.
    """

    def __init__(self) -> None:
        """Hold nothing."""
        self.version = 1
        self._objects: dict[str, dict[Key, Object]] = {}
        self._changes: deque[Change] = deque(maxlen=REMEMBERED)
        self._listeners: list[Callable[[Change], None]] = []

    def get(self, resource: str, namespace: str, name: str) -> Object | None:
        """Return one object, None where there is none."""
        return self._objects.get(resource, {}).get((namespace, name))

    def all(self, resource: str, namespace: str = "") -> list[Object]:
        """Return the objects of a resource, in the order of their keys."""
        found = self._objects.get(resource, {})
        return [found[key] for key in sorted(found) if not namespace or key[0] == namespace]

    def resources(self) -> Iterator[str]:
        """Yield the resources of which there are objects."""
        return (name for name, found in list(self._objects.items()) if found)

    def put(self, resource: str, obj: Object) -> Object:
        """Store an object, new or not, and return it: as given, with its new resourceVersion."""
        self.version += 1
        meta = obj["metadata"] = {**obj["metadata"], "resourceVersion": str(self.version)}
        key = (meta.get("namespace", ""), meta["name"])
        held = self._objects.setdefault(resource, {})
        before = held.get(key)
        held[key] = obj
        self._tell(Change(self.version, resource, before, obj))
        return obj

    def remove(self, resource: str, obj: Object) -> None:
        """Take an object out; nothing where it is not there."""
        meta = obj["metadata"]
        before = self._objects.get(resource, {}).pop(
            (meta.get("namespace", ""), meta["name"]), None
        )
        if before is not None:
            self.version += 1
            last = {
                **before,
                "metadata": {**before["metadata"], "resourceVersion": str(self.version)},
            }
            self._tell(Change(self.version, resource, last, None))

    def since(self, version: int) -> list[Change]:
        """Return what changed after a version, oldest first.

        Raises:
            ApiError: 410: that is longer ago than is remembered.
        """
        oldest = self._changes[0].version if self._changes else self.version
        if version < oldest - 1:
            raise expired(version, oldest)
        return [change for change in self._changes if change.version > version]

    def listen(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call `listener` with each change from now on; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, change: Change) -> None:
        self._changes.append(change)
        for listener in tuple(self._listeners):
            listener(change)
