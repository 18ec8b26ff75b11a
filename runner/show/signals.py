"""The signals that ask a performance to end, as an exception."""

from __future__ import annotations

import contextlib
import signal
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ECHO = 0.5  # seconds in which one hang-up comes twice: from the kernel, and the user's shell


class Interrupted(Exception):  # noqa: N818
    """A signal asks the performance to end.

    Attributes:
        number: The signal's.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"interrupted by signal {number}")
        self.number = number


@contextlib.contextmanager
def signals_interrupt() -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into `Interrupted` for as long as this lasts."""
    hung_up = -_ECHO

    def handle(number: int, _: object) -> None:
        nonlocal hung_up
        if number == signal.SIGHUP:
            before, hung_up = hung_up, time.monotonic()
            if hung_up - before < _ECHO:
                return
        raise Interrupted(number)

    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, handle) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
