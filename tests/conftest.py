"""What holds for all tests: how many run at a time, and what they inherit."""

from __future__ import annotations

import gc
import os
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

# How fast examples are made and tried says something about the machine, and nothing about the code.
# Whoever asks whether a change is good (.ci/run) gets the same examples each time; whoever works on
# one gets others with each run, and so finds what nobody thought of.
settings.register_profile(
    "any-machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CUEBOOK_SAME_EXAMPLES" in os.environ,
)
settings.load_profile("any-machine")


def pytest_xdist_auto_num_workers() -> int:
    """Return two for each core: a test that drives a terminal waits as long as it computes."""
    return 2 * (os.cpu_count() or 1)


def pytest_configure() -> None:
    """Undo what `nohup`, and a shell without job control for its background jobs, have done.

    They ignore these signals, and whatever a test starts would inherit that: no SIGQUIT would end
    it, and the test would wait for nothing. A hang-up is still nothing to us; a program that is
    started does not inherit a handler.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: None)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Have the collector of garbage leave alone what lives to the end: a million objects."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
