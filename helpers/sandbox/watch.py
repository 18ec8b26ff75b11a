"""Watches: changes as a stream of events, with bookmarks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from helpers.sandbox.resources import Object, Resource
    from helpers.sandbox.store import Change, Store

BOOKMARKS = 60.0
"""Seconds between bookmarks, for those who ask for them."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What a client watches."""

    resource: Resource
    wanted: Callable[[Object], bool]
    since: int | None
    """The resourceVersion after which events are wanted; None: what is there comes first."""
    initial_bookmark: bool = False
    """Whether a bookmark marks the end of what is there (`sendInitialEvents=true`)."""
    bookmarks: bool = False
    seconds: float | None = None


async def events(
    store: Store, watch: Watch, stop: asyncio.Event
) -> AsyncIterator[tuple[str, Object]]:
    """Yield (type, object) for each event, until its time is up or `stop` is set.

    Raises:
        ApiError: 410: the watch would begin before what is remembered.
    """
    queue: asyncio.Queue[Change | None] = asyncio.Queue()
    name = watch.resource.name

    def take(change: Change) -> None:
        if change.resource == name:
            queue.put_nowait(change)

    end = store.listen(take)
    stopping = asyncio.ensure_future(stop.wait())
    stopping.add_done_callback(lambda _: queue.put_nowait(None))
    try:
        for one in _first(store, watch):
            yield one
        loop = asyncio.get_running_loop()
        until = loop.time() + (watch.seconds or float("inf"))
        while (rest := min(BOOKMARKS, until - loop.time())) > 0:
            try:
                async with asyncio.timeout(rest):
                    change = await queue.get()
            except TimeoutError:
                if watch.bookmarks:
                    yield "BOOKMARK", bookmark(watch.resource, store.version)
                continue
            if change is None:
                return
            if found := event(change, watch.wanted):
                yield found
    finally:
        end()
        stopping.cancel()


def _first(store: Store, watch: Watch) -> list[tuple[str, Object]]:
    """Return the events that a watch begins with."""
    name = watch.resource.name
    if watch.since is None:
        there = [("ADDED", obj) for obj in store.all(name) if watch.wanted(obj)]
        if watch.initial_bookmark:
            there.append(("BOOKMARK", bookmark(watch.resource, store.version, initial=True)))
        return there
    changes = (change for change in store.since(watch.since) if change.resource == name)
    return [found for change in changes if (found := event(change, watch.wanted))]


def event(change: Change, wanted: Callable[[Object], bool]) -> tuple[str, Object] | None:
    """Return what a change is to a watcher, None where it is nothing.

    An object that is wanted no longer is deleted, to whoever watches only what is wanted.
    """
    before = change.before is not None and wanted(change.before)
    after = change.after is not None and wanted(change.after)
    if after and change.after:
        return ("MODIFIED" if before else "ADDED"), change.after
    if before and change.before:
        last = change.after or change.before
        meta = {**change.before["metadata"], "resourceVersion": last["metadata"]["resourceVersion"]}
        return "DELETED", {**change.before, "metadata": meta}
    return None


def bookmark(resource: Resource, version: int, *, initial: bool = False) -> Object:
    """Return the object of a bookmark."""
    meta: Object = {"resourceVersion": str(version), "creationTimestamp": None}
    if initial:
        meta["annotations"] = {"k8s.io/initial-events-end": "true"}
    return {"kind": resource.kind, "apiVersion": resource.api_version, "metadata": meta}
